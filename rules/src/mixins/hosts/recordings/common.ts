import { minutes } from '../../../engine/promql/duration.ts';
import { counting } from '../../../engine/remembered/index.ts';

export const PER_HOST = ['job', 'instance'] as const;
export const PER_MOUNT = ['job', 'instance', 'mountpoint'] as const;
export const PER_DEVICE = ['job', 'instance', 'device'] as const;
export const PER_CONTAINER = ['job', 'instance', 'pod', 'container'] as const;

/** Long enough for what comes in bursts, and short enough to see its end. */
export const WINDOW = minutes(5);
/** Over which mishaps are counted. */
export const MISHAPS = minutes(15);

/**
 * What was killed is counted, and no `increase()`: a machine without memory is one that can not be scraped, and what its kernel did in that time is told of afterwards.
 */
export const counts = counting('hosts');
