import { days, hours } from '../scenario/world/time.ts';
import type { History, Values } from './history.ts';
import { BY_RUNS, declared, endedAt, every, HOURLY, runs, SIX_HOURS, slow } from './told.ts';

const JOB = 'pricing-sync';
const WEEK = days(7);
const about = (value: number): Values => [[{ job_name: JOB, slo: 'job-success' }, value]];

const history = (
  title: string,
  told: Pick<History, 'series' | 'expects'> & { readonly end?: number },
): History => ({
  title,
  pace: BY_RUNS,
  end: WEEK,
  slos: ['job-success'],
  ...told,
});

const DAYS = [days(0.5), days(7.5)];
const INTERVALS = [
  { job_name: 'often', interval: hours(8.4), often: true },
  { job_name: 'rather-rare', interval: hours(8.5), often: false },
  { job_name: 'rare', interval: hours(9), often: false },
  { job_name: 'rather-often', interval: hours(8.3), often: true },
] as const;

/** A run every six hours: 28 in a week, of which 95 % leave a budget of 28 × 0.05 = 1.4 runs. */
export const runHistories: readonly History[] = [
  history('28 good runs leave the budget whole', {
    series: { ...declared(JOB), ...runs(JOB, { success: every(SIX_HOURS) }) },
    expects: {
      [WEEK]: {
        'events:increase_window': about(28),
        'bad_events:increase_window': about(0),
        'allowed_events:increase_window': about(1.4),
        'good_events:ratio_window': about(1),
        'error_budget_remaining:ratio': about(1),
        'error_budget_policy:level': about(0),
        'window:seconds': about(WEEK),
        'objective:ratio': about(0.95),
      },
    },
  }),
  history('one bad run of 28 uses 1 / 1.4 = 71 % of the budget', {
    series: {
      ...declared(JOB),
      ...runs(JOB, { success: every(SIX_HOURS, hours(30)), failed: endedAt(hours(30)) }),
    },
    expects: {
      [hours(24)]: { 'bad_events:increase_window': about(0), 'error_budget_policy:level': about(0) },
      [hours(30)]: {
        'events:increase_window': about(5),
        'allowed_events:increase_window': about(1),
        'error_budget_remaining:ratio': about(0),
        'error_budget_policy:level': about(3),
      },
      [WEEK]: {
        'good_events:ratio_window': about(27 / 28),
        'error_budget_remaining:ratio': about(Number((1 - 1 / 1.4).toFixed(6))),
        'error_budget_policy:level': about(2),
        'bad_events:increase1d': about(0),
        'events:increase1d': about(4),
      },
    },
  }),
  history('two bad runs of 28 overdraw it, timeouts and partial runs like failures', {
    series: {
      ...declared(JOB),
      ...runs(JOB, {
        success: every(SIX_HOURS, hours(150), hours(156)),
        timeout: endedAt(hours(150)),
        partial: endedAt(hours(156)),
        cancelled: endedAt(hours(31), hours(32)),
        skipped_lock: every(SIX_HOURS),
      }),
    },
    expects: {
      [WEEK]: {
        'events:increase_window': about(28),
        'bad_events:increase_window': about(2),
        'bad_events:increase1d': about(2),
        'error_budget_remaining:ratio': about(Number((1 - 2 / 1.4).toFixed(6))),
        'error_budget_policy:level': about(4),
      },
    },
  }),
  history('nothing but bad runs leaves 1 - 28 / 1.4 = -19 budgets', {
    series: { ...declared(JOB), ...runs(JOB, { failed: every(SIX_HOURS) }) },
    expects: {
      [WEEK]: {
        'good_events:ratio_window': about(0),
        'error_budget_remaining:ratio': about(-19),
        'error_budget_policy:level': about(4),
      },
    },
  }),
  history('no run at all uses no budget, and says nothing of a share', {
    series: { ...declared(JOB), ...runs(JOB, {}) },
    expects: {
      [WEEK]: {
        'events:increase_window': about(0),
        'good_events:ratio_window': [],
        'allowed_events:increase_window': about(1),
        'error_budget_remaining:ratio': about(1),
        'error_budget_policy:level': about(0),
      },
    },
  }),
  history('a restart between two bad runs forgets neither', {
    series: {
      ...declared(JOB),
      // The process starts again at 84 h, its counters at 0.
      ...runs(JOB, {
        success: (time) => every(SIX_HOURS, hours(30), hours(96))(time) - (time < hours(84) ? 0 : 12),
        failed: (time) => (time < hours(84) ? endedAt(hours(30))(time) : endedAt(hours(96))(time)),
      }),
    },
    expects: {
      [WEEK]: {
        'events:increase_window': about(28),
        'bad_events:increase_window': about(2),
        'error_budget_remaining:ratio': about(Number((1 - 2 / 1.4).toFixed(6))),
      },
    },
  }),
  {
    ...history('what happened in six hours without a scrape counts as soon as there is one, and not later', {
      end: hours(96),
      series: {
        ...declared(JOB),
        ...Object.fromEntries(
          Object.entries(runs(JOB, { success: every(SIX_HOURS), failed: endedAt(hours(27), hours(63)) })).map(
            ([name, told]) => [
              name,
              (time: number) =>
                (time > hours(24) && time < hours(30)) || (time > hours(60) && time < hours(68))
                  ? undefined
                  : told(time),
            ],
          ),
        ),
      },
      expects: {
        [hours(29)]: { 'events:increase_window': about(4), 'bad_events:increase_window': about(0) },
        [hours(30)]: { 'events:increase_window': about(6), 'bad_events:increase_window': about(1) },
        // Of the run and the failure between 60 h and 68 h nobody knows when they were.
        [hours(96)]: { 'events:increase_window': about(16), 'bad_events:increase_window': about(1) },
      },
    }),
    pace: HOURLY,
  },
  {
    ...history(
      'a process that runs once and pushes what it counted: 2 of 168 runs failed, so 98.8 % are good',
      {
        series: {
          ...declared(JOB, { interval: hours(1) }),
          // A new process each hour, which begins and ends before it is scraped.
          ...Object.fromEntries(
            Array.from({ length: 168 }, (_, i) => [
              `sightglass_process_start_timestamp_seconds{instance="",job="push",process_id="run-${i}"}`,
              (time: number) => (Math.floor(time / hours(1)) === i + 1 ? time - 60 : undefined),
            ]),
          ),
          ...Object.fromEntries(
            ['success', 'failed'].map((status) => [
              `job_runs_total{instance="",job="push",job_name="${JOB}",status="${status}",trigger="scheduled"}`,
              (time: number) =>
                time === 0 || [hours(50), hours(90)].includes(time) !== (status === 'failed') ? undefined : 1,
            ]),
          ),
        },
        expects: {
          [WEEK]: {
            'events:increase_window': about(168),
            'bad_events:increase_window': about(2),
            'good_events:ratio_window': about(166 / 168),
          },
        },
      },
    ),
    pace: HOURLY,
  },
  history('two replicas share the runs and one budget', {
    series: {
      ...declared(JOB),
      // The lock goes to one of them in turn: each runs every twelve hours.
      ...runs(JOB, { success: every(hours(12), hours(36)), failed: endedAt(hours(36)) }, 'a'),
      ...runs(JOB, { success: every(hours(12)), skipped_lock: every(hours(12)) }, 'b'),
    },
    expects: {
      [WEEK]: {
        'events:increase_window': about(28),
        'bad_events:increase_window': about(1),
        'error_budget_remaining:ratio': about(Number((1 - 1 / 1.4).toFixed(6))),
        'objective:ratio': about(0.95),
      },
    },
  }),
  history('in a window that is longer than the history, one bad run of ten is allowed and two are not', {
    end: hours(66),
    series: {
      ...declared(JOB),
      ...runs(JOB, {
        success: every(SIX_HOURS, hours(30), hours(66)),
        failed: endedAt(hours(30), hours(66)),
      }),
    },
    expects: {
      [hours(60)]: {
        'events:increase_window': about(10),
        'allowed_events:increase_window': about(1),
        'error_budget_remaining:ratio': about(0),
        'error_budget_policy:level': about(3),
        'good_events:ratio_window': about(0.9),
      },
      [hours(66)]: { 'error_budget_remaining:ratio': about(-1), 'error_budget_policy:level': about(4) },
    },
  }),
  history('exactly at the objective the promise is kept: one bad run of 20 leaves 0', {
    series: {
      // 20 runs fit a week: one in 8 h 24 min, told at the hours that follow them.
      ...declared(JOB, { interval: hours(8.4) }),
      ...runs(JOB, {
        success: (time) => Math.floor(time / hours(8.4)) - endedAt(hours(42))(time),
        failed: endedAt(hours(42)),
      }),
    },
    expects: {
      [WEEK]: {
        'window:seconds': about(WEEK),
        'events:increase_window': about(20),
        'good_events:ratio_window': about(0.95),
        'error_budget_remaining:ratio': about(0),
        'error_budget_policy:level': about(3),
      },
    },
  }),
  history('a job that promises 90 % is held to that: 2 / 2.8 of its budget', {
    series: {
      ...declared(JOB, { objective: 0.9 }),
      ...runs(JOB, {
        success: every(SIX_HOURS, hours(30), hours(36)),
        failed: endedAt(hours(30), hours(36)),
      }),
    },
    expects: {
      [WEEK]: {
        'objective:ratio': about(0.9),
        'allowed_events:increase_window': about(2.8),
        'error_budget_remaining:ratio': about(Number((1 - 2 / 2.8).toFixed(6))),
        'error_budget_policy:level': about(2),
      },
    },
  }),
  history('a daily job is counted over 30 days: one bad run of 30 uses 1 / 1.5 of the budget', {
    end: days(31),
    series: {
      ...declared(JOB, { interval: days(1) }),
      ...runs(JOB, { success: every(days(1), days(8)), failed: endedAt(days(8)) }),
    },
    expects: {
      [days(29)]: { 'events:increase_window': about(29) },
      [days(31)]: {
        'window:seconds': about(days(30)),
        'events:increase_window': about(30),
        'allowed_events:increase_window': about(1.5),
        'error_budget_remaining:ratio': about(Number((1 / 3).toFixed(6))),
        'error_budget_policy:level': about(2),
      },
    },
  }),
  history('a bad run is forgotten when it leaves the window, and not before', {
    end: hours(30 + 168),
    series: {
      ...declared(JOB),
      ...runs(JOB, { success: every(SIX_HOURS, hours(30)), failed: endedAt(hours(30)) }),
    },
    expects: {
      [hours(30 + 162)]: { 'bad_events:increase_window': about(1) },
      [hours(30 + 168)]: { 'bad_events:increase_window': about(0), 'error_budget_remaining:ratio': about(1) },
    },
  }),
  history('a dead process leaves its budget behind as long as the job is remembered', {
    end: days(10),
    series: (() => {
      const until =
        (end: number, told: (time: number) => number | undefined) =>
        (time: number): number | undefined =>
          time <= end ? told(time) : undefined;
      const own = runs(JOB, { success: every(SIX_HOURS, hours(30)), failed: endedAt(hours(30)) });
      return {
        ...declared('another'),
        [`job_name:job_interval_seconds:last_known{job_name="${JOB}"}`]: until(
          hours(48) + WEEK,
          () => SIX_HOURS,
        ),
        ...Object.fromEntries(Object.entries(own).map(([name, told]) => [name, until(hours(48), told)])),
      };
    })(),
    expects: {
      [hours(102)]: {
        'events:increase_window': about(8),
        'error_budget_remaining:ratio': about(0),
      },
      [hours(54) + WEEK]: {
        'events:increase_window': [],
        'bad_events:increase_window': [],
        'error_budget_remaining:ratio': [],
        'objective:ratio': [],
      },
    },
  }),
  {
    title: 'a week is enough for 20 runs or more, that is every 8 h 24 min',
    pace: BY_RUNS,
    end: days(8),
    slos: ['job-success', 'job-duration'],
    series: Object.assign(
      {},
      ...INTERVALS.map(({ job_name, interval }) => ({
        ...declared(job_name, { interval, bound: 60 }),
        // One slow and one failed run on the first day, one each on the last.
        ...runs(job_name, { success: endedAt(...DAYS), failed: endedAt(...DAYS) }),
        ...slow(job_name, endedAt(...DAYS)),
      })),
    ),
    expects: {
      [days(8)]: (() => {
        const each = (value: (often: boolean) => number, ...slos: readonly string[]): Values =>
          slos.flatMap((slo) =>
            INTERVALS.map(({ job_name, often }) => [{ job_name, slo }, value(often)] as const),
          );
        return {
          'window:seconds': each((often) => (often ? WEEK : days(30)), 'job-success', 'job-duration'),
          'events:increase_window': [
            ...each((often) => (often ? 2 : 4), 'job-success'),
            ...each((often) => (often ? 1 : 2), 'job-duration'),
          ],
          'bad_events:increase_window': each((often) => (often ? 1 : 2), 'job-success', 'job-duration'),
        };
      })(),
    },
  },
  {
    title: 'each job is held to its own promise, where it has made one',
    pace: { scrape: 60, evaluation: 60 },
    end: 1_200,
    slos: ['job-success'],
    series: {
      ...declared('strict', { interval: 600 }),
      ...declared('other', { interval: 600 }),
      'job_name:job_success_objective_ratio:last_known{job_name="strict"}': () => 0.9,
      'job_name:job_success_objective_ratio:last_known{job_name="other"}': () => 0.7,
    },
    expects: {
      1200: {
        'objective:ratio': [
          [{ job_name: 'strict', slo: 'job-success' }, 0.9],
          [{ job_name: 'other', slo: 'job-success' }, 0.7],
        ],
      },
    },
  },
];
