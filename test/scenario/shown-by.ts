import { readFileSync } from 'node:fs';
import { panelQueries, substitute, variableValues } from '@sightglass/dashboards';
import { type PrintedSample, parseSamples } from './promtool/labels.ts';
import { answersIn, runPromtool } from './promtool/run.ts';
import { closureOf, readsOf, rulesNamed } from './rules.ts';
import { play, type Script } from './story.ts';
import { type Pace, USUAL_PACE } from './world/time.ts';

/** What a committed dashboard asks, its variables filled in as it starts with them. */
export function shownBy(uid: string) {
  const dashboard = JSON.parse(
    readFileSync(new URL(`../../dashboards/grafana/${uid}.json`, import.meta.url), 'utf8'),
  );
  const values = variableValues(dashboard);
  const queries = panelQueries(dashboard).map((query) => ({
    ...query,
    expr: substitute(query.expr, values),
  }));
  return {
    values,
    queries,
    exprOf: (panel: string, refId = 'A'): string => {
      const found = queries.find((query) => query.panel === panel && query.refId === refId);
      if (!found) throw new Error(`${uid} has no query ${refId} on a panel "${panel}"`);
      return found.expr;
    },
    /** The window that the dashboard computes, in seconds. */
    computedWindow: (): string => {
      const { query } = dashboard.templating.list.find((each: { name: string }) => each.name === 'window');
      return `vector(${substitute(/^query_result\((.*)\)$/s.exec(query)![1]!, values)})`;
    },
    annotation: (name: string): string => {
      const { expr } = dashboard.annotations.list.find((each: { name: string }) => each.name === name);
      return substitute(expr, values);
    },
  };
}

/** Plays a story at a pace, with the rules that the expressions read, and answers these at its end, in their order. */
export async function atTheEndOf(
  { script, pace }: { readonly script: Script; readonly pace: Pace },
  expressions: readonly string[],
): Promise<PrintedSample[][]> {
  const { series, end } = await play({ alert: undefined, title: 'is looked at', scripts: [script], pace });
  const rules = closureOf(expressions.flatMap((expr) => readsOf({ expr }))).flatMap(rulesNamed);
  const queries = expressions.map((expr) => ({ expr, time: end }));
  const answers = answersIn(await runPromtool(rules, [{ series, queries }], pace));
  return expressions.map((expr) => parseSamples(answers.get(expr) ?? ''));
}

/** The same at the usual pace. */
export const atTheEnd = (script: Script, ...expressions: readonly string[]): Promise<PrintedSample[][]> =>
  atTheEndOf({ script, pace: USUAL_PACE }, expressions);

/** The samples as values by one label, or by several joined with a space. */
export const valuesBy = (samples: readonly PrintedSample[], ...labels: readonly string[]) =>
  Object.fromEntries(
    samples.map((sample) => [labels.map((label) => sample.labels[label] ?? '').join(' '), sample.value]),
  );
