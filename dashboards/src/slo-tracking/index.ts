import { lowestTimestamp, promql, slo } from '@sightglass/rules';
import { alertNamed } from '../alerts.ts';
import { firingAlerts } from '../marks.ts';
import type { DashboardSpec, PanelSpec } from '../spec.ts';
import { byState } from '../states.ts';
import { unit } from '../style.ts';
import { attained, budgetTrend, events, policy, rareRuns, remaining } from './budgets.ts';
import { fastBurn, slowBurn } from './burn.ts';
import { series } from './series.ts';

const composites = slo.reliability(slo.shippedSlos.composites);

const reliability: PanelSpec = {
  title: 'Composite reliability',
  description:
    'Several SLOs of one subject as one figure: job-reliability is the product of what was attained, job-experience its mean weighted by what users notice.',
  type: 'timeseries',
  unit: unit.ratio,
  width: 12,
  height: 9,
  from: 'data',
  queries: [
    {
      query: promql`${composites}`,
      legend: composites.labels.map((label) => `{{${label}}}`).join(' '),
    },
  ],
};

const tooShort = alertNamed('SloRetentionTooShort').expr;
const oldest = promql`time() - ${lowestTimestamp}`;

const retention: PanelSpec = {
  title: 'Retention',
  description:
    'How far back each Prometheus can look, and the longest window of an SLO. "short": it drops what SLOs still need, so that budgets are those of a shorter window. Needs a Prometheus that scrapes itself.',
  type: 'stat',
  unit: unit.seconds,
  width: 12,
  height: 9,
  queries: [
    {
      ...byState([
        { name: 'enough', color: 'green', query: promql`${oldest} unless on (job, instance) (${tooShort})` },
        { name: 'short', color: 'red', query: tooShort },
      ]),
      legend: '{{job}} {{instance}}',
    },
    { query: promql`max (${series.window})`, legend: 'longest window' },
  ],
};

/** Every SLO: what was promised, what was kept, what is left to lose, and how fast it goes. */
export const sloDashboard: DashboardSpec = {
  uid: slo.SLO_DASHBOARD,
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
  annotations: [firingAlerts(slo.SLO_DASHBOARD, [], series.remaining.labels)],
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
  related: [
    { uid: 'sightglass-scheduler', title: 'Scheduler Health' },
    { uid: 'sightglass-system', title: 'System Impact' },
    { uid: 'sightglass-telemetry', title: 'Telemetry' },
  ],
};
