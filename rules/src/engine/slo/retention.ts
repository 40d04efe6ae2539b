import { lowestTimestamp, sizeRetentions, timeRetentions } from '../model/external.ts';
import type { Alert } from '../model/rule.ts';
import { type Duration, days, formatDuration, hours } from '../promql/duration.ts';
import { asSeconds, promql } from '../promql/promql.ts';
import { SLO_DASHBOARD } from './alerts.ts';

/** Blocks are dropped whole, and the largest spans a tenth of the retention: a Prometheus that drops any does so every few days. */
const DROPS_WITHIN = days(3);

/**
 * A Prometheus that drops data which the longest window still needs; one that is merely young has dropped none. Without it, budgets are
 * silently those of a shorter window.
 */
export const retentionAlert = (longest: Duration): Alert => ({
  alert: 'SloRetentionTooShort',
  expr: promql`time() - ${lowestTimestamp} < ${asSeconds(longest)}
    and on (job, instance)
    (increase(${timeRetentions}[${DROPS_WITHIN}]) > ${0} or increase(${sizeRetentions}[${DROPS_WITHIN}]) > ${0})`,
  for: hours(1),
  keepFiringFor: days(1),
  severity: 'warning',
  ofMonitoring: true,
  component: 'slo',
  summary: 'Prometheus drops data that SLOs still need.',
  description: `The oldest sample of job {{ $labels.job }} is {{ $value | humanizeDuration }} old, and older ones were dropped; the longest SLO looks back ${formatDuration(longest)}.`,
  impact:
    'Error budgets are computed over a shorter time than promised: what is older no longer counts against them.',
  action:
    'Raise --storage.tsdb.retention.time (and .size) beyond the longest window, and give the disk for it.',
  runbook: 'slo',
  dashboard: { uid: SLO_DASHBOARD, panel: 'Retention' },
});
