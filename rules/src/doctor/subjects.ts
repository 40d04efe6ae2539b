import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { alertsOf, exportOf, recordingsOf } from '../engine/mixin/folds.ts';
import type { Mixin } from '../engine/mixin/mixin.ts';
import { externalMetrics } from '../engine/model/external.ts';
import { renderQuery } from '../engine/promql/promql.ts';
import { type Need, needOf, seriesIn } from './need.ts';

/** An alert or a panel, with the series of the service that it needs, through recorded ones too: not those that only hold it back. */
export interface Subject {
  readonly name: string;
  /** Every series that it may make use of. */
  readonly reads: readonly string[];
  /** What each of its queries needs of them. Default: all of them, for one query. */
  readonly needs?: readonly Need[];
}

/** What Prometheus and Alertmanager say of themselves and their targets, which is not the service's to have. */
export const isOfPrometheus = (name: string): boolean =>
  externalMetrics.some(({ external }) => external === name) ||
  /^(ALERTS_FOR_STATE|(prometheus|alertmanager|scrape)_\w+)$/.test(name);

/** The SLO that an expression is about, when it names one: all SLOs record their series under the same names. */
function sloIn(expression: string): string | undefined {
  const named = new Set([...expression.matchAll(/\bslo="([^"]+)"/g)].map(([, slo]) => slo));
  return named.size === 1 ? [...named][0] : undefined;
}

/** Gives the need of an expression. */
type Needs = (expression: string) => Need;

const made = new WeakMap<readonly Mixin[], Needs>();

/**
 * The needs of expressions over what these mixins record, of one SLO where an expression is about one. Rendering and parsing hundreds of recordings
 * takes a second, so it is done once for a list.
 */
function needsOver(mixins: readonly Mixin[]): Needs {
  const known = made.get(mixins);
  if (known !== undefined) return known;
  const recorded = new Map<string, { readonly slo: string | undefined; readonly expression: string }[]>();
  for (const { record, staticLabels, expr } of recordingsOf(mixins)) {
    const one = { slo: staticLabels?.slo, expression: renderQuery(expr) };
    recorded.set(record, [...(recorded.get(record) ?? []), one]);
  }
  const needs = new Map<string, Need>();
  const named = (slo: string | undefined) => (series: string) => needOfSeries(series, slo);
  function needOfSeries(series: string, slo: string | undefined): Need {
    const rules = recorded.get(series) ?? [];
    const key = `${slo ?? ''} ${series}`;
    const before = needs.get(key);
    if (before !== undefined) return before;
    if (rules.length === 0 || exportOf(mixins, series) !== undefined) return { series };
    const any: Need[] = [];
    // Known before it is filled: what a rule remembers leads back to what it records.
    needs.set(key, { any });
    const ofSlo = rules.filter((rule) => slo === undefined || rule.slo === undefined || rule.slo === slo);
    // A drop-down of SLOs is none of them.
    for (const { expression } of ofSlo.length > 0 ? ofSlo : rules) any.push(needOf(expression, named(slo)));
    return { any };
  }
  const needsOfMixins: Needs = (expression) => needOf(expression, named(sloIn(expression)));
  made.set(mixins, needsOfMixins);
  return needsOfMixins;
}

const subject = (mixins: readonly Mixin[], name: string, expressions: readonly string[]): Subject => {
  const needs = expressions.map(needsOver(mixins));
  return { name, reads: seriesIn(needs).filter((series) => !isOfPrometheus(series)), needs };
};

export const alertSubjects = (mixins: readonly Mixin[]): readonly Subject[] =>
  alertsOf(mixins).map(({ alert, expr }) => subject(mixins, alert, [renderQuery(expr)]));

interface PanelJson {
  readonly title?: string;
  readonly datasource?: unknown;
  readonly targets?: readonly { readonly expr?: unknown; readonly datasource?: unknown }[];
  readonly panels?: readonly PanelJson[];
  /** Of Grafana before 5. */
  readonly rows?: readonly PanelJson[];
}

/**
 * The panels of every dashboard in a folder of Grafana JSON that ask a Prometheus. Throws an error that says what is wrong with the folder: that it
 * can't be read, that a file is no JSON, or that there is no such panel in it.
 */
export function panelSubjects(mixins: readonly Mixin[], folder: string): readonly Subject[] {
  const found = jsonFilesIn(folder).flatMap((file) => {
    const dashboard = dashboardIn(join(folder, file));
    return panelsOf(dashboard).flatMap((panel) => {
      const expressions = expressionsOf(panel);
      const name = `${dashboard.title ?? file}: ${panel.title ?? 'untitled'}`;
      return expressions.length === 0 ? [] : [subject(mixins, name, expressions)];
    });
  });
  if (found.length === 0)
    throw new Error(`${folder} has no Grafana JSON with a panel that asks a Prometheus`);
  return found;
}

function jsonFilesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .sort();
  } catch (error) {
    throw new Error(`the dashboards in ${folder} can not be read: ${(error as Error).message}`);
  }
}

/** A dashboard as Grafana saves it, or as its API hands it out. */
function dashboardIn(file: string): PanelJson {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is no JSON: ${(error as Error).message}`);
  }
  if (!isObject(content)) return {};
  return isObject(content.dashboard) ? content.dashboard : content;
}

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null;

const listOf = <T>(value: readonly T[] | undefined): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]).filter((each) => isObject(each)) : [];

const panelsOf = ({ panels, rows }: PanelJson): readonly PanelJson[] =>
  [...listOf(panels), ...listOf(rows)].flatMap((panel) => [
    ...(panel.targets === undefined ? [] : [panel]),
    ...panelsOf(panel),
  ]);

/** What a panel asks a Prometheus: Loki and its like have an `expr` too. */
const expressionsOf = ({ targets, datasource }: PanelJson): readonly string[] =>
  listOf(targets).flatMap((target) => {
    const type = typeOf(target.datasource) ?? typeOf(datasource) ?? 'prometheus';
    return typeof target.expr === 'string' && target.expr.trim() !== '' && type === 'prometheus'
      ? [target.expr]
      : [];
  });

const typeOf = (datasource: unknown): string | undefined =>
  isObject(datasource) && typeof datasource.type === 'string' ? datasource.type : undefined;

/** The dashboards package beside `folder`'s own dependencies, when it is installed. */
export function installedDashboards(folder: string): string | undefined {
  try {
    const manifest = createRequire(join(folder, 'package.json')).resolve(
      '@sightglass/dashboards/package.json',
    );
    const grafana = join(manifest, '..', 'grafana');
    return existsSync(grafana) ? grafana : undefined;
  } catch {
    return undefined;
  }
}
