import { storiesOf } from '../../story.ts';
import { BY_THE_CLOCK, declareJob, PRICING, TEN_MINUTELY } from '../../world/job.ts';
import { at, days, hours, minutes, type Pace, seconds } from '../../world/time.ts';

const A = { job_name: 'a' };
const B = { job_name: 'b' };

/** For a story of a week. */
const SELDOM: Pace = { scrape: minutes(30), evaluation: hours(1) };

/** A job of somebody else, who exports all of a job's metrics but its interval; so many of its starts were late, and as many met another run. */
const stranger = (count: number): string =>
  [
    'job_freshness_objective_seconds 5',
    'job_duration_objective_seconds 5',
    'job_consecutive_failures 5',
    'job_declared_timestamp_seconds 50',
    'job_last_run_timestamp_seconds 60',
    'job_last_success_timestamp_seconds 60',
    `job_next_run_timestamp_seconds ${at(1, 0)}`,
    'job_last_run_duration_seconds 7',
    `job_start_lateness_seconds_sum ${4 * count}`,
    `job_start_lateness_seconds_count ${count}`,
  ]
    .map((line) => line.replace(' ', '{job_name="a"} '))
    .concat(
      'job_lifecycle_state{job_name="a",state="enabled"} 1',
      `job_runs_total{job_name="a",status="skipped_overlap"} ${count}`,
    )
    .join('\n');

/** What is carried on while a job is gone. */
const CARRIED = [
  'job_enabled',
  'job_freshness_objective_seconds',
  'job_duration_objective_seconds',
  'job_consecutive_failures',
  'job_accounted_timestamp_seconds',
  'job_last_success_timestamp_seconds',
  'job_first_success_awaited_timestamp_seconds',
  'job_due_timestamp_seconds',
  'job_last_run_duration_seconds',
  'job_start_lateness_seconds',
  'job_overlap_timestamp_seconds',
] as const;
const carried = (metric: (typeof CARRIED)[number]) => `job_name:${metric}:last_known`;

