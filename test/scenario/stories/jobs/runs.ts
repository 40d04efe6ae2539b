import { alertStories } from '../../story.ts';
import { declareJob, PRICING, runs, TEN_MINUTELY } from '../../world/job.ts';
import { TARGET } from '../../world/stage.ts';
import { hours, minutes, seconds } from '../../world/time.ts';

export const jobSlow = alertStories(
  'JobSlow',
  {
    severity: 'warning',
    summary: 'Runs of a job take longer than they may.',
    runbook: 'job-slow.md#jobslow',
  },
  {
    'fires when runs have taken longer than they may for half an hour, on average and the last one too, until one is faster':
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 1, { takes: minutes(1) });
        await runs(s, job, 1, { takes: minutes(1) + 1 });
        await s.seen();
        const slow = s.now;
        await runs(s, job, 2, { takes: minutes(1) + 1 });
        await s.until(slow + minutes(30));
        s.fires(PRICING);
        await s.wait(minutes(1));
        await job.run({ takes: minutes(1) });
        await s.seen();
        await s.wait(minutes(5));
        s.resolves(PRICING);
        await s.wait(minutes(2));
      },
    'stays quiet for runs of exactly the objective, and for one long run that is followed by others as they should be':
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 1, { takes: seconds(59) });
        await runs(s, job, 1, { takes: seconds(61) });
        await s.wait(minutes(45));
        await runs(s, job, 1, { takes: minutes(4) });
        await runs(s, job, 3, { takes: minutes(1) });
        await s.wait(minutes(9));
      },
    'stays quiet for one slow run after many fast ones, which is no average, and for a job that was slow until its last run':
      async (s) => {
        const app = await s.start();
        const job = declareJob(s, app, TEN_MINUTELY);
        const other = declareJob(s, app, { ...TEN_MINUTELY, name: 'other' });
        await runs(s, other, 1, { takes: minutes(5) });
        await other.run({ takes: 1 });
        await runs(s, job, 2, { takes: 1 });
        await runs(s, job, 1, { takes: minutes(2) });
        await s.wait(minutes(45));
      },
    'goes by the replica that ran last, also when it is dead': [
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY, 'elsewhere');
        await s.until(s.began + minutes(5));
        await job.run({ takes: minutes(2) });
        await s.until(s.began + minutes(37) + seconds(30));
        s.fires(PRICING);
        await s.until(s.began + minutes(43) + seconds(30));
        s.resolves(PRICING);
        await s.until(s.began + minutes(45));
      },
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY, 'elsewhere');
        await s.until(s.began + minutes(6));
        await job.run({ takes: minutes(2) });
        await s.until(s.began + minutes(20));
        s.die();
        await s.until(s.began + minutes(30));
        const again = declareJob(s, await s.start(), TEN_MINUTELY, 'elsewhere');
        await s.until(s.began + minutes(38));
        await again.run({ takes: 1 });
        await s.until(s.began + minutes(45));
      },
    ],
  },
);

export const jobLate = alertStories(
  'JobLate',
  {
    severity: 'warning',
    summary: 'A job starts later than its schedule says.',
    runbook: 'jobs.md#joblate',
  },
  {
    'fires when the latest start was later than a tenth of the interval, until one is in time': async (s) => {
      const job = declareJob(s, await s.start(), TEN_MINUTELY, 'elsewhere');
      await s.until(s.began + minutes(11));
      await job.run({ scheduledFor: s.now - 60 });
      await s.until(s.began + minutes(21));
      await job.run({ scheduledFor: s.now - 65 });
      await s.until(s.began + minutes(21) + seconds(30));
      s.fires(PRICING);
      await s.until(s.began + minutes(31));
      await job.run({ scheduledFor: s.now - 55 });
      await s.until(s.began + minutes(31) + seconds(30));
      s.resolves(PRICING);
      await s.wait(minutes(10));
    },
    'is told at once, and holds until the next start, also while the process is dead': async (s) => {
      const app = await s.start();
      const late = declareJob(s, app, { ...TEN_MINUTELY, intervalSeconds: hours(2) }, 'elsewhere');
      const other = declareJob(s, app, { ...TEN_MINUTELY, name: 'other' }, 'elsewhere');
      await other.run({ scheduledFor: s.now });
      await late.run({ scheduledFor: s.now - minutes(5), takes: 0 });
      await s.wait(minutes(10));
      await late.run({ scheduledFor: s.now - minutes(5) - seconds(10), takes: 0 });
      await s.seen();
      s.fires(PRICING);
      await s.wait(minutes(7));
      s.die();
      await s.wait(minutes(8));
    },
    'stays quiet for starts in time and for those by hand': async (s) => {
      const job = declareJob(s, await s.start(), TEN_MINUTELY);
      await runs(s, job, 2);
      await s.wait(minutes(5));
      await job.run({ trigger: 'manual' });
      await s.wait(minutes(2));
    },
  },
);

