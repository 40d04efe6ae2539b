import { promql, type Query, where } from '../../engine/promql/promql.ts';
import type { Slo, SloOptions } from '../../engine/slo/model.ts';
import { slo } from '../../engine/slo/slo.ts';
import { age, freshness, isDisabled, isEmpty, PER_DATASET, unknownFor, view } from './recordings/index.ts';

/** What {@link datasetSlo} takes: what `slo` does, with data sets instead of an SLI. */
export interface DatasetSloOptions extends Omit<SloOptions, 'sli' | 'explainedBy'> {
  /** The names of the data sets that it is about. Default: all of which freshness is promised, each with a budget of its own. */
  readonly datasets?: readonly string[];
  /** The layers that it is about. Default: all. */
  readonly layers?: readonly string[];
  /** Promises that the newest record is no older than so many seconds. Default: what each data set declares. */
  readonly ageWithinSeconds?: number;
}

/**
 * An SLO on the age of data sets, for the `slos` of a mixin: time is cut into slices, each of them good while the newest record is young enough. An empty data set, and one of
 * which nothing is known for as long, are too old. While an alert says already that one is stale, its budget wakes nobody once more. Throws a `DeclarationError` that lists every problem.
 *
 * ```ts
 * datasetSlo({
 *   name: 'data-age', description: 'For 99 % of any 30 days the newest measurement is less than a day old.', owner: 'team-air', runbook: 'datasets',
 *   datasets: ['measurements'], layers: ['gold'], objective: 0.99, windowDays: 30, ageWithinSeconds: 86_400,
 * });
 * ```
 */
export function datasetSlo(options: DatasetSloOptions): Slo {
  const { datasets, layers, ageWithinSeconds, ...promise } = options ?? {};
  const matchers = {
    ...(datasets === undefined ? {} : { dataset: datasets }),
    ...(layers === undefined ? {} : { layer: layers }),
  };
  const promised = promql`${where(freshness.limit, matchers)}`;
  const limit: Query =
    ageWithinSeconds === undefined ? promised : promql`0 * ${promised} + ${ageWithinSeconds}`;
  return slo({
    ...promise,
    explainedBy: ['DatasetStale', 'DatasetUnseen', 'DatasetEmpty', 'DatasetNeverLoaded'],
    sli: {
      kind: 'freshness',
      by: PER_DATASET,
      // What is empty is older than anything, and what is not known as old as it has been waited for.
      age: promql`(${where(age, matchers)} or on (dataset, layer) 0 * ${isEmpty} + ${where(view, matchers)} or on (dataset, layer) ${where(unknownFor, matchers)})`,
      limit,
      limitBy: PER_DATASET,
      paused: isDisabled,
    },
  });
}
