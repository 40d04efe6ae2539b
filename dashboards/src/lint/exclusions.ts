import type { Exclusion } from './lint.ts';

const BY_LAYER =
  'Alerts and recorded series speak of layers and tables, whichever process exports them; a panel filtered by target would show something else than its alert compares. Installations are told apart by the selector of the command line.';

const BY_JOB =
  'The alerts speak of jobs; a job whose instances are filtered out would look as if it were gone.';

const AS_ALERTED =
  'The panel shows what the alert compares, over its window; a counter that is born by its first event counts with all that it has, as increase() misses that event.';

const offload = 'sightglass-offload';
const telemetry = 'sightglass-telemetry';

/** What our dashboards do otherwise than Grafana's dashboard-linter asks, and why. */
export const exclusions: readonly Exclusion[] = [
  { rule: 'template-job', dashboard: offload, reason: BY_LAYER },
  { rule: 'template-instance', dashboard: offload, reason: BY_LAYER },
  { rule: 'target-job', dashboard: offload, reason: BY_LAYER },
  { rule: 'target-instance', dashboard: offload, reason: BY_LAYER },
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
];
