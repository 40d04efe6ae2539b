import { days, hours } from '../scenario/world/time.ts';
import type { History, Told, Values } from './history.ts';
import { BY_RUNS, declared, endedAt, every, runs, SIX_HOURS, slow } from './told.ts';

const JOB = 'pricing-sync';
const WEEK = days(7);
const about = (value: number): Values => [[{ job_name: JOB, slo: 'job-duration' }, value]];

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

/** The share of runs within the duration that the job declares; a p95 as a budget of 5 %. Each process counts those that took longer. */
export const latencyHistories: readonly History[] = [
  history('a mean of 39 s hides that a tenth of the runs takes 300 s: 10 bad of 100 allow 5', {
    end: hours(102),
    series: {
      ...declared(JOB, { interval: hours(1), bound: 60 }),
      // 90 runs of 10 s and 10 of 300 s: (90 × 10 + 10 × 300) / 100 = 39 s.
      ...runs(JOB, {
        success: (time) =>
          Math.min(90, Math.floor(time / hours(1)) - Math.floor(time / hours(10))) +
          Math.floor(time / hours(10)),
      }),
      ...slow(JOB, every(hours(10))),
    },
    expects: {
      [hours(102)]: {
        'events:increase_window': about(100),
        'bad_events:increase_window': about(10),
        'good_events:ratio_window': about(0.9),
        'error_budget_remaining:ratio': about(1 - 10 / 5),
        'error_budget_policy:level': about(4),
      },
    },
  }),
  history('failures do not count at all, cancelled runs neither, timeouts and partial runs do', {
    series: {
      ...declared(JOB, { bound: 60 }),
      ...runs(JOB, {
        success: every(SIX_HOURS, hours(30), hours(36), hours(42), hours(48)),
        timeout: endedAt(hours(30)),
        failed: endedAt(hours(36)),
        partial: endedAt(hours(42)),
        cancelled: endedAt(hours(48)),
      }),
      ...slow(JOB, endedAt(hours(30))),
    },
    expects: {
      [WEEK]: {
        'events:increase_window': about(26),
        'bad_events:increase_window': about(1),
        'error_budget_remaining:ratio': about(Number((1 - 1 / 1.3).toFixed(6))),
      },
    },
  }),
  history('a job that promises no duration is not judged, and one that has had no slow run has had none', {
    series: {
      ...declared(JOB, { bound: 60 }),
      ...declared('unbound'),
      ...runs(JOB, { success: every(SIX_HOURS) }),
      ...runs('unbound', { success: every(SIX_HOURS) }),
    },
    expects: {
      [WEEK]: {
        'window:seconds': about(WEEK),
        'objective:ratio': about(0.95),
        'events:increase_window': about(28),
        'bad_events:increase_window': about(0),
        'events:increase1d': about(4),
        'bad_events:increase1d': about(0),
      },
    },
  }),
  history('a daily job is judged over 30 days', {
    end: days(31),
    series: {
      ...declared(JOB, { interval: days(1), bound: 60 }),
      ...runs(JOB, { success: every(days(1)) }),
      ...slow(JOB, endedAt(days(3))),
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
    series: (() => {
      const until48 =
        (value: number): Told =>
        (time) =>
          time < hours(48) ? value : undefined;
      return {
        ...declared('another', { bound: 60 }),
        [`job_name:job_interval_seconds:last_known{job_name="${JOB}"}`]: until48(SIX_HOURS),
        [`job_name:job_duration_objective_seconds:last_known{job_name="${JOB}"}`]: until48(60),
        ...runs(JOB, { success: every(SIX_HOURS) }),
        ...slow(JOB, every(SIX_HOURS)),
      };
    })(),
    expects: {
      [hours(42)]: { 'events:increase_window': about(7), 'bad_events:increase_window': about(7) },
      [hours(54)]: { 'events:increase_window': [], 'bad_events:increase_window': [] },
    },
  }),
];
