import { table } from '../markdown.ts';

/** When the SLOs themselves are a success, and what shows it. */
const CRITERIA: readonly (readonly [criterion: string, shown: string])[] = [
  [
    'every declared job, and every admin route with traffic, has a budget',
    '`count by (slo) (slo:error_budget_remaining:ratio)`',
  ],
  ['no promise is broken', '`slo:error_budget_remaining:ratio < 0` is empty'],
  ['Prometheus keeps as much as the windows need', 'SloRetentionTooShort does not fire; panel "Retention"'],
  ['the rules are evaluated', '`increase(prometheus_rule_evaluation_failures_total[1d]) > 0` is empty'],
  ['alerts arrive', 'the heartbeat (Watchdog) is received; an alert is tested by hand each week'],
  [
    'whoever is paged answers within 15 minutes (002-V5)',
    "the pager's own times, in the report of the month",
  ],
  [
    'fewer than 5 % of the alerts were for nothing (002-V5)',
    'counted in the weekly review: alerts that nobody had to act on',
  ],
  ['no broken promise was first heard of from a user', 'counted in post-mortems'],
  ['each post-mortem was written within five working days', 'counted in the monthly review'],
  ['somebody decided something by a budget in this quarter', 'the quarterly review'],
];

export const successTable = (): string => table(['criterion', 'shown by'], CRITERIA);
