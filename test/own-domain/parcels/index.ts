export { parcelsDashboards } from './dashboard.ts';
export { parcels } from './rules.ts';
