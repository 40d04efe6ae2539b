import { OWNER } from '../alertmanager/route.ts';
import { labelsIn } from '../check/index.ts';
import { parseQuery, walk } from '../check/tree.ts';
import { alertsOf, catalogFor, metricsOf, presetsOf, thresholdsOf } from '../mixin/folds.ts';
import type { Mixin } from '../mixin/mixin.ts';
import { renderQuery } from '../promql/promql.ts';
import { overrideProblem } from '../promql/threshold.ts';
import type { CompleteContext, RulesContext } from './context.ts';

/** Everything that is wrong with a context, in plain sentences; empty when it is sound. */
export function problemsOf(context: CompleteContext): readonly string[] {
  const missing = missingMixins(context.mixins);
  if (missing.length > 0) return missing;
  return [
    ...thresholdProblems(context.mixins, context.thresholds ?? {}),
    ...selectorProblems(context.mixins, context.selector ?? {}),
    ...scopeProblems(context),
    ...targetProblems(context.target),
    ...presetProblems(context.mixins, context.presets ?? {}),
    ...incidentProblems(context.mixins),
    ...urlProblems('runbookBaseUrl', context.runbookBaseUrl),
    ...urlProblems('dashboardBaseUrl', context.dashboardBaseUrl),
    ...(isPositive(context.scale ?? 1) ? [] : ['scale must be a number above 0']),
  ];
}

/** A mixin without what its rules read gives a problem for each of them; this says it once. */
const missingMixins = (mixins: readonly Mixin[]): string[] =>
  mixins.flatMap(({ name, needs = [] }) =>
    needs
      .filter((each) => !mixins.some((other) => other.name === each))
      .map((each) => `the mixin "${name}" reads what "${each}" records: list that as well`),
  );

const isPositive = (value: unknown): boolean =>
  typeof value === 'number' && value > 0 && Number.isFinite(value);

function thresholdProblems(
  mixins: readonly Mixin[],
  overrides: NonNullable<RulesContext['thresholds']>,
): string[] {
  const known = new Map(thresholdsOf(mixins).map((each) => [each.thresholdKey, each]));
  return Object.entries(overrides).flatMap(([key, value]) => {
    const threshold = known.get(key);
    if (threshold === undefined)
      return [`there is no threshold "${key}"; there are ${[...known.keys()].join(', ')}`];
    return overrideProblem(threshold, value) ?? [];
  });
}

/** Labels of the rules themselves, and of the way to them. */
const OWN_LABELS = ['alertname', 'alertstate', 'severity', 'component', OWNER, 'job', 'instance'];

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

const takenLabels = (mixins: readonly Mixin[]): readonly string[] => [
  ...OWN_LABELS,
  ...metricsOf(mixins).flatMap(({ labels }) => labels.map(({ name }) => name)),
];

function selectorProblems(
  mixins: readonly Mixin[],
  selector: NonNullable<RulesContext['selector']>,
): string[] {
  const taken = takenLabels(mixins);
  return Object.entries(selector).flatMap(([label, value]) => {
    if (!LABEL_NAME.test(label)) return [`"${label}" is no label name`];
    if (taken.includes(label))
      return [`the selector label "${label}" belongs to the metrics or rules themselves`];
    return typeof value === 'string' && value !== '' ? [] : [`the selector label "${label}" needs a value`];
  });
}

function scopeProblems({ mixins, scope }: CompleteContext): string[] {
  if (scope === undefined) return [];
  if (!Array.isArray(scope)) return ['scope must list the names of labels'];
  const taken = takenLabels(mixins);
  return scope.flatMap((label: unknown) => {
    if (typeof label !== 'string' || !LABEL_NAME.test(label))
      return [`${JSON.stringify(label)} is no label name`];
    return taken.includes(label)
      ? [`the scope label "${label}" belongs to the metrics or rules themselves`]
      : [];
  });
}

function presetProblems(mixins: readonly Mixin[], chosen: NonNullable<RulesContext['presets']>): string[] {
  const presets = presetsOf(mixins);
  return Object.entries(chosen).flatMap(([name, things]) => {
    const preset = presets.find((each) => each.name === name);
    if (preset === undefined)
      return [`there is no preset "${name}"; there are ${presets.map((each) => each.name).join(', ')}`];
    const labels = Object.keys(preset.of);
    if (typeof things === 'string') {
      if (labels.length > 1)
        return [`the preset "${name}" needs the names of its things, by ${labels.join(' and ')}`];
      return things !== '' ? [] : [`the preset "${name}" needs the name of its ${labels[0]}`];
    }
    if (typeof things !== 'object' || things === null)
      return [`the preset "${name}" needs the names of its things, by ${labels.join(' and ')}`];
    return Object.entries(things).flatMap(([label, value]) => {
      if (!labels.includes(label))
        return [`the preset "${name}" speaks of no ${label}; of ${labels.join(' and ')}`];
      return typeof value === 'string' && value !== ''
        ? []
        : [`the preset "${name}" needs the name of its ${label}`];
    });
  });
}

/** A label that an alert lacks would make one incident of all its alerts. */
function incidentProblems(mixins: readonly Mixin[]): string[] {
  const shared = alertsOf(mixins).filter(({ incident }) => incident !== undefined);
  if (shared.length === 0) return [];
  const catalog = catalogFor(mixins);
  return shared.flatMap(({ alert, expr, incident = [] }) => {
    if (incident.length === 0) return [`the incident of ${alert} names no label`];
    const labels = labelsIn(renderQuery(expr), catalog);
    return incident
      .filter((label) => !labels.includes(label))
      .map(
        (label) => `the incident label "${label}" is none of the labels of ${alert}: ${labels.join(', ')}`,
      );
  });
}

function targetProblems(target: string | undefined): string[] {
  if (target === undefined) return [];
  const { root } = parseQuery(`up{${target}}`);
  const nodes = walk(root);
  const isMatcherList =
    nodes.filter(({ name }) => name === 'VectorSelector').length === 1 &&
    nodes.some(({ name }) => name === 'UnquotedLabelMatcher') &&
    !nodes.some(({ type, name }) => type.isError || name === 'BinaryExpr');
  return isMatcherList
    ? []
    : [`the target must be matchers such as job="offload", not ${JSON.stringify(target)}`];
}

function urlProblems(name: string, url: string | undefined): string[] {
  if (url === undefined || (URL.canParse(url) && /^https?:/.test(url))) return [];
  return [`${name} must be an http or https URL, not ${JSON.stringify(url)}`];
}
