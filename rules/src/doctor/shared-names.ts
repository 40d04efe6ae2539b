import { identitiesOf } from '../engine/mixin/folds.ts';
import type { Mixin } from '../engine/mixin/mixin.ts';
import type { Prometheus } from '../engine/slo/report/prometheus.ts';

type Labels = { readonly [name: string]: string };

/** A name that several services of one scope declare: to the rules they are one thing. */
export interface SharedName {
  /** What is shared, such as `job_name="cleanup"`, with the scope that it is in. */
  readonly name: string;
  /** The `job` labels of the services. */
  readonly services: readonly string[];
  /** Target labels by which the services differ, each with its values: named as scope labels, they would keep them apart. */
  readonly differBy: readonly { readonly label: string; readonly values: readonly string[] }[];
}

/** Asks a Prometheus, at a time in Unix seconds, which names of jobs, layers and the like several services share. */
export async function sharedNames(
  mixins: readonly Mixin[],
  scope: readonly string[],
  prometheus: Prometheus,
  time: number,
): Promise<readonly SharedName[]> {
  const found: SharedName[] = [];
  for (const { labels, declared } of identitiesOf(mixins)) {
    const series = (await prometheus.query(declared, time)).map((sample) => sample.labels);
    const byName = new Map<string, Labels[]>();
    for (const each of series) {
      const name = nameOf(each, [...scope, ...labels]);
      const known = byName.get(name);
      if (known === undefined) byName.set(name, [each]);
      else known.push(each);
    }
    for (const [name, same] of byName) {
      const services = valuesOf(same, 'job');
      if (services.length > 1) found.push({ name, services, differBy: apart(same, labels) });
    }
  }
  return found;
}

const nameOf = (series: Labels, labels: readonly string[]): string =>
  labels
    .filter((label) => series[label] !== undefined)
    .map((label) => `${label}=${JSON.stringify(series[label])}`)
    .join(', ');

const valuesOf = (series: readonly Labels[], label: string): readonly string[] =>
  [...new Set(series.map((each) => each[label] ?? ''))].sort();

/** Labels of the targets that have another value for each service. An instance is no estate, and is not asked. */
function apart(series: readonly Labels[], own: readonly string[]): SharedName['differBy'] {
  const candidates = [...new Set(series.flatMap((each) => Object.keys(each)))].filter(
    (label) => !['__name__', 'job', 'instance', ...own].includes(label),
  );
  const services = valuesOf(series, 'job');
  return candidates.sort().flatMap((label) => {
    const perService = services.map((job) =>
      valuesOf(
        series.filter((each) => each.job === job),
        label,
      ),
    );
    const all = perService.flat();
    return new Set(all).size === all.length ? [{ label, values: [...all].sort() }] : [];
  });
}
