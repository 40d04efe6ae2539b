import type { Recording } from '../model/rule.ts';
import { list, type MetricReference, promql, type RecordedSeries } from '../promql/promql.ts';
import type { Threshold } from '../promql/threshold.ts';
import type { Thing } from './thing.ts';

/** A limit that things declare for a time which grows, such as an age. */
export interface Limit {
  /** When it was last declared to be shorter than before. Evaluated before what is known of the limit itself. */
  readonly shortened: Recording;
  /** What the time is compared with. Evaluated after what is known of the limit. */
  readonly limit: Recording;
}

/**
 * A limit that is shortened holds from then on: nothing that went before can have kept it, so the former one counts until as much time has passed as it now allows. `known` is what is recorded
 * of the limit; `name` begins the names of both recordings; `times` says how often the limit may pass before anybody is told.
 */
export function limitOf(
  of: Thing,
  metric: MetricReference,
  known: RecordedSeries,
  { name, times }: { readonly name: string; readonly times?: Threshold },
): Limit {
  const by = list(of.labels);
  const allowed = times === undefined ? promql`${known}` : promql`${times} * ${known}`;
  const shortened = of.recording(
    `${name}_shortened_timestamp_seconds:last_known`,
    (self) => promql`0 * (max by (${by}) (${metric}) < on (${by}) ${of.known(known)}) + time()
      or on (${by})
      ${of.known(self)}`,
  );
  const limit = of.recording(
    `${name}_limit_seconds:last_known`,
    (
      self,
    ) => promql`(${of.known(self)} > on (${by}) ${known} and on (${by}) (time() - ${shortened} <= on (${by}) ${allowed}))
      or on (${by})
      ${known}`,
  );
  return { shortened, limit };
}
