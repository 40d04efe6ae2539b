/** Every metric of this package as data, for rules, dashboards and docs. */
export * from './batch/metrics.ts';
export * from './queue/metrics.ts';
