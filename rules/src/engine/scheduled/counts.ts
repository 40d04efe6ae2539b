import type { Recording } from '../model/rule.ts';
import { type Windows, windowsFor } from '../model/windows.ts';
import {
  countOf,
  larger,
  list,
  promql,
  type Query,
  type RecordedSeries,
  sumOf,
  where,
} from '../promql/promql.ts';
import { type Counting, counting, grownIn, justGrown, sharedNames } from '../remembered/index.ts';
import type { ScheduledOptions } from './declared.ts';
import type { ScheduledTimes } from './times.ts';

/** What the statuses of runs say. */
export interface ScheduledStatuses {
  /** They say something of the work: it ended well or badly. */
  readonly judged: readonly string[];
  readonly failed: readonly string[];
  readonly notFailed: readonly string[];
}

/** How often scheduled work ended in which way, and what follows from it. */
export interface ScheduledCounts extends Windows {
  readonly counts: Counting;
  /** What is counted, after what is known of processes. */
  readonly totals: readonly Recording[];
  /** What follows from that, in the order in which it reads each other. */
  readonly recordings: readonly Recording[];
  /** What follows from that and from when the work ran: to be evaluated after the times of runs. */
  readonly afterTimes: readonly Recording[];
  /** Runs since the work was first known, by how they ended. */
  readonly runsTotal: RecordedSeries;
  /** Runs in the window by how they ended. */
  readonly runsInWindow: Recording;
  readonly runTimeInWindow: Recording;
  readonly failedInWindow: Recording;
  /** The share of runs that failed, 0 to 1. */
  readonly failedShare: Recording;
  /** How long runs took on average. */
  readonly meanDuration: Recording;
  /** How many runs had failed when one last did not. */
  readonly failedBefore: Recording;
  /** Failures since a run last did not fail, whichever process ran it: counted, so that processes that run once count too. */
  readonly countedInARow: Recording;
  /** How late the latest starts were; starts that were seen together count together. */
  readonly lateness: Recording;
  /** When runs last met: a start was skipped because one was under way, or two were, in one process or in two. */
  readonly overlap: Recording;
  /** How many services declare work of this name, where it is more than one. */
  readonly services: Recording;
  /** Failures in a row, counted over processes or within the one that ran last, whichever knows of more. */
  readonly consecutiveFailures: Recording;
}

/** What is counted of all work that runs on a schedule, whatever its domain. `name` is that of the group of rules that it stands in. */
export function scheduledCounts(
  name: string,
  { label, noun, metrics }: ScheduledOptions,
  { thing, interval, lastRun }: ScheduledTimes,
  { judged, failed, notFailed }: ScheduledStatuses,
): ScheduledCounts {
  const labels = [label];
  const by = list(labels);
  const counts = counting(name);
  const { known } = thing;
  const recordOf = (record: string) => ({ record: `${label}:${noun}_${record}`, labels });

  const runs = counts.total(metrics.runs, { labels: [label, 'status'], known });
  const runTime = counts.total(sumOf(where(metrics.runDuration, { status: judged })), { labels, known });
  const latenessSum = counts.total(sumOf(metrics.startLateness), { labels, known });
  const latenessCount = counts.total(countOf(metrics.startLateness), { labels, known });
  const runsTotal = runs.series;
  const failedRuns = promql`sum by (${by}) (${where(runsTotal, { status: failed })})`;
  const windows = windowsFor(interval, `${label}:${noun}_window_seconds:selected`);

  const runsInWindow: Recording = {
    record: `${label}_status:${noun}_runs:increase_window`,
    labels: [label, 'status'],
    expr: windows.overWindow((window) => grownIn(where(runsTotal, { status: judged }), window)),
  };
  const runTimeInWindow: Recording = {
    ...recordOf('run_duration_seconds_sum:increase_window'),
    expr: windows.overWindow((window) => grownIn(runTime.series, window)),
  };
  // A figure of the window for each run; absent while none ended.
  const perRun = (figure: Recording): Query =>
    promql`${figure} / on (${by}) (sum by (${by}) (${runsInWindow}) > 0)`;
  const failedInWindow: Recording = {
    ...recordOf('runs_failed:increase_window'),
    expr: promql`sum by (${by}) (${where(runsInWindow, { status: failed })})`,
  };
  const failedBefore = thing.recording(
    `${noun}_runs_failed:at_last_good_run`,
    (self) => promql`(${failedRuns} and on (${by}) ${justGrown(where(runsTotal, { status: notFailed }))})
      or on (${by})
      ${known(self)}
      or on (${by})
      0 * ${failedRuns}`,
  );
  const countedInARow: Recording = {
    ...recordOf('consecutive_failures:counted'),
    expr: promql`${failedRuns} - on (${by}) ${failedBefore}`,
  };
  const reportedInARow = thing.ofLatest(metrics.consecutiveFailures, metrics.lastRun, lastRun, 'reported');
  const consecutiveFailures: Recording = {
    ...recordOf('consecutive_failures:last_known'),
    expr: larger(labels, countedInARow, reportedInARow),
  };
  const recorded = {
    runsInWindow,
    runTimeInWindow,
    failedInWindow,
    failedShare: { ...recordOf('runs_failed:ratio_window'), expr: perRun(failedInWindow) },
    meanDuration: { ...recordOf('run_duration_seconds:mean_window'), expr: perRun(runTimeInWindow) },
    failedBefore,
    countedInARow,
    lateness: thing.recording(
      `${noun}_start_lateness_seconds:last_known`,
      (self) => promql`${justGrown(latenessSum.series)} / on (${by}) ${justGrown(latenessCount.series)}
        or on (${by})
        0 * ${justGrown(latenessCount.series)}
        or on (${by})
        ${known(self)}`,
    ),
    overlap: thing.recording(
      `${noun}_overlap_timestamp_seconds:last_known`,
      (
        self,
      ) => promql`0 * sum by (${by}) (${justGrown(where(runsTotal, { status: 'skipped_overlap' }))}) + time()
        or on (${by})
        0 * (sum by (${by}) (${counts.once(metrics.running)}) > 1) + time()
        or on (${by})
        ${known(self)}`,
    ),
    services: sharedNames(metrics.interval, labels, noun),
  };
  return {
    ...windows,
    ...recorded,
    counts,
    runsTotal,
    totals: [runs, runTime, latenessSum, latenessCount].flatMap(({ recordings }) => recordings),
    recordings: [windows.windowSeconds, ...Object.values(recorded)],
    afterTimes: [reportedInARow, consecutiveFailures],
    consecutiveFailures,
  };
}
