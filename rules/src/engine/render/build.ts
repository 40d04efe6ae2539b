import { ruleFilesOf } from '../mixin/folds.ts';
import type { RuleFile } from '../model/rule.ts';
import { type Alert, isAlert, type Recording, type RuleGroup } from '../model/rule.ts';
import { type Duration, formatDuration } from '../promql/duration.ts';
import { renderQuery } from '../promql/promql.ts';
import { renderScoped, scopeOf, withScope } from '../scope/scope.ts';
import type { CompleteContext, RulesContext } from './context.ts';
import { dashboardUrl, runbookUrl } from './links.ts';
import { said, type Texts } from './texts.ts';

/** A rule as Prometheus reads it. */
export type BuiltRule =
  | { readonly record: string; readonly expr: string; readonly labels?: Texts }
  | {
      readonly alert: string;
      readonly expr: string;
      readonly for?: string;
      readonly keep_firing_for?: string;
      readonly labels: Texts;
      readonly annotations: Texts;
    };

/** A rule file as Prometheus reads it, with the name and the heading under which it is written. */
export interface BuiltFile {
  readonly file: string;
  readonly about: string;
  readonly retention?: Duration;
  readonly groups: readonly {
    readonly name: string;
    readonly interval: string;
    readonly rules: readonly BuiltRule[];
  }[];
}

export const build = (context: CompleteContext): readonly BuiltFile[] =>
  ruleFilesOf(context.mixins, context).map(({ groups, ...file }: RuleFile) => ({
    ...file,
    groups: groups.map((group) => buildGroup(group, context)),
  }));

const buildGroup = ({ name, interval, rules }: RuleGroup, context: RulesContext) => ({
  name,
  interval: formatDuration(interval, context.scale),
  rules: rules.map((rule) => (isAlert(rule) ? buildAlert(rule, context) : buildRecording(rule, context))),
});

function buildRecording({ record, expr, staticLabels }: Recording, context: RulesContext): BuiltRule {
  const labels = { ...staticLabels, ...context.selector };
  return {
    record,
    expr: renderScoped(expr, context),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
}

function buildAlert(alert: Alert, context: RulesContext): BuiltRule {
  const { severity, component, owner, summary, description, impact, action, keepFiringFor } = alert;
  // Its scope stays: two clusters have a monitoring each.
  const selector = alert.ofMonitoring ? {} : context.selector;
  return {
    alert: alert.alert,
    expr: withScope(renderQuery(alert.expr, { ...context, selector: selector ?? {} }), scopeOf(context)),
    ...(alert.for === undefined ? {} : { for: formatDuration(alert.for, context.scale) }),
    ...(keepFiringFor === undefined ? {} : { keep_firing_for: formatDuration(keepFiringFor, context.scale) }),
    labels: { severity, component, ...(owner === undefined ? {} : { owner }), ...selector },
    annotations: said({
      summary,
      description,
      impact,
      action,
      runbook_url: runbookUrl(alert, context.runbookBaseUrl),
      dashboard_url: dashboardUrl(alert, context.dashboardBaseUrl, scopeOf(context)),
    }),
  };
}
