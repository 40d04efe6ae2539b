import type { MetricDescriptor } from '@sightglass/core';
import * as core from '@sightglass/core/metrics';
import type { Incidents, Inhibition } from '../alertmanager/model.ts';
import { OWNER } from '../alertmanager/route.ts';
import { type Catalog, catalogOf, labelsIn } from '../check/index.ts';
import { externalMetrics } from '../model/external.ts';
import type { RuleFile } from '../model/rule.ts';
import { type Alert, type AlertOptions, isAlert, type Recording, type RuleGroup } from '../model/rule.ts';
import { minutes, seconds } from '../promql/duration.ts';
import { type Query, renderQuery } from '../promql/promql.ts';
import type { Threshold } from '../promql/threshold.ts';
import { withCopies } from '../remembered/index.ts';
import { type SloSet, sloFile } from '../slo/groups.ts';
import { componentOf, descriptorOf, type Mixin, type MixinChoices, type MixinGroup } from './mixin.ts';
import { withOwners } from './owned.ts';
import {
  type Chosen,
  type ChosenPresets,
  exceptPresets,
  type Preset,
  presetAlerts,
  type Things,
  thingsOf,
} from './preset.ts';

/*
 * What a list of mixins is, all together. Nothing else in the package knows which mixins there are.
 */

type Mixins = readonly Mixin[];

/** What the rule files of one installation are made of. */
export interface RuleFileOptions {
  /** A PromQL matcher list that finds the targets which must be there, such as `job="offload"`. Default: those of the last week. */
  readonly target?: string;
  /** Presets by name, each with the things that it speaks of: a file for each, whose alerts leave the other files for these. Default: none. */
  readonly presets?: ChosenPresets;
}

/** Every metric that the mixins are made of, as data. */
export const metricsOf = (mixins: Mixins): readonly MetricDescriptor[] =>
  mixins.flatMap(({ metrics = [] }) => metrics.flatMap((each) => each.metrics.map(descriptorOf)));

/** Those of them that other programs than the services export. */
export const outsideMetricsOf = (mixins: Mixins): readonly MetricDescriptor[] =>
  mixins.flatMap(({ metrics = [] }) =>
    metrics.filter(({ outside }) => outside === true).flatMap((each) => each.metrics.map(descriptorOf)),
  );

/** The metrics that their rules may read: their own, those of others that they read where there are any, and what any service exports. */
const readableOf = (mixins: Mixins): readonly MetricDescriptor[] => [
  ...new Map(
    [
      ...Object.values(core),
      ...metricsOf(mixins),
      ...mixins.flatMap(({ reads = [] }) => reads.map(descriptorOf)),
    ].map((metric) => [metric.name, metric]),
  ).values(),
];

/** Every preset that can be asked for. */
export const presetsOf = (mixins: Mixins): readonly Preset[] => mixins.flatMap(({ presets = [] }) => presets);

/** Alerts under their own names and those that presets give them. */
const namedBy = (presets: readonly Preset[], alerts: readonly string[]): readonly string[] =>
  alerts.flatMap((alert) => [alert, ...presets.flatMap((preset) => preset.alerts[alert] ?? [])]);

/** The SLOs of the mixins as one set, each with the component of its mixin. `presets` are those that were asked for. */
export const sloSetOf = (mixins: Mixins, presets: readonly Preset[] = []): SloSet => ({
  slos: mixins.flatMap((mixin) =>
    (mixin.slos ?? []).map((slo) => ({
      ...slo,
      explainedBy: namedBy(presets, slo.explainedBy),
      component: componentOf(mixin),
    })),
  ),
  composites: mixins.flatMap(({ composites = [] }) => composites),
  inputs: mixins.flatMap(({ sloInputs = [] }) => sloInputs),
});

