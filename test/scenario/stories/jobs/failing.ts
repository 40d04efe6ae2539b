import { alertStories } from '../../story.ts';
import { declareJob, PRICING, runs, TEN_MINUTELY } from '../../world/job.ts';
import { days, hours, minutes, SLOW_PACE, seconds } from '../../world/time.ts';

/** What fails is told of long before its data is older than promised. */
const PATIENT = { ...TEN_MINUTELY, freshnessObjectiveSeconds: hours(2) };

export const jobFailing = alertStories(
  'JobFailing',
  {
    severity: 'critical',
    summary: 'Runs of a job fail, the last one too.',
    runbook: 'job-failing.md#jobfailing',
  },
  {
    'fires when more than half of the runs of the last hour failed, not at half, until one succeeds': async (
      s,
    ) => {
      const job = declareJob(s, await s.start(), PATIENT);
      await runs(s, job, 2);
      await runs(s, job, 2, { ends: 'badly' });
      await job.run({ trigger: 'manual', ends: 'badly' });
      await s.seen();
      await s.wait(minutes(5));
      s.fires(PRICING);
      await s.wait(minutes(1));
      await job.run();
      await s.seen();
      await s.wait(minutes(5));
      s.resolves(PRICING);
      await s.wait(minutes(5));
    },
    'fires when the last run failed and the last success is older than promised, though runs are too few for a rate, until one succeeds (S26)':
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 1, { takes: 0 });
        const succeeded = s.now;
        await s.wait(minutes(14));
        await job.run({ takes: 0, ends: 'badly' });
        await s.until(succeeded + minutes(20) + 30 + minutes(5));
        s.fires(PRICING);
        await s.wait(minutes(2));
        await job.run({ takes: 0 });
        await s.seen();
        await s.wait(minutes(5));
        s.resolves(PRICING);
        await s.wait(minutes(5));
      },
    'fires for a job that has never succeeded when it has been awaited for longer than promised, at its first failure (S26)':
      async (s) => {
        const declared = s.now;
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await s.until(declared + minutes(12));
        await job.run({ takes: 0, ends: 'badly' });
        await s.until(declared + minutes(20) + 30 + minutes(5));
        s.fires(PRICING);
        await s.wait(minutes(1));
      },
    'leaves a job that does not run any more to those that tell of that, whatever became of its last run (S26)':
      async (s) => {
        const job = declareJob(s, await s.start(), {
          ...TEN_MINUTELY,
          freshnessObjectiveSeconds: minutes(30),
        });
        await runs(s, job, 1, { takes: 0 });
        await runs(s, job, 1, { takes: 0, ends: 'badly' });
        await s.wait(minutes(40));
      },
    'stays quiet after one failure, the first ever or among many, and where successes are as many': async (
      s,
    ) => {
      const job = declareJob(s, await s.start(), PATIENT);
      await runs(s, job, 1, { ends: 'badly' });
      await runs(s, job, 2);
      await runs(s, job, 1, { ends: 'badly' });
      await s.wait(minutes(9));
    },
    'begins anew with a job that is declared again after it was retired, whatever failed before': async (
      s,
    ) => {
      const job = declareJob(s, await s.start(), PATIENT);
      await runs(s, job, 2, { takes: 0, ends: 'badly' });
      await s.seen();
      await s.wait(minutes(5));
      s.fires(PRICING);
      await s.wait(minutes(5));
      job.retire();
      await s.seen();
      await s.wait(minutes(5));
      s.resolves(PRICING);
      await s.wait(minutes(5));
      const again = declareJob(s, await s.start(), PATIENT);
      await s.wait(minutes(9));
      await again.run({ takes: 0, ends: 'badly' });
      await s.wait(minutes(9));
    },
    'fires after three failures in a row where the window holds many runs, and goes on while the process is dead':
      async (s) => {
        const job = declareJob(s, await s.start(), { ...PATIENT, intervalSeconds: minutes(2) });
        await runs(s, job, 6, { takes: 0 });
        await runs(s, job, 2, { takes: 0, ends: 'badly' });
        await s.wait(minutes(1) + seconds(55));
        await job.run({ takes: seconds(5), ends: 'badly' });
        await s.seen();
        s.die();
        await s.wait(minutes(5));
        s.fires(PRICING);
        await s.wait(minutes(4));
      },
    'judges each job by itself, whether it is half of the runs or three in a row': async (s) => {
      const app = await s.start();
      const job = (name: string, more = {}) => declareJob(s, app, { ...PATIENT, ...more, name });
      const often = job('often', { intervalSeconds: minutes(2) });
      const half = job('half');
      const some = job('some');
      const disabled = job('disabled');
      const well = job('well');
      const once = job('once');
      const byHand = { trigger: 'manual', takes: 0 } as const;
      const badly = { ...byHand, takes: 1, ends: 'badly' } as const;
      await s.until(s.began + minutes(5));
      for (const each of [often, half, some, disabled, well]) await each.run(byHand);
      for (let i = 0; i < 2; i++) await some.run(byHand);
      for (let i = 0; i < 12; i++) await often.run(byHand);
      for (let i = 0; i < 3; i++) for (const each of [often, disabled]) await each.run(badly);
      for (let i = 0; i < 2; i++) await half.run(badly);
      // Six of eleven, never three in a row.
      for (const ends of ['badly', 'badly', 'well', 'badly', 'badly', 'well', 'badly', 'badly'] as const)
        await some.run({ ...badly, ends });
      await once.run(badly);
      disabled.disable();
      await s.seen();
      await s.wait(minutes(5));
      for (const job_name of ['often', 'half', 'some']) s.fires({ job_name });
      await s.wait(minutes(1));
      await well.run(byHand);
      await s.wait(minutes(1));
    },
    'goes by the replica that ran last: a success of the new leader ends what the old one had': [
      async (s) => {
        const job = declareJob(s, await s.start(), PATIENT);
        await runs(s, job, 2, { ends: 'badly' });
        await s.until(s.began + minutes(26));
        s.fires(PRICING);
        await runs(s, job, 1, { ends: 'badly' });
        await s.wait(minutes(2));
        s.die();
        await s.until(s.began + minutes(39));
        s.resolves(PRICING);
        await s.until(s.began + hours(1));
      },
      async (s) => {
        const job = declareJob(s, await s.start(), PATIENT, 'elsewhere');
        await s.until(s.began + minutes(33));
        await job.run();
        await s.until(s.began + hours(1));
      },
    ],
    'ends when the job is disabled, and begins again when it is enabled and fails again': async (s) => {
      const job = declareJob(s, await s.start(), PATIENT);
      await runs(s, job, 2, { ends: 'badly' });
      await s.seen();
      await s.wait(minutes(5));
      s.fires(PRICING);
      await s.wait(minutes(1));
      job.disable();
      await s.seen();
      await s.wait(minutes(5));
      s.resolves(PRICING);
      await s.wait(minutes(2));
    },
    'fires for a run that is started anew each time, fails, and pushes that to a Pushgateway (S13)': async (
      s,
    ) => {
      s.labelled({ job: 'push', instance: '' });
      for (let i = 0; i < 3; i++) {
        const job = declareJob(s, await s.start(), PATIENT);
        await job.run({ ends: 'badly' });
        await s.push();
        s.die();
        await s.until(s.began + i * minutes(10) + minutes(6));
        if (i === 1) s.fires(PRICING);
        await s.untilNext(minutes(10));
      }
      const job = declareJob(s, await s.start(), PATIENT);
      await job.run();
      await s.push();
      s.die();
      await s.seen();
      await s.wait(minutes(5));
      s.resolves(PRICING);
      await s.wait(minutes(5));
    },
    'fires for a CronJob that pushes over OTLP and fails in each run, each a process of its own, until one succeeds (S13)':
      async (s) => {
        s.pushesOverOtlp();
        for (const run of [1, 2, 3]) {
          await s.untilNext(minutes(10));
          await declareJob(s, await s.start(), PATIENT).run({ ends: 'badly' });
          await s.flush();
          await s.seen();
          await s.wait(minutes(5));
          if (run === 2) s.fires(PRICING);
        }
        await s.untilNext(minutes(10));
        await declareJob(s, await s.start(), PATIENT).run();
        await s.flush();
        await s.seen();
        await s.wait(minutes(5));
        s.resolves(PRICING);
        await s.wait(minutes(15));
      },
    'fires for a nightly CronJob over OTLP that takes an hour and fails in each run, and goes on over the days between (S13)':
      {
        pace: SLOW_PACE,
        scripts: [
          async (s) => {
            s.pushesOverOtlp();
            const nightly = { ...PATIENT, intervalSeconds: days(1), freshnessObjectiveSeconds: days(2) };
            for (const night of [0, 1, 2]) {
              await s.until(days(night) + hours(6));
              await declareJob(s, await s.start(), nightly).run({
                takes: hours(1),
                ends: night === 0 ? 'well' : 'badly',
              });
              await s.flush();
              await s.seen();
              await s.wait(minutes(5));
            }
            s.fires(PRICING);
            await s.until(days(3) + hours(5));
          },
        ],
      },
    'stays quiet when the gateway restarts and forgets what it had, and fires for what is pushed after it, whatever is forgotten then':
      async (s) => {
        s.labelled({ job: 'push', instance: '' });
        for (const ends of ['well', 'badly', 'well', 'badly', 'badly'] as const) {
          await s.untilNext(minutes(10));
          await declareJob(s, await s.start(), PATIENT).run({ ends });
          await s.push();
          s.die();
          await s.wait(minutes(2));
          if (ends === 'badly') s.restartGateway();
        }
        await s.until(s.began + minutes(56));
        s.fires(PRICING);
        await s.wait(minutes(15));
      },
    'stays quiet when the new leader fails once after seven successes, whatever the former one still shows (S18)':
      [
        async (s) => {
          const job = declareJob(
            s,
            await s.start(),
            { ...PATIENT, intervalSeconds: minutes(2) },
            'elsewhere',
          );
          for (let i = 0; i < 3; i++) await job.run({ takes: 5, ends: 'badly' });
          await s.until(s.began + minutes(40));
        },
        async (s) => {
          const job = declareJob(
            s,
            await s.start(),
            { ...PATIENT, intervalSeconds: minutes(2) },
            'elsewhere',
          );
          await s.until(s.began + minutes(1));
          for (let i = 0; i < 7; i++) {
            await s.wait(minutes(2));
            await job.run({ takes: 1 });
          }
          await s.wait(minutes(2));
          await job.run({ takes: 1, ends: 'badly' });
          await s.until(s.began + minutes(40));
        },
      ],
    'ends with runs that do a part, which have alerts of their own (S21)': async (s) => {
      const job = declareJob(s, await s.start(), PATIENT);
      await runs(s, job, 2, { ends: 'badly' });
      await s.until(s.began + minutes(26));
      s.fires(PRICING);
      await runs(s, job, 1, { ends: 'badly' });
      await runs(s, job, 1, { ends: 'in part' });
      await s.seen();
      await s.wait(minutes(5));
      s.resolves(PRICING);
      await runs(s, job, 3, { ends: 'in part' });
    },
    'counts a failure once where one process is scraped under two jobs (S23)': async (s) => {
      s.scrapedAlsoAs({ job: 'another-scrape-job' });
      const job = declareJob(s, await s.start(), PATIENT);
      await runs(s, job, 1, { ends: 'badly' });
      await s.wait(minutes(9));
    },
    'counts a failure once where the process is scraped and pushes over OTLP (S23)': async (s) => {
      s.pushesOverOtlp({ andIsScraped: true });
      for (let i = 0; i < 3; i++) {
        const job = declareJob(s, await s.start(), PATIENT);
        await job.run({ ends: 'badly' });
        await runs(s, job, 3);
        await s.wait(minutes(5));
      }
    },
    'fires for the job of one namespace where another has targets of the same job and instance (S12)': [
      async (s) => {
        s.labelled({ job: 'worker', instance: 'worker-0', namespace: 'shop' });
        const job = declareJob(s, await s.start(), PATIENT);
        await runs(s, job, 2, { ends: 'badly' });
        await s.until(s.began + minutes(26));
        s.fires(PRICING);
        await s.until(s.began + minutes(30));
      },
      async (s) => {
        s.labelled({ job: 'worker', instance: 'worker-0', namespace: 'stock' });
        const job = declareJob(s, await s.start(), { ...PATIENT, name: 'stock-take' });
        await runs(s, job, 2);
        await s.until(s.began + minutes(30));
      },
    ],
    'is not ended by a restart, which counts from zero': async (s) => {
      const job = declareJob(s, await s.start(), PATIENT);
      await runs(s, job, 2, { ends: 'badly' });
      await s.seen();
      await s.wait(minutes(5));
      s.fires(PRICING);
      declareJob(s, await s.start(), PATIENT);
      await s.wait(minutes(10));
    },
  },
);

