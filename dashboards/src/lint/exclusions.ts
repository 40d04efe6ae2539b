import type { Exclusion } from './lint.ts';

const BY_LAYER =
  'Alerts and recorded series speak of layers and tables, whichever process exports them; a panel filtered by target would show something else than its alert compares. Installations are told apart by the selector of the command line.';

const BY_JOB =
  'The alerts speak of jobs; a job whose instances are filtered out would look as if it were gone.';

const AS_ALERTED =
  'The panel shows what the alert compares, over its window; a counter that is born by its first event counts with all that it has, as increase() misses that event.';

const BY_SCHEDULED_JOB =
  'Alerts and recorded series speak of scheduled jobs and their sources, whichever replica runs them; the process that ran a job last is not always the one that runs it next.';

const BY_SLO =
  'An SLO speaks of a job or a route over days, in which its processes come and go; its series are recorded without them.';

const A_DAY =
  'The reference system asks for the last 24 hours, and the title says so; four runs of a job that runs every six hours fit into them.';

const AS_EXPORTED =
  'The panel shows what its alert compares beside what processes export; the alert speaks of scheduled jobs, whichever process runs them.';

const RETENTION =
  'The panel shows what the alert compares: a Prometheus drops data every few days, which a shorter window would miss.';

const offload = 'sightglass-offload';
const telemetry = 'sightglass-telemetry';
const scheduler = 'sightglass-scheduler';
const system = 'sightglass-system';
const slo = 'sightglass-slo';

/** The rules that ask for the drop-downs "Job" and "Instance" and for their use in each query. */
const TARGET_RULES = ['template-job', 'template-instance', 'target-job', 'target-instance'];

const withoutTargets = (dashboard: string, reason: string): Exclusion[] =>
  TARGET_RULES.map((rule) => ({ rule, dashboard, reason }));

/** What our dashboards do otherwise than Grafana's dashboard-linter asks, and why. */
export const exclusions: readonly Exclusion[] = [
  ...withoutTargets(offload, BY_LAYER),
  ...withoutTargets(scheduler, BY_SCHEDULED_JOB),
  ...withoutTargets(slo, BY_SLO),
  { rule: 'template-instance', dashboard: telemetry, reason: BY_JOB },
  { rule: 'target-instance', dashboard: telemetry, reason: BY_JOB },
  ...['Overflowed measurements', 'Dropped measurements'].flatMap((panel) =>
    ['target-rate-interval', 'target-counter-agg'].map((rule) => ({
      rule,
      dashboard: telemetry,
      panel,
      reason: AS_ALERTED,
    })),
  ),
  ...['Sync Success Rate (24h)', 'Total Syncs (24h)', 'Error Count (24h)', 'Manual Trigger Count (24h)'].map(
    (panel) => ({ rule: 'target-rate-interval', dashboard: scheduler, panel, reason: A_DAY }),
  ),
  ...['Memory Usage', 'Provider API Response Times', 'Database Query Errors'].flatMap((panel) =>
    ['target-job', 'target-instance'].map((rule) => ({
      rule,
      dashboard: system,
      panel,
      reason: AS_EXPORTED,
    })),
  ),
  {
    rule: 'target-counter-agg',
    dashboard: system,
    panel: 'Database Query Errors',
    reason:
      'The first error of a kind gives birth to its counter, which counts with all that it has, as increase() misses that event.',
  },
  { rule: 'target-rate-interval', dashboard: slo, panel: 'Retention', reason: RETENTION },
];