/** What is recorded of jobs, also of those that are gone. */
export const jobsKnown = storiesOf(undefined, {
  'a job promises the most that its replicas promise, and what the last of them promised when all are gone': [
    async (s) => {
      const job = declareJob(s, await s.start(), { ...TEN_MINUTELY, name: 'a' });
      await job.run({ takes: 0, ends: 'badly' });
      await job.run({ takes: 0, ends: 'badly' });
      await s.until(at(0, 5));
      s.die();
      await s.until(at(0, 20));
    },
    async (s) => {
      const app = await s.start();
      declareJob(s, app, {
        name: 'a',
        intervalSeconds: 300,
        durationObjectiveSeconds: 90,
        freshnessObjectiveSeconds: 2_400,
        enabled: false,
      });
      declareJob(s, app, { ...TEN_MINUTELY, name: 'b', intervalSeconds: 7_200 });
      await s.until(at(0, 5));
      s.die();
      await s.until(at(0, 20));
    },
    async (s) => {
      await s.until(at(0, 1));
      declareJob(s, await s.start(), {
        name: 'b',
        intervalSeconds: 900,
        durationObjectiveSeconds: 30,
        freshnessObjectiveSeconds: 600,
      });
      await s.until(at(0, 4));
      const promises = (b: readonly [number, number, number]) => {
        s.reads('job_name:job_interval_seconds:last_known', [A, 600], [B, b[0]]);
        s.reads(carried('job_enabled'), [A, 1], [B, 1]);
        s.reads(carried('job_duration_objective_seconds'), [A, 90], [B, b[1]]);
        s.reads(carried('job_freshness_objective_seconds'), [A, 2_400], [B, b[2]]);
        s.reads(carried('job_consecutive_failures'), [A, 2], [B, 0]);
      };
      promises([7_200, 60, 1_200]);
      await s.until(at(0, 10));
      promises([900, 30, 600]);
      s.die();
      await s.until(at(0, 20));
      promises([900, 30, 600]);
    },
  ],
  'times are those of the replica that did it last, and the first declaration counts': [
    async (s) => {
      const app = await s.start();
      const a = declareJob(s, app, { ...TEN_MINUTELY, name: 'a' });
      await s.wait(seconds(5));
      const b = declareJob(s, app, { ...TEN_MINUTELY, name: 'b' });
      await s.until(at(0, 2));
      s.reads(carried('job_accounted_timestamp_seconds'), [A, at(0, 0)], [B, at(0, 0, 5)]);
      s.reads(carried('job_first_success_awaited_timestamp_seconds'), [A, at(0, 0)], [B, at(0, 0, 5)]);
      s.reads(carried('job_last_success_timestamp_seconds'));
      await a.run({ takes: 7 });
      b.disable();
      await s.until(at(0, 6));
      s.reads(carried('job_accounted_timestamp_seconds'), [A, at(0, 5)], [B, at(0, 6)]);
      s.reads(carried('job_first_success_awaited_timestamp_seconds'), [A, at(0, 6)], [B, at(0, 6)]);
      s.reads(carried('job_last_success_timestamp_seconds'), [A, at(0, 5)]);
      s.reads('job_name:job_run_age_seconds:last_known', [A, 60], [B, 0]);
      s.reads('job_name:job_success_age_seconds:last_known', [A, 60]);
      await s.until(at(0, 8));
      s.reads(
        carried('job_accounted_timestamp_seconds'),
        [A, at(0, 5)],
        [B, at(0, 8)],
        [{ job_name: 'c' }, at(0, 6)],
      );
      s.reads(
        carried('job_first_success_awaited_timestamp_seconds'),
        [A, at(0, 8)],
        [B, at(0, 8)],
        [{ job_name: 'c' }, at(0, 6)],
      );
    },
    async (s) => {
      await s.wait(seconds(10));
      const job = declareJob(s, await s.start(), { ...TEN_MINUTELY, name: 'a' });
      await s.until(at(0, 5));
      await job.run({ takes: 0 });
      await s.until(at(0, 8));
    },
    async (s) => {
      for (const minute of [6, 7]) {
        await s.until(at(0, minute));
        declareJob(s, await s.start(), { ...TEN_MINUTELY, name: 'c' });
      }
      await s.until(at(0, 8));
    },
  ],
  'a success counts from five minutes before its time on, where the clock that says it is ahead': async (
    s,
  ) => {
    const job = declareJob(s, await s.start(), TEN_MINUTELY);
    s.setClock(minutes(10));
    await s.until(at(0, 4));
    await job.run({ takes: 0 });
    await s.until(at(0, 8, 30));
    s.reads(carried('job_last_success_timestamp_seconds'));
    await s.until(at(0, 9));
    s.reads(carried('job_last_success_timestamp_seconds'), [PRICING, at(0, 14)]);
    await s.until(at(0, 9, 30));
    s.reads(carried('job_last_success_timestamp_seconds'), [PRICING, at(0, 14)]);
  },
  'the start that counts is the next one, or one that is over and had no run since shortly before it': [
    async (s) => {
      const app = await s.start();
      const at58 = { ...BY_THE_CLOCK, name: 'a' };
      const jobs = {
        // How long before its start at 1:10, or at 1:01, the last run of each ends.
        by58: declareJob(s, app, { ...at58, name: '58 s' }),
        by60: declareJob(s, app, { ...at58, name: '60 s' }),
        by65: declareJob(s, app, { ...at58, name: '65 s' }),
        often28: declareJob(s, app, { ...at58, name: '28 of 60 s', schedule: '* * * * *' }),
        onTheDot: declareJob(s, app, { ...at58, name: 'on the dot' }, 'elsewhere'),
        often32: declareJob(s, app, { ...at58, name: '32 of 60 s', schedule: '* * * * *' }),
      };
      const byHand = { trigger: 'manual', takes: 0 } as const;
      await s.until(at(0, 0, 28));
      await jobs.often32.run(byHand);
      await s.until(at(0, 0, 32));
      await jobs.often28.run(byHand);
      await s.until(at(0, 2));
      s.reads(
        carried('job_due_timestamp_seconds'),
        [{ job_name: '28 of 60 s' }, at(0, 2)],
        [{ job_name: '32 of 60 s' }, at(0, 1)],
        ...['58 s', '60 s', '65 s', 'on the dot', 'gone'].map(
          (job_name) => [{ job_name }, at(0, 10)] as const,
        ),
      );
      jobs.often28.disable();
      jobs.often32.disable();
      await s.until(at(0, 8, 55));
      await jobs.by65.run(byHand);
      await s.until(at(0, 9));
      await jobs.by60.run(byHand);
      await s.until(at(0, 9, 2));
      await jobs.by58.run(byHand);
      await s.until(at(0, 10));
      await jobs.onTheDot.run(byHand);
      await s.until(at(0, 12));
      void jobs.by60.run({ ends: 'never' });
      await s.until(at(0, 13));
      s.reads(
        carried('job_due_timestamp_seconds'),
        [{ job_name: '28 of 60 s' }, at(0, 2)],
        [{ job_name: '32 of 60 s' }, at(0, 1)],
        [{ job_name: '58 s' }, at(0, 20)],
        [{ job_name: '60 s' }, at(0, 20)],
        [{ job_name: '65 s' }, at(0, 10)],
        [{ job_name: 'on the dot' }, at(0, 10)],
        [{ job_name: 'gone' }, at(0, 10)],
      );
      s.reads(
        'job_name:job_overdue_seconds:last_known',
        [{ job_name: '58 s' }, -minutes(7)],
        [{ job_name: '65 s' }, minutes(3)],
        [{ job_name: 'gone' }, minutes(3)],
      );
    },
    async (s) => {
      declareJob(s, await s.start(), { ...BY_THE_CLOCK, name: 'gone' });
      await s.until(at(0, 5));
      s.die();
      await s.until(at(0, 13));
    },
  ],
  'a start is not over because a clock is ahead of its time, nor is one next that a waiting replica still names':
    [
      async (s) => {
        const job = declareJob(s, await s.start(), BY_THE_CLOCK, 'elsewhere');
        await s.until(at(0, 10));
        await job.run({ takes: 0 });
        await s.until(at(0, 14));
        s.die();
        await s.until(at(0, 15, 30));
        s.reads(
          carried('job_due_timestamp_seconds'),
          [{ job_name: 'ahead' }, at(0, 15)],
          [PRICING, at(0, 20)],
        );
        s.reads('job_name:job_overdue_seconds:last_known', [PRICING, -minutes(4) - seconds(30)]);
      },
      async (s) => {
        const app = await s.start();
        declareJob(s, app, BY_THE_CLOCK, 'elsewhere');
        const ahead = declareJob(s, app, { ...BY_THE_CLOCK, name: 'ahead', schedule: '15 * * * *' });
        s.setClock(seconds(20));
        await s.until(at(0, 14, 40));
        // It is 1:15 there, and the run takes a minute.
        await ahead.run({ takes: seconds(50) });
      },
    ],
  'what the last run was is said by the replica that ran it, also when it is gone': [
    async (s) => {
      const app = await s.start();
      const a = declareJob(s, app, { ...TEN_MINUTELY, name: 'a' }, 'elsewhere');
      const b = declareJob(s, app, { ...TEN_MINUTELY, name: 'b' }, 'elsewhere');
      s.other(
        'canary',
        'job_last_run_duration_seconds{job_name="a"} 900\njob_last_run_timestamp_seconds{job_name="a"} 60',
        'host-2:8000',
      );
      await s.until(at(0, 1));
      await a.run({ takes: 50, scheduledFor: s.now - 3 });
      await s.until(at(0, 3));
      await b.run({ takes: 2, scheduledFor: s.now - 4 });
      await s.until(at(0, 5));
      s.reads(carried('job_last_run_duration_seconds'), [A, 4], [B, 2]);
      s.reads(carried('job_start_lateness_seconds'), [A, (12 + 0) / 2], [B, 4]);
      s.die();
      await s.until(at(0, 12));
      s.reads(carried('job_last_run_duration_seconds'), [A, 4], [B, 2]);
      s.reads(carried('job_start_lateness_seconds'), [A, 6], [B, 4]);
    },
    async (s) => {
      const job = declareJob(s, await s.start(), { ...TEN_MINUTELY, name: 'a' }, 'elsewhere');
      await s.until(at(0, 2));
      await job.run({ takes: 4, scheduledFor: s.now - 12 });
      await s.until(at(0, 12));
    },
    async (s) => {
      const job = declareJob(s, await s.start(), { ...TEN_MINUTELY, name: 'a' }, 'elsewhere');
      await s.until(at(0, 2, 2));
      await job.run({ takes: 2, scheduledFor: s.now });
      await s.until(at(0, 12));
    },
  ],
  'a job that was retired and is declared again begins anew, another goes on': async (s) => {
    const app = await s.start();
    const a = declareJob(s, app, { ...TEN_MINUTELY, name: 'a' }, 'elsewhere');
    const b = declareJob(s, app, { ...TEN_MINUTELY, name: 'b' }, 'elsewhere');
    for (const job of [a, b]) {
      await s.until(at(0, 1));
      await job.run({ takes: 0, scheduledFor: s.now - 4 });
      await job.run({ takes: 0, ends: 'badly' });
      job.disable();
    }
    await s.until(at(0, 5));
    a.retire();
    await s.until(at(0, 10));
    s.die();
    await s.until(at(1, 0));
    s.reads(carried('job_enabled'), [B, 0]);
    const { durationObjectiveSeconds, ...silent } = TEN_MINUTELY;
    const next = await s.start();
    declareJob(s, next, { ...silent, name: 'a' }, 'elsewhere');
    declareJob(s, next, { ...TEN_MINUTELY, name: 'b', enabled: false }, 'elsewhere');
    await s.until(at(1, 5));
    s.reads(carried('job_enabled'), [A, 1], [B, 0]);
    s.reads(carried('job_duration_objective_seconds'), [B, durationObjectiveSeconds]);
    s.reads(carried('job_consecutive_failures'), [A, 0], [B, 1]);
    s.reads(carried('job_accounted_timestamp_seconds'), [A, at(1, 0)], [B, at(1, 5)]);
    s.reads(carried('job_first_success_awaited_timestamp_seconds'), [A, at(1, 0)], [B, at(1, 5)]);
    s.reads(carried('job_last_success_timestamp_seconds'), [B, at(0, 1)]);
    s.reads(carried('job_last_run_duration_seconds'), [B, 0]);
    s.reads(carried('job_start_lateness_seconds'), [B, 2]);
    s.reads('job_name:job_runs_failed:at_last_good_run', [A, 0], [B, 1]);
  },
  'a job that nobody has declared for a week is forgotten': {
    pace: SELDOM,
    scripts: [
      async (s) => {
        declareJob(s, await s.start(), { ...TEN_MINUTELY, name: 'a' }, 'elsewhere');
        await s.until(s.began + hours(9));
        s.die();
        await s.until(s.began + hours(8) + days(7));
        s.reads('job_name:job_interval_seconds:last_known', [A, 600]);
        await s.until(s.began + hours(9) + days(7));
        s.reads('job_name:job_interval_seconds:last_known');
      },
    ],
  },
  'nothing is carried on of a job that is not in the register': [
    async (s) => {
      s.other('stranger', stranger(0));
      await s.wait(minutes(2));
      s.other('stranger', stranger(1));
      await s.seen();
      s.reads(carried('job_start_lateness_seconds'), [A, 4]);
      s.reads(carried('job_overlap_timestamp_seconds'), [A, s.now]);
      await s.until(at(0, 4));
      s.reads(carried('job_enabled'), [A, 1], [B, 1]);
      s.reads(carried('job_last_run_duration_seconds'), [A, 7]);
      s.reads(carried('job_start_lateness_seconds'));
      s.reads(carried('job_overlap_timestamp_seconds'));
      s.reads(carried('job_due_timestamp_seconds'), [A, at(1, 0)], [B, at(0, 10)]);
      s.reads(carried('job_last_success_timestamp_seconds'), [A, 60]);
      s.other('stranger', '');
      await s.until(at(0, 9));
      s.reads(carried('job_enabled'), [B, 1]);
      s.reads(carried('job_freshness_objective_seconds'), [B, 1_200]);
      s.reads(carried('job_duration_objective_seconds'), [B, 60]);
      s.reads(carried('job_consecutive_failures'), [B, 0]);
      s.reads(carried('job_accounted_timestamp_seconds'), [B, at(0, 0)]);
      s.reads(carried('job_last_success_timestamp_seconds'));
      s.reads(carried('job_first_success_awaited_timestamp_seconds'), [B, at(0, 0)]);
      s.reads(carried('job_due_timestamp_seconds'), [B, at(0, 10)]);
      s.reads(carried('job_last_run_duration_seconds'));
      s.reads(carried('job_start_lateness_seconds'));
      s.reads(carried('job_overlap_timestamp_seconds'));
    },
    async (s) => {
      declareJob(s, await s.start(), { ...TEN_MINUTELY, name: 'b' }, 'elsewhere');
      await s.until(at(0, 9));
    },
  ],
});
