import { days, hours, minutes, type Pace } from '../scenario/world/time.ts';
import type { AlertStory } from './alert-story.ts';
import type { Told } from './history.ts';
import { type Count, declared, endedAt, every, runs, slow } from './told.ts';

const JOB = 'pricing-sync';
const BY_FIVE: Pace = { scrape: minutes(5), evaluation: minutes(5) };
const TEN = minutes(10);
const m = minutes;

/** A job some of whose runs are bad, as one of the two SLOs sees them. */
function stories(slo: 'job-success' | 'job-duration'): readonly AlertStory[] {
  const alert = slo === 'job-success' ? 'SloJobSuccessBroken' : 'SloJobDurationBroken';
  const labels = { job_name: JOB, slo };
  const bad = (interval: number, ...times: readonly number[]): { readonly [series: string]: Told } => ({
    ...declared(JOB, { interval, bound: 60 }),
    ...(slo === 'job-success'
      ? runs(JOB, { success: every(interval, ...times), failed: endedAt(...times) })
      : { ...runs(JOB, { success: every(interval) }), ...slow(JOB, endedAt(...times)) }),
  });
  return [
    {
      alert,
      title: 'allows the first bad run, warns of the second, and ends a day after it',
      pace: BY_FIVE,
      end: hours(32),
      // Of six runs 0.3 may be bad, but one always: 1 - 1 / 1 = 0, then 1 - 2 / 1 = -1. At 30 h it still is 1 - 2 / 1.5.
      series: bad(hours(1), hours(5), hours(6)),
      held: [{ labels, from: hours(6), to: hours(30) }],
      quietAt: [hours(5), hours(5.5), hours(31)],
    },
    {
      alert,
      title: 'is quiet at two bad runs of 40, which is 95 %, and warns of the third until 60 allow it',
      pace: BY_FIVE,
      end: m(630),
      series: bad(TEN, m(380), m(400), m(420)),
      held: [{ labels, from: m(420), to: m(600) }],
      quietAt: [m(400), m(410), m(415)],
    },
  ];
}

export const countingStories: readonly AlertStory[] = [...stories('job-success'), ...stories('job-duration')];

/** The budget of a job whose runs come every minute, 60 an hour: 1,200 runs allow 60 bad ones. */
const MINUTELY: Pace = { scrape: 60, evaluation: 60 };

/** Bad runs in a row, one a minute, from some time on. */
const row =
  (from: number, count: number): Count =>
  (time) =>
    Math.min(count, Math.max(0, Math.floor((time - from) / 60) + 1));

const budget = (bad: Count): { readonly [series: string]: Told } => ({
  ...declared(JOB, { interval: 60 }),
  // 400 good runs at the start, so that 0.05 × 400 = 20 may be bad; then only bad ones are told of.
  ...runs(JOB, { success: (time) => Math.min(400, Math.floor(time / 6)), failed: bad }),
});

const SUBJECT = { job_name: JOB, slo: 'job-success' };

export const policyStories: readonly AlertStory[] = [
  {
    alert: 'SloErrorBudgetShrinking',
    title: 'is noted below 75 % of a budget, not at it, and gives way below 25 %',
    pace: MINUTELY,
    end: m(100),
    // After n bad runs: 1 - n / (0.05 × (400 + n)). 5 leave 75.3 %, 6 leave 70.4 %; 15 leave 27.7 %, 16 leave 23.1 %.
    series: budget((time) => row(m(60), 16)(time)),
    held: [{ labels: SUBJECT, from: m(65), to: m(75) }],
    quietAt: [m(64), m(80)],
  },
  {
    alert: 'SloErrorBudgetSpent',
    title: 'warns below 25 % of a budget, and goes on when it is overdrawn',
    pace: MINUTELY,
    end: m(110),
    series: budget(row(m(60), 25)),
    held: [{ labels: SUBJECT, from: m(75) }],
    quietAt: [m(74)],
  },
  {
    alert: 'SloErrorBudgetSpent',
    title: 'is quiet as long as a quarter is left',
    pace: MINUTELY,
    end: m(100),
    series: budget(row(m(60), 15)),
    held: [],
    quietAt: [m(74), m(90)],
  },
  {
    alert: 'SloErrorBudgetSpent',
    title: 'ends when new good runs make the share right again',
    pace: MINUTELY,
    end: m(140),
    series: {
      ...declared(JOB, { interval: 60 }),
      // 20 bad of 420 leave 4.8 %; with 300 more good ones 720 allow 36, and 20 / 36 leave 44 %.
      ...runs(JOB, {
        success: (time) => Math.min(400, Math.floor(time / 6)) + (time < m(100) ? 0 : 300),
        failed: row(m(60), 20),
      }),
    },
    held: [{ labels: SUBJECT, from: m(75), to: m(100) }],
  },
];

