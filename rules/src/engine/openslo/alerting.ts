import type { Alert } from '../model/rule.ts';
import { type Duration, days, formatDuration } from '../promql/duration.ts';
import type { RulesContext } from '../render/context.ts';
import { dashboardUrl, runbookUrl } from '../render/links.ts';
import { said } from '../render/texts.ts';
import { isGated } from '../slo/alert-problems.ts';
import { alertsOf } from '../slo/alerts.ts';
import { burnFactor, pairsFor } from '../slo/burn-rate.ts';
import { FEWEST_BAD_EVENTS } from '../slo/floors.ts';
import { type OwnedSlo, strategyOf } from '../slo/model.ts';
import { ACTING_LEVEL } from '../slo/policy.ts';
import { policyAlerts } from '../slo/policy-alerts.ts';
import { labelsOf, type SloSeries } from '../slo/series.ts';
import { percent } from '../slo/text.ts';
import { titleOf } from '../slo/words.ts';
import { documentOf, type OpenSloDocument } from './model.ts';
import { shorthand } from './shorthand.ts';
import { targetsOf } from './targets.ts';

/** One condition of an SLO, and the alert of ours that it stands for. */
interface Burning {
  /** Ends the names of the policy and its condition. */
  readonly suffix: string;
  readonly alert: Alert;
  readonly threshold: number;
  readonly lookback: Duration;
  /** What the alert asks for that OpenSLO has no field for; empty when there is nothing. */
  readonly also: string;
}

/**
 * The alert policies of an SLO, each with its condition: OpenSLO allows one condition in a policy and one window in a condition, so each pair of
 * windows becomes a policy with the long one. What a condition can not say stands in its description.
 */
export const alertingOf = (
  slo: OwnedSlo,
  series: SloSeries,
  context: RulesContext,
): readonly OpenSloDocument[] =>
  burningsOf(slo, series).flatMap((burning) => documentsOf(slo, burning, context));

/** The names of its policies. */
export const policyNames = (slo: OwnedSlo, series: SloSeries): readonly string[] =>
  burningsOf(slo, series).map(({ suffix }) => `${slo.name}-${suffix}`);

function burningsOf(slo: OwnedSlo, series: SloSeries): readonly Burning[] {
  const own = strategyOf(slo.sli) === 'counts' ? [broken(slo, series)] : paired(slo, series);
  return [...own, ...spent(slo, series)];
}

function paired(slo: OwnedSlo, series: SloSeries): readonly Burning[] {
  const { windowDays, objective, sli } = slo;
  return alertsOf(slo, series).flatMap((alert) => {
    const urgency = alert.severity === 'critical' ? 'page' : 'ticket';
    return pairsFor(windowDays, urgency).map((pair) => {
      const [long, short] = [formatDuration(pair.long), formatDuration(pair.short)];
      const gated =
        'eventsPerHour' in sli && isGated(pair, { windowDays, objective, eventsPerHour: sli.eventsPerHour });
      return {
        suffix: `${urgency}-${long}`,
        alert,
        threshold: burnFactor(pair, windowDays),
        lookback: pair.long,
        also: `${percent(pair.budget)} of the budget in ${long}. The rule asks for the same burn rate over ${short} too${gated ? ` and for ${FEWEST_BAD_EVENTS} bad events` : ''}.`,
      };
    });
  });
}

/** A burn rate above 1 over the whole window is an overdrawn budget. */
function broken(slo: OwnedSlo, series: SloSeries): Burning {
  return {
    suffix: 'broken',
    alert: alertsOf(slo, series)[0]!,
    threshold: 1,
    lookback: days(slo.windowDays),
    also: 'The budget is overdrawn. The rule asks for two bad runs in the window too, one of them in the last day.',
  };
}

/** The level of the error-budget policy from which somebody must act, where the policy has it. */
function spent(slo: OwnedSlo, series: SloSeries): readonly Burning[] {
  if (slo.policy.length <= ACTING_LEVEL) return [];
  const alert = policyAlerts(series, labelsOf([slo])).find(({ severity }) => severity === 'warning')!;
  const { from } = slo.policy[ACTING_LEVEL - 1]!;
  return [
    {
      suffix: 'budget-spent',
      alert,
      threshold: Number((1 - from).toPrecision(12)),
      lookback: days(slo.windowDays),
      also: `Less than ${percent(from)} of the budget are left.`,
    },
  ];
}

function documentsOf(
  slo: OwnedSlo,
  { suffix, alert, threshold, lookback, also }: Burning,
  { runbookBaseUrl, dashboardBaseUrl }: RulesContext,
): readonly OpenSloDocument[] {
  const name = `${slo.name}-${suffix}`;
  const metadata = { name, displayName: `${titleOf(slo)}: ${suffix.replaceAll('-', ' ')}` };
  return [
    documentOf(
      'AlertPolicy',
      {
        ...metadata,
        annotations: said({
          'sightglass/alert': alert.alert,
          'sightglass/runbook-url': runbookUrl(alert, runbookBaseUrl),
          'sightglass/dashboard-url': dashboardUrl(alert, dashboardBaseUrl),
        }),
      },
      {
        description: alert.summary,
        alertWhenNoData: false,
        alertWhenBreaching: true,
        alertWhenResolved: true,
        conditions: [{ conditionRef: name }],
        notificationTargets: targetsOf(alert.severity).map((target) => ({ targetRef: target })),
      },
    ),
    documentOf('AlertCondition', metadata, {
      description: also,
      severity: alert.severity,
      condition: {
        kind: 'burnrate',
        op: 'gt',
        threshold,
        lookbackWindow: shorthand(lookback),
        ...(alert.for === undefined ? {} : { alertAfter: shorthand(alert.for) }),
      },
    }),
  ];
}
