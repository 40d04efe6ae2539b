import { days, hours } from '../scenario/world/time.ts';
import type { History, Told, Values } from './history.ts';
import { BY_RUNS, declared, every, SIX_HOURS } from './told.ts';

const JOB = 'pricing-sync';
const WEEK = days(7);
const about = (value: number): Values => [[{ job_name: JOB, slo: 'job-duration' }, value]];

/** Buckets of `job_run_duration_seconds`, those at 45 s and 8 h because a job here promises them. */
const BUCKETS = [
  0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 45, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 28_800,
];

/** Whole and not, small and great. */
const BOUNDS = [0.001, 0.05, 0.4, 1, 2.5, 45, 60, 28_800, 1_000_000, 2_592_000];

/** The bucket at a bound counts, and no other. */
const weightsOf = (job_name: string, bound: number): Values => [
  [{ job_name, slo: 'job-duration', le: String(bound) }, 1],
];

/** Runs that each took so long, ended as told, in one status. */
function took(
  durations: readonly { readonly seconds: number; readonly ended: Told }[],
  status = 'success',
  bound: (le: number) => string = String,
): { readonly [series: string]: Told } {
  const series = (suffix: string, le?: string) =>
    `job_run_duration_seconds_${suffix}{instance="a",job_name="${JOB}",${le === undefined ? '' : `le="${le}",`}status="${status}"}`;
  const sum =
    (own: typeof durations): Told =>
    (time) =>
      own.reduce((total, { ended }) => total + (ended(time) ?? 0), 0);
  return {
    ...Object.fromEntries(
      BUCKETS.map((le) => [
        series('bucket', bound(le)),
        sum(durations.filter(({ seconds }) => seconds <= le)),
      ]),
    ),
    [series('bucket', '+Inf')]: sum(durations),
    [series('count')]: sum(durations),
  };
}

const history = (
  title: string,
  told: Pick<History, 'series' | 'expects'> & { readonly end?: number },
): History => ({
  title,
  pace: BY_RUNS,
  end: WEEK,
  slos: ['job-duration'],
  ...told,
});

const at =
  (...ends: readonly number[]): Told =>
  (time) =>
    ends.filter((end) => end <= time).length;

/** The share of runs within the bound that the job declares; a p95 as a budget of 5 %. */
export const latencyHistories: readonly History[] = [
  history('a mean of 39 s hides that a tenth of the runs takes 300 s: 10 bad of 100 allow 5', {
    end: hours(102),
    series: {
      ...declared(JOB, { interval: hours(1), bound: 60 }),
      // 90 runs of 10 s and 10 of 300 s: (90 × 10 + 10 × 300) / 100 = 39 s.
      ...took([
        {
          seconds: 10,
          ended: (time) => Math.min(90, Math.floor(time / hours(1)) - Math.floor(time / hours(10))),
        },
        { seconds: 300, ended: every(hours(10)) },
      ]),
    },
    expects: {
      [hours(102)]: {
        'latency_bucket:weight': weightsOf(JOB, 60),
        'events:increase_window': about(100),
        'bad_events:increase_window': about(10),
        'good_events:ratio_window': about(0.9),
        'error_budget_remaining:ratio': about(1 - 10 / 5),
        'error_budget_policy:level': about(4),
      },
    },
  }),
  history('a run that takes exactly the bound is good, and failures do not count at all', {
    series: {
      ...declared(JOB, { bound: 60 }),
      ...took([{ seconds: 60, ended: every(SIX_HOURS, hours(30), hours(36)) }]),
      ...took([{ seconds: 1, ended: at(hours(36)) }], 'failed'),
      ...took([{ seconds: 600, ended: at(hours(30)) }], 'timeout'),
    },
    expects: {
      [WEEK]: {
        'events:increase_window': about(27),
        'bad_events:increase_window': about(1),
        'error_budget_remaining:ratio': about(Number((1 - 1 / 1.35).toFixed(6))),
      },
    },
  }),
  history('what is promised is a bucket, so runs of 20 and 50 s are told apart by 45 s', {
    series: {
      ...declared(JOB, { bound: 45 }),
      ...took([
        { seconds: 20, ended: every(SIX_HOURS, hours(30), hours(36)) },
        { seconds: 50, ended: at(hours(30), hours(36)) },
      ]),
    },
    expects: {
      [WEEK]: { 'latency_bucket:weight': weightsOf(JOB, 45), 'bad_events:increase_window': about(2) },
    },
  }),
  history('so is one of 8 h, beyond the buckets that every job has', {
    series: {
      ...declared(JOB, { bound: hours(8) }),
      ...took([
        { seconds: hours(7), ended: every(SIX_HOURS, hours(30)) },
        { seconds: hours(9), ended: at(hours(30)) },
      ]),
    },
    expects: {
      [WEEK]: { 'latency_bucket:weight': weightsOf(JOB, hours(8)), 'bad_events:increase_window': about(1) },
    },
  }),
  history('of a job whose histogram has no such bucket nothing is said', {
    series: { ...declared(JOB, { bound: 50 }), ...took([{ seconds: 70, ended: every(SIX_HOURS) }]) },
    expects: { [WEEK]: { 'events:increase_window': about(28), 'bad_events:increase_window': [] } },
  }),
  history('bounds as Prometheus 3 writes them are the same bounds', {
    series: {
      ...declared(JOB, { bound: 60 }),
      ...took(
        [
          { seconds: 20, ended: every(SIX_HOURS, hours(150)) },
          { seconds: 61, ended: at(hours(150)) },
        ],
        'success',
        (le) => (Number.isInteger(le) ? `${le}.0` : String(le)),
      ),
    },
    expects: {
      [WEEK]: {
        'events:increase1d': about(4),
        'bad_events:increase1d': about(1),
        'bad_events:increase_window': about(1),
      },
    },
  }),
  history('whatever the bound, its bucket is named as Prometheus 2 writes it', {
    end: hours(6),
    series: Object.assign({}, ...BOUNDS.map((bound, i) => declared(`job-${i}`, { bound }))),
    expects: {
      [hours(6)]: { 'latency_bucket:weight': BOUNDS.flatMap((bound, i) => weightsOf(`job-${i}`, bound)) },
    },
  }),
  history('a daily job is judged over 30 days', {
    end: days(31),
    series: {
      ...declared(JOB, { interval: days(1), bound: 60 }),
      ...took([
        { seconds: 20, ended: every(days(1), days(3)) },
        { seconds: 100, ended: at(days(3)) },
      ]),
    },
    expects: {
      [days(31)]: {
        'events:increase_window': about(30),
        'bad_events:increase_window': about(1),
        'error_budget_remaining:ratio': about(Number((1 / 3).toFixed(6))),
      },
    },
  }),
  history('a job that nobody remembers has no budget left to speak of', {
    end: hours(60),
    series: {
      ...declared('another', { bound: 60 }),
      [`job_name:job_interval_seconds:last_known{job_name="${JOB}"}`]: (time) =>
        time < hours(48) ? SIX_HOURS : undefined,
      [`job_name:job_duration_objective_seconds:last_known{job_name="${JOB}"}`]: () => 60,
      ...took([{ seconds: 300, ended: every(SIX_HOURS) }]),
    },
    expects: {
      [hours(42)]: { 'events:increase_window': about(7), 'bad_events:increase_window': about(7) },
      [hours(54)]: { 'events:increase_window': [], 'bad_events:increase_window': [] },
    },
  }),
];
