import type { Recording } from '../../../engine/model/rule.ts';
import { checkRecordings } from './checks.ts';
import { freshnessRecordings } from './freshness.ts';
import { recordRecordings } from './records.ts';
import { thingRecordings } from './things.ts';

/*
 * What is promised of data sets, what people said of them, how new, complete and right they are. Several replicas have one data set; of what is measured
 * that counts which was measured last, and it goes on being known when the process that measured it has ended.
 */

export * from './checks.ts';
export * from './freshness.ts';
export * from './records.ts';
export * from './things.ts';

/** In the order in which they read each other. */
export const datasetRecordings: readonly Recording[] = [
  ...thingRecordings,
  ...freshnessRecordings,
  ...checkRecordings,
  ...recordRecordings,
];
