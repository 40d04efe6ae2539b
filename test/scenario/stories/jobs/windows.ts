import { type StoryText, storiesOf } from '../../story.ts';
import { declareJob, type JobRun } from '../../world/job.ts';
import type { Stage } from '../../world/stage.ts';
import { days, hours, minutes, type Pace, STORY_START } from '../../world/time.ts';
import { WINDOW_TIERS } from '../window-tiers.ts';

const HOUR: Pace = { scrape: minutes(1), evaluation: minutes(5) };
/** A story for the short windows and one for the long ones: every window is looked into for every job, and days of samples take their time. */
const SHORT = {
  pace: { scrape: minutes(5), evaluation: minutes(5) },
  end: hours(24),
  jobs: [
    { name: 'quarter', intervalSeconds: 225, window: minutes(15), moments: 2 },
    { name: 'hour', intervalSeconds: 900, window: hours(1), moments: 5 },
    { name: 'six_hours', intervalSeconds: 5_400, window: hours(6), moments: 8 },
    { name: 'day', intervalSeconds: 21_600, window: days(1), moments: 11 },
  ],
} as const;
const LONG = {
  pace: { scrape: minutes(30), evaluation: hours(1) },
  end: days(12),
  jobs: [
    { name: 'day', intervalSeconds: 21_600, window: days(1), moments: 2 },
    { name: 'week', intervalSeconds: 21_601, window: days(7), moments: 5 },
  ],
} as const;
type Length = typeof SHORT | typeof LONG;

/** Times before the end: two in the shortest window and one in twice that, two more in the next and one in twice that, and so on. */
const momentsOf = ({ jobs, end }: Length): number[] =>
  jobs
    .flatMap(({ window }) => [0.4, 0.8, 1.6].map((share) => window * share))
    .filter((before) => before < end - STORY_START)
    .sort((a, b) => b - a);

/** A replica in which every job has the same runs at each of the moments. */
async function replica(s: Stage, length: Length, what: readonly JobRun[]): Promise<void> {
  const app = await s.start();
  const jobs = length.jobs.map(({ name, intervalSeconds }) =>
    declareJob(s, app, { name, intervalSeconds }, 'elsewhere'),
  );
  const { end } = length;
  for (const before of momentsOf(length)) {
    await s.until(Math.max(s.now, end - before));
    for (const job of jobs) for (const run of what) await job.run(run);
    for (const { name } of length.jobs)
      app.scheduler.recordSyncRun({ name, status: 'timeout', durationSeconds: 5, sources: [] });
  }
  await s.until(end);
}

/** What two replicas did together, in every window. */
const counted = (length: Length): StoryText => ({
  pace: length.pace,
  scripts: [
    async (s) => {
      await replica(s, length, [
        { takes: 2 },
        { takes: 4, ends: 'badly' },
        { takes: 0, ends: 'in part', trigger: 'manual' },
        { takes: 0, ends: 'locked' },
        { takes: 1, ends: 'called off' },
      ]);
      const perJob = (value: (moments: number) => number) =>
        length.jobs.map(({ name, moments }) => [{ job_name: name }, value(moments)] as const);
      const statuses = Object.entries({ success: 2, failed: 2, partial: 1, timeout: 2 });
      s.reads(
        'job_name_status:job_runs:increase_window',
        ...length.jobs.flatMap(({ name, moments }) =>
          statuses.map(([status, count]) => [{ job_name: name, status }, count * moments] as const),
        ),
      );
      s.reads('job_name:job_runs_failed:increase_window', ...perJob((moments) => 4 * moments));
      s.reads('job_name:job_runs_failed:ratio_window', ...perJob(() => 4 / 7));
      const took = 2 + 4 + 1 + 3 + 2 * 5;
      s.reads(
        'job_name:job_run_duration_seconds_sum:increase_window',
        ...perJob((moments) => took * moments),
      );
      s.reads('job_name:job_run_duration_seconds:mean_window', ...perJob(() => took / 7));
    },
    (s) => replica(s, length, [{ takes: 1 }, { takes: 3, ends: 'badly' }]),
  ],
});

export const jobWindows = storiesOf(undefined, {
  'each job is judged over the shortest window that holds four of its intervals': {
    pace: HOUR,
    scripts: [
      async (s) => {
        const app = await s.start();
        for (const [intervalSeconds] of WINDOW_TIERS)
          declareJob(s, app, { name: `every_${intervalSeconds}`, intervalSeconds });
        await s.seen();
        s.reads(
          'job_name:job_window_seconds:selected',
          ...WINDOW_TIERS.map(([interval, window]) => [{ job_name: `every_${interval}` }, window] as const),
        );
      },
    ],
  },
  'runs are counted over the window of the job and over the replicas': counted(SHORT),
  'runs of rare jobs are counted over days': counted(LONG),
  'nothing is counted for a job that was gone longer than its window, and shares are absent where nothing ended':
    {
      pace: HOUR,
      scripts: [
        async (s) => {
          const app = await s.start();
          const job = declareJob(s, app, { name: 'gone', intervalSeconds: 225 });
          declareJob(s, app, { name: 'idle', intervalSeconds: 21_601 });
          await s.until(s.began + minutes(15));
          await job.run({ takes: 60 });
          await s.until(s.began + minutes(30));
          s.die();
          await s.until(s.began + hours(1));
          const none = (job_name: string, ...statuses: string[]) =>
            statuses.map((status) => [{ job_name, status }, 0] as const);
          s.reads(
            'job_name_status:job_runs:increase_window',
            ...none('gone', 'success', 'failed'),
            ...none('idle', 'success', 'failed'),
          );
          s.reads(
            'job_name:job_run_duration_seconds_sum:increase_window',
            ...[{ job_name: 'gone' }, { job_name: 'idle' }].map((job) => [job, 0] as const),
          );
          s.reads('job_name:job_runs_failed:ratio_window');
          s.reads('job_name:job_run_duration_seconds:mean_window');
        },
      ],
    },
  'a single run makes a share and a mean': {
    pace: HOUR,
    scripts: [
      async (s) => {
        const job = declareJob(s, await s.start(), { name: 'once', intervalSeconds: 900 });
        await s.until(s.began + minutes(30));
        await job.run({ takes: 6, ends: 'badly' });
        await s.until(s.began + hours(1));
        s.reads('job_name:job_runs_failed:ratio_window', [{ job_name: 'once' }, 1]);
        s.reads('job_name:job_run_duration_seconds:mean_window', [{ job_name: 'once' }, 6]);
      },
    ],
  },
});