/** Every file that is rendered: one for each mixin that has rules, then the SLOs of all and the aliases of all. */
export function ruleFilesOf(
  mixins: Mixins,
  { target, presets = {} }: RuleFileOptions = {},
): readonly RuleFile[] {
  const chosen: readonly Chosen[] = presetsOf(mixins).flatMap((preset) =>
    Object.hasOwn(presets, preset.name) ? [[preset, thingsOf(preset, presets[preset.name]!)] as const] : [],
  );
  const choices: MixinChoices = {
    presets: Object.fromEntries(chosen.map(([preset, things]): [string, Things] => [preset.name, things])),
    ...(target === undefined ? {} : { target }),
  };
  const all = presetsOf(mixins);
  const names = new Set(mixins.map(({ name }) => name));
  const ruled = mixins.flatMap((mixin) => {
    const own = (mixin.groups?.(choices) ?? [])
      .filter(({ needs = [] }) => needs.every((name) => names.has(name)))
      .map((group) => withMixin(group, mixin, all));
    const groups = withCopies(mixin.name, own);
    return groups.length === 0 ? [] : [{ mixin, groups }];
  });
  const set = sloSetOf(
    mixins,
    chosen.map(([preset]) => preset),
  );
  const slo = set.slos.length === 0 ? [] : [sloFile(set)];
  const catalog = catalogOf({
    declared: readableOf(mixins),
    recorded: [...ruled.flatMap(({ groups }) => groups), ...slo.flatMap(({ groups }) => groups)].flatMap(
      ({ rules }) => rules.filter((rule): rule is Recording => !isAlert(rule)),
    ),
    external: externalMetrics,
  });
  const theirs = (group: RuleGroup): RuleGroup => withOwners(group, mixins, catalog);
  const alerts = ruled.flatMap(({ groups }) => groups.flatMap(({ rules }) => rules.filter(isAlert)));
  const aliases = mixins.flatMap((mixin) => mixin.aliases?.(choices) ?? []);
  return [
    ...ruled.map(({ mixin, groups }) => ({
      file: mixin.file ?? `${mixin.name}.yml`,
      about: mixin.about,
      groups: groups.map((group) => theirs(withoutPresets(group, chosen))),
    })),
    ...chosen.map(([preset, things]) => ({
      file: `${preset.name}.yml`,
      about: `${preset.about} Needs the other files, rendered with the same preset.`,
      groups: [
        theirs({
          name: `sightglass-preset-${preset.name}`,
          interval: seconds(30),
          rules: presetAlerts(preset, things, alerts),
        }),
      ],
    })),
    ...slo.map((file) => ({ ...file, groups: file.groups.map(theirs) })),
    ...(aliases.length === 0 ? [] : [aliasFile(aliases)]),
  ];
}

/** The group with what the mixin says of its alerts. */
function withMixin(
  { rules, needs: _, ...group }: MixinGroup,
  mixin: Mixin,
  presets: readonly Preset[],
): RuleGroup {
  const said = {
    component: componentOf(mixin),
    ...(mixin.owner === undefined ? {} : { owner: mixin.owner }),
  };
  return {
    ...group,
    rules: rules.map((rule): Recording | Alert => {
      if (!isAlertOptions(rule)) return rule;
      const otherNames = namedBy(presets, [rule.alert]).slice(1);
      return { ...rule, ...said, ...(otherNames.length === 0 ? {} : { otherNames }) };
    }),
  };
}

const isAlertOptions = (rule: Recording | AlertOptions): rule is AlertOptions => 'alert' in rule;

function withoutPresets(group: RuleGroup, chosen: readonly Chosen[]): RuleGroup {
  return {
    ...group,
    rules: group.rules.map((rule) => (isAlert(rule) ? exceptPresets(chosen, [rule])[0]! : rule)),
  };
}

const aliasFile = (rules: readonly Recording[]): RuleFile => ({
  file: 'aliases.yml',
  about:
    'Names that other systems used and that differ here, for queries written before. Load it only if you have such queries.',
  groups: withCopies('aliases', [{ name: 'sightglass-aliases', interval: minutes(1), rules }]),
});

const rulesOf = (mixins: Mixins) =>
  ruleFilesOf(mixins).flatMap(({ groups }) => groups.flatMap(({ rules }) => rules));

/** Every series that the rules record, the hourly copies too. */
export const recordingsOf = (mixins: Mixins): readonly Recording[] =>
  rulesOf(mixins).filter((rule): rule is Recording => !isAlert(rule));

/** Every alert by its name, once: one that pages is a second rule, as a warning, for what must wake nobody. */
export const alertsOf = (mixins: Mixins): readonly Alert[] =>
  [
    ...new Map(
      rulesOf(mixins)
        .filter(isAlert)
        .reverse()
        .map((alert) => [alert.alert, alert]),
    ).values(),
  ].reverse();

