import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { metricsToldIn } from '../engine/check/index.ts';
import { alertsOf, exportOf, recordingsOf } from '../engine/mixin/folds.ts';
import type { Mixin } from '../engine/mixin/mixin.ts';
import { renderQuery } from '../engine/promql/promql.ts';

/** An alert or a panel, with the series of the service that it needs, through recorded ones too: not those that only hold it back. */
export interface Subject {
  readonly name: string;
  readonly reads: readonly string[];
}

/** The SLO that an expression is about, when it names one: all SLOs record their series under the same names. */
function sloIn(expression: string): string | undefined {
  const named = new Set([...expression.matchAll(/\bslo="([^"]+)"/g)].map(([, slo]) => slo));
  return named.size === 1 ? [...named][0] : undefined;
}

const isOf = (slo: string | undefined, recordedFor: string | undefined): boolean =>
  slo === undefined || recordedFor === undefined || slo === recordedFor;

/** What a recording is made of: the series that it needs, and the SLO that it is recorded for. */
interface Made {
  readonly slo: string | undefined;
  readonly reads: readonly string[];
}

const made = new WeakMap<readonly Mixin[], ReadonlyMap<string, readonly Made[]>>();

/** The recordings of these mixins by name. Rendering and parsing hundreds of them takes a second, so it is done once for a list. */
function recordingsBy(mixins: readonly Mixin[]): ReadonlyMap<string, readonly Made[]> {
  const known = made.get(mixins);
  if (known !== undefined) return known;
  const byName = new Map<string, Made[]>();
  for (const { record, staticLabels, expr } of recordingsOf(mixins)) {
    const one = { slo: staticLabels?.slo, reads: metricsToldIn(renderQuery(expr)) };
    byName.set(record, [...(byName.get(record) ?? []), one]);
  }
  made.set(mixins, byName);
  return byName;
}

/** Declared series behind an expression, of one SLO where it is about one. What Prometheus itself exports is not the service's to have. */
export function declaredIn(mixins: readonly Mixin[], expression: string): readonly string[] {
  const slo = sloIn(expression);
  const recorded = recordingsBy(mixins);
  const seen = new Set<string>();
  const behind = (names: readonly string[]): readonly string[] =>
    names.flatMap((name) => {
      if (seen.has(name)) return [];
      seen.add(name);
      if (exportOf(mixins, name) !== undefined) return [name];
      return (recorded.get(name) ?? [])
        .filter((each) => isOf(slo, each.slo))
        .flatMap(({ reads }) => behind(reads));
    });
  return behind(metricsToldIn(expression));
}

const subject = (mixins: readonly Mixin[], name: string, expressions: readonly string[]): Subject => ({
  name,
  reads: [...new Set(expressions.flatMap((expression) => declaredIn(mixins, expression)))],
});

export const alertSubjects = (mixins: readonly Mixin[]): readonly Subject[] =>
  alertsOf(mixins).map(({ alert, expr }) => subject(mixins, alert, [renderQuery(expr)]));

interface PanelJson {
  readonly title?: string;
  readonly targets?: readonly { readonly expr?: string }[];
  readonly panels?: readonly PanelJson[];
}

/** The panels of every dashboard in a folder of Grafana JSON. */
export function panelSubjects(mixins: readonly Mixin[], folder: string): readonly Subject[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => {
      const dashboard = JSON.parse(readFileSync(join(folder, file), 'utf8')) as PanelJson;
      return panelsOf(dashboard).map(({ title, targets = [] }) =>
        subject(
          mixins,
          `${dashboard.title ?? file}: ${title ?? 'untitled'}`,
          targets.flatMap(({ expr }) => (expr === undefined ? [] : [expr])),
        ),
      );
    });
}

const panelsOf = ({ panels = [] }: PanelJson): readonly PanelJson[] =>
  panels.flatMap((panel) => [...(panel.targets === undefined ? [] : [panel]), ...panelsOf(panel)]);

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
