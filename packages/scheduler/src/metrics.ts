/** Every metric of this package as data, for rules, dashboards and docs. */
export * from './job/metrics.ts';
export * from './sync/metrics.ts';
