import type { RenderContext } from '../../engine/promql/promql.ts';
import { list, promql, type Query } from '../../engine/promql/promql.ts';
import { renderScoped, type ScopeOptions, scopeOf } from '../../engine/scope/scope.ts';
import type { Prometheus } from '../../engine/slo/report/prometheus.ts';
import {
  age,
  checkAge,
  completeness,
  freshnessObjective,
  lastUpdate,
  loadRows,
  PER_DATASET,
  worstScore,
} from './recordings/index.ts';
import { type DatasetState, datasetStates } from './states.ts';

/** What is known of one data set at one time. What is not known is left out. */
export interface DatasetFindings {
  /** Its labels, those of its estate first. */
  readonly labels: { readonly [label: string]: string };
  /** Everything that it is, the worst first; `ok` alone where nothing is wrong. */
  readonly states: readonly Pick<DatasetState, 'name' | 'severity'>[];
  readonly ageSeconds?: number;
  readonly ageObjectiveSeconds?: number;
  readonly sinceUpdateSeconds?: number;
  readonly scoreRatio?: number;
  readonly sinceCheckSeconds?: number;
  readonly completenessRatio?: number;
  readonly loadRows?: number;
}

const FIGURES = {
  ageSeconds: promql`${age}`,
  ageObjectiveSeconds: promql`${freshnessObjective}`,
  sinceUpdateSeconds: promql`time() - ${lastUpdate}`,
  scoreRatio: promql`${worstScore}`,
  sinceCheckSeconds: promql`${checkAge}`,
  completenessRatio: promql`${completeness}`,
  loadRows: promql`${loadRows}`,
} as const satisfies { readonly [figure: string]: Query };

/** Asks a Prometheus that has loaded the rules what is wrong with which data set, the worst first. Empty where it knows none. */
export async function datasetFindings(
  prometheus: Prometheus,
  time: number,
  context: RenderContext & ScopeOptions,
): Promise<readonly DatasetFindings[]> {
  const names = [...scopeOf(context), ...PER_DATASET];
  const keyOf = (labels: { readonly [label: string]: string }) =>
    JSON.stringify(names.map((name) => labels[name] ?? ''));
  const ask = async (query: Query) => {
    const worst = promql`max by (${list(PER_DATASET)}) (${query})`;
    const samples = await prometheus.query(renderScoped(worst, context), time);
    return new Map(samples.map((sample) => [keyOf(sample.labels), sample] as const));
  };
  const states = await Promise.all(
    datasetStates.map(async (state, rank) => ({ ...state, rank, of: await ask(state.query) })),
  );
  const figures = await Promise.all(
    Object.entries(FIGURES).map(async ([figure, query]) => [figure, await ask(query)] as const),
  );
  const all = states.at(-1)!.of;
  return [...all]
    .map(([key, { labels }]) => {
      const held = states.filter(({ of }) => of.has(key));
      const covered = held.map(({ covers }) => covers);
      // What is disabled is nothing else; the last holds for all, and is said of what nothing else is said of.
      const wrong = held.slice(0, -1).filter(({ name }) => !covered.includes(name));
      const said = wrong[0]?.severity === 'info' ? wrong.slice(0, 1) : wrong.length > 0 ? wrong : held;
      return {
        rank: said[0]!.rank,
        findings: {
          labels: Object.fromEntries(names.flatMap((name) => (labels[name] ? [[name, labels[name]]] : []))),
          states: said.map(({ name, severity }) => ({ name, severity })),
          ...Object.fromEntries(
            figures.flatMap(([figure, of]) => (of.has(key) ? [[figure, of.get(key)!.value]] : [])),
          ),
        } satisfies DatasetFindings,
      };
    })
    .sort((a, b) => a.rank - b.rank || keyOf(a.findings.labels).localeCompare(keyOf(b.findings.labels)))
    .map(({ findings }) => findings);
}
