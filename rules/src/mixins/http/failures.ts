import type { Recording } from '../../engine/model/rule.ts';
import { type Duration, days, formatDuration, hours, minutes } from '../../engine/promql/duration.ts';
import { asSeconds, list, promql, type Query, type RecordedSeries } from '../../engine/promql/promql.ts';
import {
  type AnyCounter,
  type Counting,
  grownIn,
  justGrown,
  kept,
  remembered,
} from '../../engine/remembered/index.ts';
import { leastFailures, leastRequests } from './thresholds.ts';

/*
 * How much of what is asked for fails: requests that are answered or made, operations on a database. It is asked for all the time or hardly ever, so the
 * share is that of the shortest window that holds enough to judge by; and what fails whenever it is asked for is found by counting, however seldom that is.
 */

/** What is asked for, and what of it fails. */
export interface FailuresOptions {
  /** By what it is told apart, such as a service and a route. */
  readonly labels: readonly string[];
  /** What the series are called: `http_server` and `requests` give `http_server_requests` and `http_server_failures`. */
  readonly noun: string;
  readonly what: string;
  readonly counts: Counting;
  readonly asked: AnyCounter;
  readonly failed: AnyCounter;
  /** Those failures that say that nobody does what is asked for, as far as they can be told from others. Default: all. */
  readonly unanswered?: AnyCounter;
  /** What is known of series that are carried on. Default: whatever was recorded, for a day after it was last asked for. */
  readonly known?: (series: RecordedSeries) => Query;
}

export interface Failures {
  /** Since it was first known: all, and what failed. */
  readonly askedTotal: RecordedSeries;
  readonly failedTotal: RecordedSeries;
  /** What was asked for in the last five minutes. */
  readonly justAsked: Recording;
  /** What failed, and as a share of all, from 0 to 1, over the window that was chosen. Absent where hardly anything was asked for in an hour. */
  readonly failedInWindow: Recording;
  readonly failedShare: Recording;
  /** What answers nothing but failures, however seldom it is asked for; as a share, which is 1. */
  readonly allFail: Recording;
  /** In the order in which they read each other, behind what `counts` knows of processes. */
  readonly recordings: readonly Recording[];
}

/** What is asked for is judged by the shortest of these that holds enough of it. */
const WINDOWS: readonly [Duration, ...Duration[]] = [minutes(5), minutes(15), hours(1)];

/** For how long what answers nothing but failures is told of, when nobody asks for it any more. */
const LONG_AGO = hours(6);

/** How long a total goes on that nobody counts any more. */
const KEPT = days(1);

export function failuresOf(options: FailuresOptions): Failures {
  const { labels, noun, what, counts, asked, failed, unanswered, known } = options;
  const level = labels.join('_');
  const on = promql`on (${list(labels)})`;
  const record = (name: string, expr: Query): Recording => ({
    record: `${level}:${noun}_${name}`,
    labels,
    expr,
  });
  const total = (counter: AnyCounter, name: string) =>
    counts.total(counter, {
      labels,
      name: `${noun}_${name}`,
      ...(known === undefined ? { keptFor: KEPT } : { known }),
    });
  const all = total(asked, what);
  const failures = total(failed, 'failures');
  const without = unanswered === undefined ? failures : total(unanswered, 'unanswered');
  const either = (queries: readonly Query[]): Query =>
    queries.reduce(
      (sum, each) => promql`${sum}
        or ${on}
        ${each}`,
    );
  const askedIn = new Map(
    WINDOWS.map((window): [Duration, Recording] => [
      window,
      record(`${what}:increase_${formatDuration(window)}`, grownIn(all.series, window)),
    ]),
  );
  const windowSeconds = record(
    'window_seconds:selected',
    either(
      WINDOWS.map(
        (window) => promql`0 * (${askedIn.get(window)!} >= ${leastRequests}) + ${asSeconds(window)}`,
      ),
    ),
  );
  const overWindow = (over: (window: Duration) => Query): Query =>
    either(
      WINDOWS.map((window) => promql`(${over(window)} and ${on} (${windowSeconds} == ${asSeconds(window)}))`),
    );
  const askedInWindow = record(
    `${what}:increase_window`,
    overWindow((window) => promql`${askedIn.get(window)!}`),
  );
  const failedInWindow = record(
    'failures:increase_window',
    overWindow((window) => grownIn(failures.series, window)),
  );
  const failedShare = record(
    'failures:ratio_window',
    promql`(${failedInWindow} or ${on} 0 * ${askedInWindow}) / ${on} (${askedInWindow} > 0)`,
  );
  const answered = record(
    'answers:counted',
    promql`${all.series} - ${on} (${without.series} or ${on} 0 * ${all.series})`,
  );
  const self: RecordedSeries = { record: `${level}:${noun}_failures:at_last_answer`, labels };
  /** How many had failed when one last did not. */
  const failedBefore = kept({
    ...self,
    expr: promql`(${without.series} and ${on} ${justGrown(answered)})
      or ${on}
      ${(known ?? remembered)(self)}
      or ${on}
      0 * ${without.series}`,
  });
  /** Failures since one last did not fail, whichever process had it. */
  const inARow = record('failures:in_a_row', promql`${without.series} - ${on} ${failedBefore}`);
  const allFail = record(
    'failures:ratio_in_a_row',
    promql`0 * (
        ${inARow} >= ${leastFailures}
        and ${on}
        (${grownIn(without.series, LONG_AGO)} >= ${leastFailures})
      ) + 1`,
  );
  return {
    askedTotal: all.series,
    failedTotal: failures.series,
    justAsked: askedIn.get(WINDOWS[0])!,
    failedInWindow,
    failedShare,
    allFail,
    recordings: [
      ...all.recordings,
      ...failures.recordings,
      ...(without === failures ? [] : without.recordings),
      ...askedIn.values(),
      windowSeconds,
      askedInWindow,
      failedInWindow,
      failedShare,
      answered,
      failedBefore,
      inARow,
      allFail,
    ],
  };
}
