import type { Alert } from '../model/rule.ts';
import { minutes } from '../promql/duration.ts';
import { promql } from '../promql/promql.ts';
import { threshold } from '../promql/threshold.ts';
import { SLO_DASHBOARD } from './alerts.ts';
import type { Subject } from './model.ts';
import { ACTING_LEVEL } from './policy.ts';
import type { SloSeries } from './series.ts';
import { anySubjectText } from './words.ts';

const NOTED = threshold(
  'slo_noted_policy_level',
  1,
  '002-E2: from "watch closely" on, when less than 75 % of the budget are left.',
);
const ACTING = threshold(
  'slo_acting_policy_level',
  ACTING_LEVEL,
  '002-E4: from "freeze features" on, when less than 25 % of the budget are left.',
);

/** The error-budget policy, told: noted while there is nothing to do but watch and plan, a warning when it asks for something. For all SLOs. */
export function policyAlerts(series: SloSeries, labels: Subject): readonly Alert[] {
  const about = `The SLO {{ $labels.slo }}${anySubjectText(labels)} is at level {{ $value }} of its error-budget policy`;
  const common = {
    for: minutes(5),
    keepFiringFor: minutes(15),
    component: 'slo',
    // Of any SLO: some are of a thing that has an owner, and some are not.
    about: [],
    runbook: 'slo',
    dashboard: { uid: SLO_DASHBOARD, panel: 'Error-budget policy' },
  } as const;
  return [
    {
      ...common,
      alert: 'SloErrorBudgetShrinking',
      expr: promql`${series.level} >= ${NOTED} < ${ACTING}`,
      severity: 'info',
      summary: 'Less than three quarters of an error budget are left.',
      description: `${about}: {{ if eq $value 1.0 }}watch closely{{ else }}focus on reliability{{ end }}.`,
      impact: 'None yet: the promise holds, with less room for what goes wrong next.',
      action: 'Look up what used the budget; put risky changes off, or reliability work first.',
    },
    {
      ...common,
      alert: 'SloErrorBudgetSpent',
      expr: promql`${series.level} >= ${ACTING}`,
      severity: 'warning',
      summary: 'An error budget is spent, or nearly so.',
      description: `${about}: {{ if eq $value ${ACTING_LEVEL}.0 }}freeze features, less than a quarter is left{{ else }}the promise is broken, a post-mortem is due{{ end }}.`,
      impact: 'Whatever goes wrong next breaks the promise, if it is not broken yet.',
      action: 'Release only fixes and reliability work; below zero, write the post-mortem.',
    },
  ];
}
