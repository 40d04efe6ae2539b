import type { AlertOptions } from '../model/rule.ts';
import { type LabelMatcher, type Part, type Query, where } from '../promql/promql.ts';

/** What names a thing, or several things of different kinds: the value of the label of each, such as `{ job_name: 'pricing-sync' }`. */
export type Things = { readonly [label: string]: string };

/** Alerts under the names that another system gave them, for some things of its. They are the same alerts: nothing is judged twice. */
export interface Preset {
  /** As it is asked for: `--preset pricing-sync`. */
  readonly name: string;
  /** The things that they speak of, one of each kind, unless others are named. An alert is of the first whose label it has. */
  readonly of: Things;
  /** What the file of it says at its top. */
  readonly about: string;
  /** The preset's name of each alert that it renames. */
  readonly alerts: { readonly [alert: string]: string };
}

/** Names of presets, and for each the things that it speaks of, or the one thing where it has one kind alone. */
export type ChosenPresets = { readonly [preset: string]: string | Things };

/** A preset that was asked for, with its things. */
export type Chosen = readonly [preset: Preset, things: Things];

/** The things that a preset speaks of: those that were named, and its own for the rest. */
export function thingsOf({ of }: Preset, named: string | Things): Things {
  if (typeof named !== 'string') return { ...of, ...named };
  const [label = 'job_name'] = Object.keys(of);
  return { ...of, [label]: named };
}

/** The alerts that a preset renames, for its things alone. Links still lead to the sections of the alerts that they are. */
export function presetAlerts<A extends AlertOptions>(
  preset: Preset,
  things: Things,
  alerts: readonly A[],
): readonly A[] {
  return alerts.flatMap((alert) => {
    const name = preset.alerts[alert.alert];
    const label = labelOf(things, alert.expr);
    if (name === undefined || label === undefined) return [];
    const expr = selected(alert.expr, label, things[label]!, (other) => [preset.alerts[other] ?? other]);
    return [{ ...alert, alert: name, section: alert.alert, expr }];
  });
}

/** The same alerts without the things that presets speak of under other names. What an alert reads of another, it reads under all names that this may have. */
export function exceptPresets<A extends AlertOptions>(
  chosen: readonly Chosen[],
  alerts: readonly A[],
): readonly A[] {
  if (chosen.length === 0) return alerts;
  const allNames = (other: string) => [other, ...chosen.flatMap(([{ alerts }]) => alerts[other] ?? [])];
  return alerts.map((alert) => {
    const values = new Map<string, string[]>();
    for (const [preset, things] of chosen) {
      const label = labelOf(things, alert.expr);
      if (label === undefined || preset.alerts[alert.alert] === undefined) continue;
      values.set(label, [...(values.get(label) ?? []), things[label]!]);
    }
    let expr = named(alert.expr, allNames);
    for (const [label, own] of values) {
      const others: LabelMatcher = { not: own.length === 1 ? own[0]! : own };
      expr = selected(expr, label, others, (other) => [other]);
    }
    return { ...alert, expr };
  });
}

/** The label by which an alert names the thing that a preset speaks of. */
const labelOf = (things: Things, expr: Query): string | undefined =>
  Object.keys(things).find((label) => hasLabel(expr, label));

const hasLabel = ({ parts }: Query, label: string): boolean =>
  parts.some((part) => {
    if (typeof part === 'number' || 'raw' in part) return false;
    if ('text' in part) return hasLabel(part, label);
    if ('record' in part) return part.labels.includes(label);
    return 'descriptor' in part && part.descriptor.labels.some(({ name }) => name === label);
  });

/** Other names of alerts: one that is read under several is read under any of them. */
type NamesOf = (alert: string) => readonly string[];

/** The expression over the series of some things; what it reads of other alerts, under their names there. */
const selected = (expr: Query, label: string, value: LabelMatcher, namesOf: NamesOf): Query =>
  mapped(expr, (part) => {
    if ('record' in part) return part.labels.includes(label) ? where(part, { [label]: value }) : part;
    if ('descriptor' in part) {
      const isOfThing = part.descriptor.labels.some(({ name }) => name === label);
      return isOfThing ? where(part, { [label]: value }) : part;
    }
    return isOfAlerts(part) ? renamed(part, namesOf, { [label]: value }) : part;
  });

/** The expression with what it reads of other alerts under their names there. */
const named = (expr: Query, namesOf: NamesOf): Query =>
  mapped(expr, (part) => (isOfAlerts(part) ? renamed(part, namesOf) : part));

type Series = Exclude<Part, number | Query | { readonly raw: string }>;

const mapped = ({ text, parts }: Query, change: (part: Series) => Part): Query => ({
  text,
  parts: parts.map((part) => {
    if (typeof part === 'number' || 'raw' in part) return part;
    return 'text' in part ? mapped(part, change) : change(part as Series);
  }),
});

type OfAlerts = Extract<Part, { readonly external: string }>;

const isOfAlerts = (part: Series): part is OfAlerts =>
  'external' in part && part.matchers?.alertname !== undefined && alertnames(part) !== undefined;

/** The alerts that are read, when they are named. */
function alertnames(part: OfAlerts): readonly string[] | undefined {
  const matcher = part.matchers?.alertname;
  if (typeof matcher === 'string') return [matcher];
  return Array.isArray(matcher) ? matcher : undefined;
}

function renamed(part: OfAlerts, namesOf: NamesOf, more: { readonly [label: string]: LabelMatcher } = {}) {
  const names = [...new Set(alertnames(part)!.flatMap(namesOf))];
  return where(part, { alertname: names.length === 1 ? names[0]! : names, ...more });
}
