import { jobThresholds } from './groups/jobs/thresholds.ts';
import { syncThresholds } from './groups/sync/thresholds.ts';
import * as shared from './groups/thresholds.ts';
import { sloThresholds } from './slo/thresholds.ts';

export * from './groups/thresholds.ts';

/** Every threshold, for the command line, the docs and the tests. */
export const thresholds = [
  ...Object.values(shared),
  ...jobThresholds,
  ...syncThresholds,
  ...sloThresholds,
] as const;
