/** Every metric of this package as data, for rules, dashboards and docs. */
export * from './health/metrics.ts';
export * from './service/metrics.ts';
export * from './store/self-metrics.ts';
