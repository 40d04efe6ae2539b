import type { Recording } from '../../../engine/model/rule.ts';
import { containerRecordings } from './containers.ts';
import { machineRecordings } from './machines.ts';

export * from './common.ts';
export * from './containers.ts';
export * from './machines.ts';

/** In the order in which they read each other. */
export const hostRecordings: readonly Recording[] = [...machineRecordings, ...containerRecordings];
