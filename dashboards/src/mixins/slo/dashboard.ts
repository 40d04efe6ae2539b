import { serviceLevels } from '@sightglass/rules';
import type { DashboardSpec } from '../../engine/spec.ts';
import { attained, budgetTrend, events, policy, rareRuns, remaining, sloNumbers } from './panels/budgets.ts';
import { fastBurn, slowBurn } from './panels/burn.ts';
import { series } from './panels/series.ts';
import { reliability, retention } from './panels/whole.ts';

/** Every SLO: what was promised, what was kept, what is left to lose, and how fast it goes. */
export const sloDashboard: DashboardSpec = {
  uid: serviceLevels.SLO_DASHBOARD,
  title: 'SLO Tracking',
  description: 'What was promised, what was kept, what is left of each error budget, and how fast it burns.',
  tags: ['slo', 'generated'],
  // As often as the rules of SLOs are evaluated.
  minInterval: '1m',
  from: 'now-7d',
  variables: [
    { label: 'slo', title: 'SLO', of: series.objective },
    { label: 'job_name', title: 'Scheduled job', of: series.objective, optional: true },
  ],
  annotations: [],
  firing: { labels: [], others: series.remaining.labels },
  numbers: sloNumbers,
  panels: [
    remaining,
    attained,
    budgetTrend,
    fastBurn,
    slowBurn,
    rareRuns,
    policy,
    events,
    reliability,
    retention,
  ],
  related: ['sightglass-scheduler', 'sightglass-system', 'sightglass-telemetry'],
};