export const jobOverlapping = alertStories(
  'JobOverlapping',
  {
    severity: 'warning',
    summary: 'Runs of a job meet.',
    runbook: 'jobs.md#joboverlapping',
  },
  {
    'fires when a start finds a run under way, for one interval and a half': async (s) => {
      const app = await s.start();
      const job = declareJob(s, app, { ...TEN_MINUTELY, overlap: 'skip' });
      const other = declareJob(s, app, { ...TEN_MINUTELY, name: 'other', overlap: 'skip' });
      await s.until(s.began + minutes(5));
      void other.run({ ends: 'never' });
      await other.run();
      await s.seen();
      s.fires({ job_name: 'other' });
      await runs(s, job, 1, {
        during: async () => {
          await s.wait(minutes(10));
          await job.run();
          await s.seen();
          s.fires(PRICING);
        },
      });
      await s.until(s.began + minutes(5) + seconds(30) + minutes(15) + seconds(30));
      s.resolves({ job_name: 'other' });
      await s.until(s.began + minutes(20) + seconds(30) + minutes(15) + seconds(30));
      s.resolves(PRICING);
      await s.wait(minutes(2));
    },
    'fires when two processes run the job at once, which a lock would prevent': [
      async (s) => {
        const app = await s.start();
        const job = declareJob(s, app, TEN_MINUTELY);
        const other = declareJob(s, app, { ...TEN_MINUTELY, name: 'other' });
        await s.until(s.began + minutes(10));
        void other.run({ ends: 'never' });
        await job.run({ takes: minutes(3) });
        await s.until(s.began + minutes(35));
      },
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await s.until(s.began + minutes(11));
        await job.run({
          during: async () => {
            await s.wait(seconds(30));
            s.fires(PRICING);
            await s.wait(seconds(30));
          },
        });
        await s.until(s.began + minutes(12) + minutes(15) + seconds(30));
        s.resolves(PRICING);
        await s.until(s.began + minutes(35));
      },
    ],
    'stays quiet for a process that is scraped under two jobs (S23)': async (s) => {
      s.scrapedAlsoAs({ job: 'another-scrape-job' });
      const job = declareJob(s, await s.start(), TEN_MINUTELY);
      await runs(s, job, 2, { takes: minutes(3) });
      await s.wait(minutes(2));
    },
    'stays quiet for a process that is scraped and pushes over OTLP, which says that a run is under way when it is over (S23)':
      async (s) => {
        s.pushesOverOtlp({ andIsScraped: true });
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 3, { takes: minutes(3) });
        const next = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, next, 2, { takes: minutes(3) });
        await s.wait(minutes(2));
      },
    'stays quiet while a deploy lets the old process end its run before it stops, and another takes over': [
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 2, { takes: minutes(1) });
        job.stop();
        await s.wait(seconds(20));
        s.die();
        await s.until(s.began + minutes(40));
      },
      async (s) => {
        await s.until(s.began + minutes(20));
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await s.until(s.began + minutes(30));
        await job.run();
        await s.until(s.began + minutes(40));
      },
    ],
    'stays quiet for runs that follow each other closely, in one process or in two': [
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 2, { takes: minutes(9) });
        await s.until(s.began + minutes(35));
      },
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await s.until(s.began + minutes(29) + seconds(1));
        await job.run({ takes: minutes(1) });
        await s.until(s.began + minutes(35));
      },
    ],
  },
);

const PROCESS = { job: TARGET.job, instance: 'host-1:8000' };

export const jobMemoryHigh = alertStories(
  'JobMemoryHigh',
  {
    severity: 'warning',
    summary: 'A process that runs jobs uses much memory.',
    runbook: 'jobs.md#jobmemoryhigh',
  },
  {
    'fires once for a process that has used more than two gigabytes for 15 minutes, however many jobs it has, until it uses less':
      [
        async (s) => {
          const app = await s.start();
          for (let i = 1; i <= 40; i++) declareJob(s, app, { ...TEN_MINUTELY, name: `job ${i}` });
          const memory = app.core.gauge('process_resident_memory_bytes', { help: 'Memory.' });
          memory.set(2e9);
          await s.wait(minutes(20));
          memory.set(2e9 + 1);
          await s.seen();
          await s.wait(minutes(15));
          s.fires(PROCESS);
          await s.wait(minutes(1));
          memory.set(2e9);
          await s.seen();
          s.resolves(PROCESS);
          await s.until(s.began + minutes(40));
        },
        async (s) => {
          const app = await s.start();
          declareJob(s, app, TEN_MINUTELY);
          declareJob(s, app, { ...TEN_MINUTELY, name: 'other', enabled: false });
          app.core.gauge('process_resident_memory_bytes', { help: 'Memory.' }).set(1e9);
          await s.until(s.began + minutes(40));
        },
      ],
    'stays quiet for the memory of processes that have no job': async (s) => {
      declareJob(s, await s.start(), TEN_MINUTELY);
      s.other('prometheus', 'process_resident_memory_bytes 4e9');
      s.other('node', 'process_resident_memory_bytes 4e9', 'host-1:8000');
      await s.wait(minutes(20));
    },
  },
);
