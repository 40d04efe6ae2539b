/** Every metric of this room as data: nothing is measured until it is switched on. */
export * from './cache/metrics.ts';
export * from './database/metrics.ts';
export * from './events/metrics.ts';
export * from './http/metrics.ts';
export * from './process/metrics.ts';
