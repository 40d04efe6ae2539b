/** Every metric of this package as data, for rules, dashboards and docs. */
export * from './dag/metrics.ts';
export * from './documents/metrics.ts';
export * from './offload/metrics.ts';
export * from './quality/metrics.ts';
export * from './run/metrics.ts';
export * from './sql/metrics.ts';
export * from './statistics/metrics.ts';
