import type { Recording } from '../model/rule.ts';
import type { Duration } from '../promql/duration.ts';
import {
  asSeconds,
  list,
  type MetricReference,
  promql,
  type Query,
  type RecordedSeries,
} from '../promql/promql.ts';
import type { Threshold } from '../promql/threshold.ts';
import { COPY_INTERVAL, kept, LONGEST_GAP, remembered } from './memory.ts';

/** What tells of a kind of thing: jobs, tables, sources, queues. */
export interface ThingOptions {
  /** The labels that tell one from another, such as `job_name`. */
  readonly labels: readonly string[];
  /** A word for the series of the register, such as `job`. */
  readonly noun: string;
  /** A gauge that each process which has the thing exports from its declaration on, or what is recorded of those that do. */
  readonly declared: MetricReference | RecordedSeries;
  /** How long a thing that no process has is remembered. Forgotten then, whether or not anybody was told. */
  readonly keptFor: Duration;
  /** Things for which that is too short, with the seconds that they are remembered instead. Default: none. */
  readonly keptLonger?: Query;
  /** Things that a person has said are gone for good: forgotten at once, and new when they are declared again. Default: none. */
  readonly retired?: Query;
  /** What it belongs to, by some of its labels: a source to its job. It is forgotten with that. Default: nothing. */
  readonly of?: Thing;
  /** How far ahead of the clock of Prometheus a time may lie and still be believed. */
  readonly clockTolerance: Threshold;
}

/**
 * The things of one kind, and what is known of each. Several replicas are one thing; what the processes that have it say now counts, else what
 * was known when the last of them was there. What is not exported is not retired: it is gone, and remembered for as long as it is kept.
 */
export interface Thing {
  readonly labels: readonly string[];
  /** When each thing was last declared by a living process: the register. Everything remembered is of things in it. */
  readonly seen: Recording;
  /** The register, and what it is made of, in their order: before everything that is remembered, in the same group. */
  readonly register: readonly Recording[];
  /**
   * When things were last retired, or what they belong to was, for as long as anything from before may be remembered: also of those that have been
   * declared again since.
   */
  readonly retirements: readonly Recording[];
  /** Things that no process has now. */
  readonly gone: Query;
  /** What was recorded last, of things in the register. */
  known(series: RecordedSeries): Query;
  /** What was recorded last and not before a retirement, whether or not the thing is in the register. */
  recalled(series: RecordedSeries): Query;
  /** What the processes say now (the largest, where they differ), else what was known. */
  lastKnown(metric: MetricReference): Recording;
  /**
   * What a living process says, and for things that are gone what was said when they were: a metric that is exported only while it holds, such as
   * an owner. Its labels are those of the thing and `labels`.
   */
  stated(metric: MetricReference, labels?: readonly string[]): Recording;
  /** A time that only grows: the newest that any process says or that was known. Times that are still to come say nothing. */
  newest(timestamp: MetricReference): Recording;
  /** A time that only shrinks: the first that was ever known. */
  first(timestamp: MetricReference): Recording;
  /**
   * What the replica says that acted last, by the time of its last act; the others say what was true when they did. `acted` is the
   * {@link newest} of that time, recorded before. The recorded name ends in `operation`, by default `last_known`.
   */
  ofLatest(
    metric: MetricReference,
    actedAt: MetricReference,
    acted: RecordedSeries,
    operation?: string,
  ): Recording;
  /** A recording of the kind `level:noun_what:operation` by the labels of the thing, kept. */
  recording(name: string, expr: (self: RecordedSeries) => Query): Recording;
  /** Times of a metric that have come, as far as the clocks agree. */
  past(timestamp: MetricReference): Query;
}

/** Longer than anything is remembered, so that what was known before a retirement does not come back from an old copy. */
const FORGOTTEN: Duration = {
  durationSeconds: LONGEST_GAP.durationSeconds + COPY_INTERVAL.durationSeconds,
};

