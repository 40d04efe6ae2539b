import { processStart as processStartDescriptor } from '@sightglass/core/metrics';
import type { Recording } from '../model/rule.ts';
import { type Duration, hours, minutes } from '../promql/duration.ts';
import {
  asSeconds,
  type ExternalMetric,
  list,
  type MetricReference,
  promql,
  type Query,
  type RecordedSeries,
  type raw,
} from '../promql/promql.ts';
import { copyOf, kept, LONGEST_GAP, remembered } from './memory.ts';

/*
 * Counters of many processes as one that never ends. Processes begin and end, are scraped late, pushed, away for hours, or scraped twice;
 * `increase()` over a window misses what came with a birth or in a gap, and takes an old process that is first seen for one that has just done
 * everything. So each evaluation adds what each process counted since the one before, and the sum goes on over restarts and gaps. Any window is
 * then a difference of two samples, however long it is.
 */

/** For how long after its end the last words of a process are taken: longer than between two evaluations, or what came between them is lost. */
const LAST_WORDS = minutes(5);

/** How long a process may be away and still be taken up where it was; what it counts after that is unknown in time, and left out. */
const AWAY = hours(6);

/** A process that began no longer ago than this, and is first seen now, has counted just now. */
const JUST_BEGUN = minutes(15);

/** Before this very evaluation. */
const EARLIER: Duration = { durationSeconds: 0.001 };

/** How far around its far end a window may find a sample, and how far a copy. */
const AROUND = minutes(15);
const AROUND_COPY = hours(2);

const processStart: MetricReference = { descriptor: processStartDescriptor };

/** What is exported now, and the last words of processes that have just ended and that no other has replaced on their target. */
const spoken = (series: AnyCounter): Query =>
  promql`(${series} or (last_over_time(${series}[${LAST_WORDS}]) unless on (job, instance) ${processStart}))`;

/** A counter of ours or of somebody else's, or what is recorded of one. */
export type AnyCounter = MetricReference | ExternalMetric | RecordedSeries;

/** The counters of one group of rules, which see the same processes at the same evaluations. */
export interface Counting {
  /** What is known of processes: before everything that is counted, in the same group. */
  readonly processes: readonly Recording[];
  /**
   * A counter summed over processes, by some of its labels, since it was first known: three recordings, in their order. The last is the total.
   * `of` tells which totals go on while no process counts; default: those of the last {@link LONGEST_GAP}.
   */
  total(counter: AnyCounter, options: TotalOptions): Total;
  /** The series of a metric, those of a process once, though it be scraped twice, or scraped and pushing. */
  once(metric: AnyCounter): Query;
}

export interface TotalOptions {
  readonly labels: readonly string[];
  /** The level in the recorded total's name; default: the labels. */
  readonly level?: string;
  /** The name of the recorded total between its level and its operation; default: the counter's, without `_total`. */
  readonly name?: string;
  readonly staticLabels?: { readonly [label: string]: string };
  /** What is carried on: `thing.known`. Default: whatever was recorded. */
  readonly known?: (series: RecordedSeries) => Query;
  /** How long a total goes on that no process counts any more and that does not grow. Default: as long as it is known. */
  readonly keptFor?: Duration;
}

/** A total: what records it, and its series. */
export interface Total {
  readonly series: RecordedSeries;
  readonly recordings: readonly Recording[];
}

