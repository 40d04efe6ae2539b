import type { Threshold } from './engine/promql/threshold.ts';
import { shippedThresholds } from './shipped.ts';

/** Every threshold of the shipped rules, by name and as a list. */
export * from './mixins/anomalies/thresholds.ts';
export * from './mixins/collectors/thresholds.ts';
export * from './mixins/dags/thresholds.ts';
export * from './mixins/database/thresholds.ts';
export * from './mixins/datasets/thresholds.ts';
export * from './mixins/hosts/thresholds.ts';
export * from './mixins/http/thresholds.ts';
export * from './mixins/jobs/thresholds.ts';
export * from './mixins/offload/thresholds.ts';
export * from './mixins/pipelines/thresholds.ts';
export * from './mixins/queues/thresholds.ts';
export * from './mixins/service/thresholds.ts';
export * from './mixins/syncs/thresholds.ts';
export * from './mixins/telemetry/thresholds.ts';
/** All of them. */
export const thresholds: readonly Threshold[] = shippedThresholds;