/** Every name that rules, dashboards and runbooks may read. `commonLabels` are those of an installation's selector and scope. */
export const catalogFor = (mixins: Mixins, commonLabels: readonly string[] = []): Catalog =>
  catalogOf({
    declared: readableOf(mixins),
    recorded: recordingsOf(mixins),
    external: externalMetrics,
    commonLabels,
  });

/** Every threshold that a rule compares with and that has a key, in the order of the rules. */
export function thresholdsOf(mixins: Mixins): readonly Threshold[] {
  const found = new Map<string, Threshold>();
  const collect = ({ parts }: Query): void => {
    for (const part of parts) {
      if (typeof part === 'number') continue;
      if ('thresholdKey' in part && part.thresholdKey !== '') found.set(part.thresholdKey, part);
      if ('text' in part) collect(part);
    }
  };
  for (const { expr } of rulesOf(mixins)) collect(expr);
  return [...found.values()];
}

/** Alerts by all names that presets give them. */
function underAllNames(mixins: Mixins): (alerts: readonly string[]) => readonly string[] {
  const presets = presetsOf(mixins);
  return (alerts) => namedBy(presets, alerts);
}

/** The labels by which an alert names its thing: those that its expression leaves, without the owner, who may change while it fires. */
export const thingLabelsOf = ({ expr }: Alert, catalog: Catalog): readonly string[] =>
  labelsIn(renderQuery(expr), catalog).filter((label) => label !== OWNER);

/** What tells one incident of the critical alerts from another, by all names that presets give them. */
export function incidentsOf(mixins: Mixins): Incidents {
  const named = underAllNames(mixins);
  const catalog = catalogFor(mixins);
  const critical = alertsOf(mixins).filter(({ severity }) => severity === 'critical');
  const causes = new Map<string, { readonly labels: readonly string[]; readonly alerts: Set<string> }>();
  for (const { alert, incident } of critical) {
    if (incident === undefined) continue;
    const key = incident.join();
    if (!causes.has(key)) causes.set(key, { labels: incident, alerts: new Set() });
    causes.get(key)!.alerts.add(alert);
  }
  const alone = critical.filter(({ incident }) => incident === undefined);
  return {
    things: [...new Set(alone.flatMap((alert) => thingLabelsOf(alert, catalog)))].sort(),
    sharedCauses: [...causes.values()].map(({ labels, alerts }) => ({ labels, alerts: named([...alerts]) })),
  };
}

/** The labels that tell things apart, each with the name of the gauge that declares them. */
export const identitiesOf = (
  mixins: Mixins,
): readonly { readonly labels: readonly string[]; readonly declared: string }[] =>
  mixins.flatMap(({ identities = [] }) =>
    identities.map(({ labels, declared }) => ({ labels, declared: declared.descriptor.name })),
  );

/** While an alert fires, which others are not told, by all names that presets give them. */
export function inhibitionsOf(mixins: Mixins): readonly Inhibition[] {
  const named = underAllNames(mixins);
  return mixins.flatMap(({ inhibitions = [] }) =>
    inhibitions.map(({ sources, targets, equal }) => ({
      sources: named(sources),
      targets: named(targets),
      equal,
    })),
  );
}

/** What exports a series, when it appears, and whether nothing waits for it. Undefined for a name of nobody's. */
export function exportOf(
  mixins: Mixins,
  series: string,
):
  | {
      readonly by: string;
      readonly appears?: string;
      readonly isOptional: boolean;
      /** Another program than the service exports it. */
      readonly isOutside: boolean;
    }
  | undefined {
  for (const { exportedBy, metrics, appears = {}, optional = [], outside = false } of mixins.flatMap(
    ({ metrics = [] }) => metrics,
  )) {
    for (const { name, kind } of metrics.map(descriptorOf)) {
      const isOf = name === series || (kind === 'histogram' && PARTS.some((part) => name + part === series));
      if (isOf)
        return {
          by: exportedBy,
          isOptional: optional.includes(name),
          isOutside: outside,
          ...(Object.hasOwn(appears, name) ? { appears: appears[name]! } : {}),
        };
    }
  }
  return undefined;
}

const PARTS = ['_bucket', '_sum', '_count'];