/** `name` tells the series of this group from those of others. */
export function counting(name: string): Counting {
  const begun: RecordedSeries = {
    record: `process_id_job_instance:sightglass_process_start_timestamp_seconds:${name}`,
    labels: ['process_id', 'job', 'instance'],
  };
  const fresh: RecordedSeries = {
    record: `job_instance:sightglass_process_is_new:${name}`,
    labels: ['job', 'instance'],
  };
  const before = lastOf(begun);
  const isSame = promql`(${begun} == on (process_id, job, instance) ${before})`;
  const isNew = promql`(${begun} unless on (process_id, job, instance) ${isSame})`;
  const processes: readonly Recording[] = [
    recordingLast(begun),
    // One process counts once, though it may be scraped twice, or scraped and pushing.
    { ...begun, expr: promql`topk by (process_id) (1, ${spoken(processStart)})` },
    {
      ...fresh,
      expr: promql`0 * max by (job, instance) (
          (${isNew} and on (job, instance) ${before})
          or
          (${isNew} > time() - ${asSeconds(JUST_BEGUN)})
        ) + 1`,
    },
  ];
  const twice = promql`(${spoken(processStart)} unless on (process_id, job, instance) ${begun})`;
  return {
    processes,
    once: (metric) => promql`(${metric} unless on (job, instance) ${twice})`,
    total(counter, options) {
      const { labels, level = labels.join('_'), name: given, staticLabels, known = remembered } = options;
      const base = given ?? nameOf(counter).replace(/_total$/, '');
      const ofProcess = [...new Set(['job', 'instance', ...labels])];
      const each = list(ofProcess);
      const process: RecordedSeries = {
        record:
          options.level === undefined
            ? `${ofProcess.join('_')}:${base}:${name}`
            : `${level}:${base}_by_process:${name}`,
        labels: [...ofProcess, ...Object.keys(staticLabels ?? {})],
      };
      const own = staticLabels === undefined ? {} : { matchers: staticLabels };
      const series: RecordedSeries = {
        record: `${level}:${base}:total`,
        labels: [...labels, ...Object.keys(staticLabels ?? {})],
        ...own,
      };
      const now = { ...process, ...own };
      const earlier = lastOf(now);
      const statics = staticLabels === undefined ? {} : { staticLabels };
      const carried =
        options.keptFor === undefined
          ? known(series)
          : growing(series, options.keptFor, known(series), promql`on (${list(labels)}) ${now}`);
      // What is counted of targets has the labels of what each target says, so one is marked: `or` keeps both, and they are summed.
      const added = ofProcess.every((label) => labels.includes(label))
        ? promql`label_replace(${carried}, "part", "known", "", "")`
        : carried;
      return {
        series,
        recordings: [
          { ...recordingLast(now), ...statics },
          {
            ...process,
            ...statics,
            expr: promql`sum by (${each}) (
                ${spoken(counter)}
                unless on (job, instance) ${twice}
              )`,
          },
          kept({
            record: series.record,
            labels: series.labels,
            ...statics,
            expr: promql`sum by (${list(labels)}) (
                (${now} and on (job, instance) (${fresh} == 1))
                or
                (${now} - ${earlier} >= 0)
                or
                (${now} < ${earlier} unless on (job, instance) ${isSame})
                or
                (${now} unless on (${each}) ${earlier} and on (job, instance) ${before})
                or
                0 * ${now}
                or
                ${added}
              )`,
          }),
        ],
      };
    },
  };
}

/** What the evaluation before this one recorded, or an earlier one of the last hours. */
const earlierOf = (series: RecordedSeries): Query =>
  promql`last_over_time(${series}[${AWAY}] offset ${EARLIER})`;

/** The series of that, where it is recorded. */
const lastOf = (series: RecordedSeries): RecordedSeries => ({ ...series, record: `${series.record}_before` });

/** It is read several times by what follows, and a window of hours is read once. */
const recordingLast = (series: RecordedSeries): Recording => ({
  record: lastOf(series).record,
  labels: series.labels,
  expr: earlierOf(series),
});

/** What is known of a total, but for those that no process counts and that are no larger than they were so long ago. */
const growing = (total: RecordedSeries, keptFor: Duration, known: Query, counted: Query): Query => promql`(
    (${known} unless (${known} <= last_over_time(${copyOf(total)}[${AROUND_COPY}] offset ${keptFor})))
    or
    (${known} and ${counted})
  )`;

const nameOf = (counter: AnyCounter): string => {
  if ('descriptor' in counter) return counter.descriptor.name;
  return 'record' in counter ? counter.record.split(':')[1]! : counter.external;
};

/** How long ago: a duration, or a variable of a dashboard that stands for one. */
export type Window = Duration | ReturnType<typeof raw>;

/** What a total was some time ago; what it was when it began, where it is younger: 0. */
const totalBefore = (total: RecordedSeries, window: Window): Query => promql`(
    last_over_time(${total}[${AROUND}] offset ${window})
    or
    last_over_time(${copyOf(total)}[${LONGEST_GAP}] offset ${window})
    or
    0 * ${total}
  )`;

/** What a total grew by in a window up to now. A difference of two samples, whatever the window. */
export const grownIn = (total: RecordedSeries, window: Window): Query =>
  promql`clamp_min(${total} - ${totalBefore(total, window)}, 0)`;

/**
 * A sum of what each evaluation adds, such as slices of time that are good or bad: a total of something that nobody counts. What is added has
 * the labels of the total, without the static ones.
 */
export function runningSum(
  added: Query,
  {
    labels,
    level = labels.join('_'),
    name,
    staticLabels = {},
    known = remembered,
  }: Omit<TotalOptions, 'keptFor'> & { readonly name: string },
): { readonly series: RecordedSeries; readonly recording: Recording } {
  const series: RecordedSeries = {
    record: `${level}:${name}:total`,
    labels: [...labels, ...Object.keys(staticLabels)],
    matchers: staticLabels,
  };
  // Both are series of the same labels, so one is marked: `or` keeps both, and they are summed.
  const marked = promql`label_replace(${added}, "part", "added", "", "")`;
  return {
    series,
    recording: kept({
      record: series.record,
      labels: series.labels,
      staticLabels,
      expr: promql`sum by (${list(labels)}) (${known(series)} or ${marked})`,
    }),
  };
}

/** Those totals that have grown since the evaluation before, or were born with a count; by how much. */
export const justGrown = (total: RecordedSeries): Query =>
  promql`(${total} - (${earlierOf(total)} or 0 * ${total}) > 0)`;