export const jobStuck = alertStories(
  'JobStuck',
  {
    severity: 'critical',
    summary: 'A run of a job hangs.',
    runbook: 'jobs.md#jobstuck',
  },
  {
    'fires while a run has been under way for more than five times its objective, and ends when it does':
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 1);
        await s.untilNext(minutes(10));
        await job.run({
          during: async () => {
            await s.wait(minutes(5) + 30 + minutes(2));
            s.fires(PRICING);
            await s.wait(minutes(1));
          },
        });
        await s.seen();
        s.resolves(PRICING);
        await s.wait(minutes(3));
      },
    'stays quiet for a run of exactly five times, and two minutes more': async (s) => {
      const job = declareJob(s, await s.start(), TEN_MINUTELY);
      await s.untilNext(minutes(10));
      await job.run({ takes: minutes(7) });
      await s.wait(minutes(2));
    },
    'stays quiet for a backup of twenty minutes each night that has promised nothing (S25)': async (s) => {
      const job = declareJob(s, await s.start(), { name: 'backup', intervalSeconds: days(1) });
      await job.run({ takes: minutes(20) });
      await s.wait(minutes(2));
    },
    'ends with the process that is ended in the middle of the run, unless the last run is too long ago by then':
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await s.untilNext(minutes(10));
        await job.run({ takes: 0 });
        await s.wait(minutes(1));
        void job.run({ ends: 'never', trigger: 'manual' });
        await s.wait(minutes(5) + 30 + minutes(2));
        s.fires(PRICING);
        await s.wait(minutes(1));
        s.die();
        await s.seen();
        s.resolves(PRICING);
        await s.wait(minutes(2));
      },
    'goes on after its process was restarted late, until a run has ended: the outage is the same (S26)':
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await s.untilNext(minutes(10));
        void job.run({ ends: 'never' });
        await s.wait(minutes(5) + 30 + minutes(2));
        s.fires(PRICING);
        await s.wait(minutes(20));
        const again = declareJob(s, await s.start(), TEN_MINUTELY);
        await s.wait(minutes(8));
        await again.run({ ends: 'badly' });
        await s.seen();
        s.resolves(PRICING);
        await s.wait(minutes(6));
      },
    'goes by the run that has taken longest, over all runs and replicas': [
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await s.untilNext(minutes(10));
        void job.run({ ends: 'never' });
        await s.wait(minutes(5) + 30 + minutes(2));
        s.fires(PRICING);
        await s.until(s.began + minutes(20));
      },
      async (s) => {
        const app = await s.start();
        const job = declareJob(s, app, TEN_MINUTELY);
        const other = declareJob(s, app, {
          ...TEN_MINUTELY,
          name: 'other',
          durationObjectiveSeconds: minutes(9),
        });
        await s.until(s.began + minutes(8));
        void other.run({ ends: 'never' });
        await s.until(s.began + minutes(14));
        void job.run({ ends: 'never' });
        await s.until(s.began + minutes(20));
      },
    ],
  },
);