const PROMETHEUS = { instance: 'p', job: 'prometheus' };
/** Scrapes between the evaluations: Prometheus 3 leaves out of a range the sample at its far end, which 2 takes in. */
const HOURLY: Pace = { scrape: hours(0.5), evaluation: hours(1) };

const retention = (lowest: Told, age: Told, size: Told): { readonly [series: string]: Told } => ({
  'prometheus_tsdb_lowest_timestamp_seconds{instance="p",job="prometheus"}': lowest,
  'prometheus_tsdb_time_retentions_total{instance="p",job="prometheus"}': age,
  'prometheus_tsdb_size_retentions_total{instance="p",job="prometheus"}': size,
});

const none: Told = () => 0;

/** One of six drops was on the tenth day; the server was started anew on the eleventh. */
const droppedAndRestarted: Told = (time) => (time < days(10) ? 5 : time < days(11) ? 6 : 0);

export const retentionStories: readonly AlertStory[] = [
  {
    alert: 'SloRetentionTooShort',
    title: 'warns of a Prometheus that drops blocks while the rest is younger than 30 days, until it has 30',
    pace: HOURLY,
    end: days(34),
    // It keeps ten days and drops a day each day from day 10 to 12, then keeps what it has: from day 32 on it goes back 30 days.
    series: retention(
      (time) => Math.max(0, Math.min(2, Math.floor(time / days(1)) - 10 + 1)) * days(1),
      (time) => Math.max(0, Math.min(2, Math.floor(time / days(1)) - 10 + 1)),
      none,
    ),
    held: [{ labels: PROMETHEUS, from: days(10), to: days(14) }],
    quietAt: [days(9), days(20), days(33)],
  },
  {
    alert: 'SloRetentionTooShort',
    title: 'warns of one that drops for size, and ends when it keeps all of 30 days',
    pace: HOURLY,
    end: days(34),
    series: retention(
      (time) => (time < days(29) ? 0 : days(2)),
      none,
      (time) => (time < days(29) ? 0 : time < days(32) ? 1 : 2),
    ),
    held: [{ labels: PROMETHEUS, from: days(29), to: days(32) }],
    quietAt: [days(28), days(33)],
  },
  {
    alert: 'SloRetentionTooShort',
    title:
      'forgets after three days that blocks were dropped for size, and takes no other server for this one',
    pace: HOURLY,
    end: days(16),
    series: {
      ...retention(
        () => days(2),
        none,
        (time) => (time < days(10) ? 0 : 1),
      ),
      // It goes back far enough, and drops every day.
      'prometheus_tsdb_lowest_timestamp_seconds{instance="q",job="prometheus"}': () => -days(40),
      'prometheus_tsdb_time_retentions_total{instance="q",job="prometheus"}': (time) =>
        Math.floor(time / days(1)),
      'prometheus_tsdb_lowest_timestamp_seconds{instance="p",job="other"}': () => -days(40),
      'prometheus_tsdb_time_retentions_total{instance="p",job="other"}': (time) => Math.floor(time / days(1)),
    },
    held: [{ labels: PROMETHEUS, from: days(10), to: days(13) }],
    quietAt: [days(9), days(15)],
  },
  {
    alert: 'SloRetentionTooShort',
    title: 'hears of a drop also where the server was restarted since, and counts anew',
    pace: HOURLY,
    end: days(16),
    series: {
      ...retention(() => days(2), droppedAndRestarted, none),
      'prometheus_tsdb_lowest_timestamp_seconds{instance="q",job="prometheus"}': () => days(2),
      'prometheus_tsdb_size_retentions_total{instance="q",job="prometheus"}': droppedAndRestarted,
    },
    held: [PROMETHEUS, { ...PROMETHEUS, instance: 'q' }].map((labels) => ({
      labels,
      from: days(10),
      to: days(13),
    })),
    quietAt: [days(9), days(15)],
  },
  {
    alert: 'SloRetentionTooShort',
    title: 'waits an hour and goes on for a day, to the minute',
    pace: { scrape: 60, evaluation: 60 },
    end: hours(28),
    series: retention(
      // The oldest sample is suddenly older than 30 days, as after a restore.
      (time) => (time < hours(3) ? 0 : -days(40)),
      none,
      (time) => (time < hours(1) ? 0 : 1),
    ),
    held: [{ labels: PROMETHEUS, from: hours(1), to: hours(3) }],
  },
  {
    alert: 'SloRetentionTooShort',
    title: 'is quiet while a Prometheus is young and has dropped nothing',
    pace: HOURLY,
    end: days(2),
    series: retention(none, none, none),
    held: [],
    quietAt: [days(1)],
  },
];