export function thing(options: ThingOptions): Thing {
  const { labels, noun, declared, keptFor, keptLonger, retired, of, clockTolerance } = options;
  const by = list(labels);
  const level = labels.join('_');
  const series = (name: string): RecordedSeries => ({ record: `${level}:${name}`, labels });
  const recording = (name: string, expr: (self: RecordedSeries) => Query): Recording =>
    kept({ ...series(name), expr: expr(series(name)) });
  // What a person said once is not taken back when the process that said it ends; only a declaration does that, from then on.
  const retiredAt =
    retired === undefined
      ? undefined
      : recording(
          `${noun}_retired_timestamp_seconds:last_known`,
          (self) => promql`(0 * max by (${by}) (${retired}) + time() unless on (${by}) ${declared})
            or on (${by})
            ${remembered(self)} > time() - ${asSeconds(FORGOTTEN)}`,
        );
  const retirements = [...(retiredAt === undefined ? [] : [retiredAt]), ...(of?.retirements ?? [])];
  const seen = recording(`${noun}_seen_timestamp_seconds:last_known`, (self) => {
    const still =
      keptLonger === undefined
        ? promql`(${remembered(self)} > time() - ${asSeconds(keptFor)})`
        : promql`(
            ${remembered(self)} > time() - ${asSeconds(keptFor)}
            or
            ${remembered(self)} > on (${by}) (time() - ${keptLonger})
          )`;
    const notRetired = retirements.reduce((wanted, at) => {
      const on = promql`on (${list(at.labels)})`;
      return promql`${wanted} unless on (${by}) (${remembered(self)} <= ${on} group_left () ${at})`;
    }, still);
    const wanted =
      of === undefined ? notRetired : promql`${notRetired} and on (${list(of.labels)}) ${of.seen}`;
    return promql`0 * max by (${by}) (${declared}) + time()
      or on (${by})
      (${wanted})`;
  });
  // Nobody can ask how old a remembered value is. So after a retirement only what the evaluation before recorded is believed to be newer.
  const recalled = (series: RecordedSeries): Query => {
    if (retirements.length === 0) return remembered(series);
    const ofOthers = retirements.reduce(
      (all, at) => promql`${all} unless on (${list(at.labels)}) ${at}`,
      remembered(series),
    );
    return promql`(${series} or ${ofOthers})`;
  };
  const known = (series: RecordedSeries): Query => promql`(${recalled(series)} and on (${by}) ${seen})`;
  const past = (timestamp: MetricReference): Query => promql`${timestamp} <= ${clockTolerance} + time()`;
  const nameOf = (metric: MetricReference) => metric.descriptor.name;
  return {
    labels,
    seen,
    register: [...(retiredAt === undefined ? [] : [retiredAt]), seen],
    retirements,
    gone: promql`(${seen} unless on (${by}) ${declared})`,
    known,
    recalled,
    past,
    recording,
    lastKnown: (metric) =>
      recording(
        `${nameOf(metric)}:last_known`,
        (self) => promql`max by (${by}) (${metric})
          or on (${by})
          ${known(self)}`,
      ),
    stated: (metric, more = []) => {
      const all = [...labels, ...more];
      const self: RecordedSeries = { record: `${all.join('_')}:${nameOf(metric)}:last_known`, labels: all };
      return kept({
        ...self,
        expr: promql`max by (${list(all)}) (${metric})
          or
          (${known(self)} unless on (${by}) ${declared})`,
      });
    },
    newest: (timestamp) =>
      recording(
        `${nameOf(timestamp)}:last_known`,
        (self) => promql`max by (${by}) (${past(timestamp)} or ${known(self)})`,
      ),
    first: (timestamp) =>
      recording(
        `${nameOf(timestamp)}:first_known`,
        (self) => promql`min by (${by}) (${timestamp} or ${known(self)})`,
      ),
    ofLatest: (metric, actedAt, acted, operation = 'last_known') =>
      recording(
        `${nameOf(metric)}:${operation}`,
        (self) => promql`max by (${by}) (
            ${metric}
            and on (${by}, job, instance)
            (${actedAt} >= on (${by}) group_left () ${acted})
          )
          or on (${by})
          ${known(self)}`,
      ),
  };
}
