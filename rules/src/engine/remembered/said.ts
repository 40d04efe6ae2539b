import type { Recording } from '../model/rule.ts';
import { list, type MetricReference, promql, type Query } from '../promql/promql.ts';
import type { Thing } from './thing.ts';

/*
 * What people said of things, beside their numbers: whether they are meant to run, who answers for them, and which service has them. `noun` is a word for the series, such as `queue`.
 */

/** Whether each thing is meant to run, 1 or 0, by what was last said; `inState` gives those of which a process says the state now. */
export function enabledOf(
  thing: Thing,
  noun: string,
  inState: (state: 'enabled' | 'disabled') => Query,
): Recording {
  const by = list(thing.labels);
  return thing.recording(
    `${noun}_enabled:last_known`,
    (self) => promql`${inState('enabled')}
    or on (${by})
    0 * ${inState('disabled')}
    or on (${by})
    ${thing.known(self)}
    or on (${by})
    0 * ${thing.seen} + 1`,
  );
}

/** The owner of each thing, and `pages="false"` on one that must wake nobody: one series of value 1 for each thing; and the two that it is made of, recorded before. */
export function ownershipOf(
  thing: Thing,
  noun: string,
  metrics: { readonly owner: MetricReference; readonly pages: MetricReference },
): { readonly owner: Recording; readonly doesNotPage: Recording; readonly ownership: Recording } {
  const by = list(thing.labels);
  const labels = [...thing.labels, 'owner', 'pages'];
  const owner = thing.stated(metrics.owner, ['owner']);
  const doesNotPage = thing.stated(metrics.pages);
  const withOwner = promql`topk by (${by}) (1, ${owner} or on (${by}) 0 * ${thing.seen} + 1)`;
  const ownership: Recording = {
    record: `${labels.join('_')}:${noun}_ownership:info`,
    labels,
    expr: promql`label_replace(${withOwner} and on (${by}) ${doesNotPage}, "pages", "false", "", "")
    or on (${by})
    ${withOwner}`,
  };
  return { owner, doesNotPage, ownership };
}

/** Which service, by the `job` label of its targets, exported each thing last: one series of value 1 for each; and the services that it is made of, recorded before. `declared` is exported by whoever has the thing. */
export function exportedByOf(
  thing: Thing,
  noun: string,
  declared: MetricReference,
): { readonly exporters: Recording; readonly exportedBy: Recording } {
  const labels = [...thing.labels, 'job'];
  const exporters = thing.stated(declared, ['job']);
  const exportedBy: Recording = {
    record: `${labels.join('_')}:${noun}_exporter:info`,
    labels,
    expr: promql`topk by (${list(thing.labels)}) (1, 0 * ${exporters} + 1)`,
  };
  return { exporters, exportedBy };
}
