import { dashboardMixins } from '@sightglass/dashboards';
import { shipped } from '@sightglass/rules/mixins';
import { parcels, parcelsDashboards } from './parcels/index.ts';

// The line of a team that has a domain of its own.
export const [mixins, dashboards] = [
  [...shipped, parcels],
  [...dashboardMixins, parcelsDashboards],
] as const;
