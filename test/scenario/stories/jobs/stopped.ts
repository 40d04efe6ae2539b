import { alertStories } from '../../story.ts';
import { declareJob, PRICING, runs, SIX_HOURLY, TEN_MINUTELY } from '../../world/job.ts';
import { TARGET } from '../../world/stage.ts';
import { days, hours, minutes, type Pace, seconds } from '../../world/time.ts';

/** For stories of a working day. */
const BY_THE_MINUTE: Pace = { scrape: minutes(1), evaluation: minutes(2) };

/** After the interval of the job, what a run may end later, and its duration: the first evaluation that sees more than that, and the hold. */
const STOPPED = minutes(16) + 30 + minutes(5);

export const jobStopped = alertStories(
  'JobStopped',
  {
    severity: 'critical',
    summary: 'A job no longer runs.',
    runbook: 'job-stopped.md#jobstopped',
  },
  {
    'fires five minutes after the last run is longer ago than two may lie apart, until the next run ends':
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 2);
        await s.until(s.now + STOPPED);
        s.fires(PRICING);
        await s.wait(minutes(4));
        await job.run({ ends: 'badly' });
        await s.seen();
        s.resolves(PRICING);
        await s.wait(minutes(10));
      },
    'stays quiet when the next run ends as late as it may': async (s) => {
      const job = declareJob(s, await s.start(), TEN_MINUTELY);
      await runs(s, job, 1);
      await s.wait(minutes(20) + seconds(30));
      await job.run();
      await s.wait(minutes(19));
    },
    'fires for a job that was declared and never ran, however often its process restarts, and not for one whose schedule started later':
      async (s) => {
        declareJob(s, await s.start(), TEN_MINUTELY);
        for (let i = 0; i < 2; i++) {
          await s.wait(minutes(8));
          declareJob(s, await s.start(), TEN_MINUTELY);
        }
        await s.until(s.began + STOPPED);
        s.fires(PRICING);
        await s.wait(minutes(5));
      },
    'stays quiet for a disabled job; its time counts anew once it is enabled': async (s) => {
      const job = declareJob(s, await s.start(), TEN_MINUTELY);
      await runs(s, job, 1);
      job.disable();
      await s.wait(hours(1));
      job.enable();
      await s.seen();
      const disabledUntil = s.now - 30;
      await s.until(disabledUntil + STOPPED);
      s.fires(PRICING);
      await s.wait(minutes(5));
    },
    'is neither hidden nor raised by a restart': async (s) => {
      const job = declareJob(s, await s.start(), TEN_MINUTELY);
      await runs(s, job, 1);
      const ended = s.now;
      await s.wait(minutes(12));
      declareJob(s, await s.start(), TEN_MINUTELY);
      await s.until(ended + STOPPED);
      s.fires(PRICING);
      await s.wait(minutes(2));
      declareJob(s, await s.start(), TEN_MINUTELY);
      await s.wait(minutes(5));
    },
    'stays quiet for a replica that holds no lock, and when the leader dies goes by what it did last': [
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 3);
        await s.seen();
        s.die();
        await s.until(s.began + minutes(56));
      },
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 3, { ends: 'locked', takes: 0 });
        await s.until(s.began + minutes(30) + 30 + STOPPED);
        s.fires(PRICING);
        await s.until(s.began + minutes(56));
      },
    ],
    'is not fooled by a clock that is twenty minutes ahead: what it says counts once its time has nearly come':
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 1);
        const ended = s.now;
        await s.until(s.began + minutes(30));
        s.setClock(minutes(20));
        await job.run({ trigger: 'manual', takes: 0 });
        await s.until(ended + STOPPED);
        s.fires(PRICING);
        await s.until(s.began + minutes(50) - minutes(5));
        s.resolves(PRICING);
        await s.wait(minutes(2));
      },
    'says what is true when the process dies as well: from five minutes later on it is JobGone that fires': [
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 1);
        await s.until(s.now + STOPPED);
        s.fires(PRICING);
        await s.wait(minutes(2));
        s.die();
        await s.seen();
        await s.wait(minutes(5));
        s.resolves(PRICING);
        await s.until(s.began + hours(1));
      },
      async (s) => {
        const app = await s.start();
        const other = declareJob(s, app, { ...TEN_MINUTELY, name: 'other' });
        for (const minute of [15, 30]) {
          await s.until(s.began + minutes(minute));
          await other.run({ takes: 0 });
        }
        await s.until(s.began + minutes(30) + STOPPED);
        s.fires({ job_name: 'other' });
        await s.until(s.began + hours(1));
      },
    ],
    'fires when the leader dies and nobody is elected in its place: a follower that stands by is no wish of a person (S4)':
      [
        async (s) => {
          const job = declareJob(s, await s.start(), TEN_MINUTELY);
          await runs(s, job, 2);
          await s.wait(minutes(1));
          s.die();
          await s.until(s.began + hours(1));
        },
        async (s) => {
          const job = declareJob(s, await s.start(), TEN_MINUTELY);
          job.standBy();
          await s.until(s.began + minutes(20) + seconds(30) + STOPPED);
          s.fires(PRICING);
          await s.until(s.began + hours(1));
        },
      ],
    'stays quiet for jobs that run every second or five, however rarely they are looked at (S16)': {
      pace: { scrape: seconds(30), evaluation: seconds(30) },
      scripts: [
        async (s) => {
          const app = await s.start();
          const often = declareJob(s, app, { name: 'often', intervalSeconds: 1 });
          const five = declareJob(s, app, { name: 'five', intervalSeconds: 5 });
          for (let i = 0; i < 720; i++) {
            await s.wait(1);
            await often.run({ takes: 0 });
            if (i % 5 === 0) await five.run({ takes: 0 });
          }
        },
      ],
    },
    'stays quiet for hourly jobs whose runs take eight and forty-five minutes in turn, one of which declares fifty and one nothing (S20)':
      {
        pace: BY_THE_MINUTE,
        scripts: [
          async (s) => {
            const app = await s.start();
            const hourly = { name: 'pricing-sync', intervalSeconds: hours(1) };
            const silent = declareJob(s, app, hourly);
            const job = declareJob(s, app, {
              ...hourly,
              name: 'told',
              durationObjectiveSeconds: minutes(50),
            });
            for (let i = 0; i < 8; i++) {
              await s.untilNext(hours(1));
              const takes = minutes(i % 2 === 0 ? 8 : 45);
              await silent.run({ during: () => job.run({ takes }) });
            }
          },
        ],
      },
    'judges a daily job that is deployed as an hourly one from the deploy on (S19)': {
      pace: BY_THE_MINUTE,
      scripts: [
        async (s) => {
          const daily = {
            ...TEN_MINUTELY,
            intervalSeconds: hours(24),
            freshnessObjectiveSeconds: hours(30),
          };
          const job = declareJob(s, await s.start(), daily);
          await job.run();
          await s.until(s.began + hours(17));
          declareJob(s, await s.start(), {
            ...daily,
            intervalSeconds: hours(1),
            freshnessObjectiveSeconds: hours(2),
          });
          await s.until(s.began + hours(18) + minutes(30));
          s.fires(PRICING);
        },
      ],
    },
    'waits eight hours for a job of six, as one that runs and fails is not stopped': {
      pace: BY_THE_MINUTE,
      scripts: [
        async (s) => {
          const job = declareJob(s, await s.start(), SIX_HOURLY);
          await s.until(s.began + hours(3));
          await job.run();
          await s.until(s.began + hours(9));
          await job.run({ ends: 'badly' });
          const ended = s.now;
          await s.until(ended - 30 + hours(8) + minutes(2) + minutes(6));
          s.fires(PRICING);
        },
      ],
    },
  },
);

/** The job, and the service that had it. */
const GONE = { ...PRICING, job: TARGET.job };

export const jobGone = alertStories(
  'JobGone',
  {
    severity: 'critical',
    summary: 'A job has not run since the process that had it went away.',
    runbook: 'job-stopped.md#jobgone',
  },
  {
    'fires when the process was killed between runs and none has run since, until one has ended': [
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 1);
        const ended = s.now;
        await s.wait(minutes(3));
        s.die();
        await s.until(ended + STOPPED);
        s.fires(GONE);
        await s.wait(minutes(5));
        const again = declareJob(s, await s.start(), TEN_MINUTELY);
        await s.wait(minutes(7));
        await again.run({ ends: 'badly' });
        await s.seen();
        s.resolves(GONE);
        await s.until(s.began + minutes(50));
      },
      async (s) => {
        declareJob(s, await s.start(), { ...TEN_MINUTELY, name: 'other' });
        await s.until(s.began + minutes(50));
      },
    ],
    'fires when the process said that it stops, was scraped once more, and none starts in its place (S3)':
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 1);
        const ended = s.now;
        await s.wait(minutes(3));
        job.stop();
        await s.wait(seconds(20));
        s.die();
        await s.until(ended + STOPPED);
        s.fires(GONE);
        await s.wait(minutes(5));
      },
    'fires once for a job that a deploy took out, until somebody says that it was meant to be (S27)': async (
      s,
    ) => {
      const app = await s.start();
      const job = declareJob(s, app, { ...TEN_MINUTELY, name: 'renamed' });
      await runs(s, job, 1, { takes: 0 });
      const ended = s.now;
      await s.wait(minutes(3));
      const next = await s.start();
      declareJob(s, next, TEN_MINUTELY);
      await s.until(ended + STOPPED);
      s.fires({ ...GONE, job_name: 'renamed' });
      await s.wait(minutes(5));
      next.scheduler.retireJob('renamed');
      await s.seen();
      s.resolves({ ...GONE, job_name: 'renamed' });
      await s.wait(minutes(5));
      s.die();
      await s.wait(minutes(1));
    },
    'stays quiet for a job that was retired before its process ended': async (s) => {
      const job = declareJob(s, await s.start(), TEN_MINUTELY);
      await runs(s, job, 1);
      job.retire();
      await s.wait(minutes(3));
      s.die();
      await s.wait(minutes(40));
    },
    'remembers a job over hours in which nothing was scraped or evaluated (S1)': {
      // Between two evaluations only the hourly copies are left.
      pace: { scrape: minutes(1), evaluation: hours(6) },
      start: hours(3),
      scripts: [
        async (s) => {
          const job = declareJob(s, await s.start(), {
            ...TEN_MINUTELY,
            freshnessObjectiveSeconds: hours(4),
          });
          await s.until(s.began + hours(2));
          await job.run();
          await s.until(s.began + hours(3) + minutes(10));
          s.die();
          await s.until(s.began + hours(15));
          s.fires(GONE);
          await s.until(days(2));
        },
      ],
    },
    'remembers a weekly job until it is late and beyond (S5)': {
      pace: { scrape: minutes(30), evaluation: hours(1) },
      scripts: [
        async (s) => {
          const job = declareJob(s, await s.start(), {
            ...TEN_MINUTELY,
            intervalSeconds: days(7),
            freshnessObjectiveSeconds: days(14),
          });
          await s.until(s.began + hours(3));
          await job.run({ takes: 0 });
          await s.until(s.began + hours(5));
          s.die();
          await s.until(days((7 * 4) / 3) + hours(6));
          s.fires(GONE);
          await s.until(days(11));
        },
      ],
    },
    'fires for a weekly CronJob over OTLP that was suspended: its last process ended and pushes no more (S5)':
      {
        pace: { scrape: minutes(30), evaluation: hours(1) },
        scripts: [
          async (s) => {
            s.pushesOverOtlp();
            const weekly = { ...TEN_MINUTELY, intervalSeconds: days(7), freshnessObjectiveSeconds: days(14) };
            for (const day of [0, 7]) {
              await s.until(days(day) + hours(6.75));
              await declareJob(s, await s.start(), weekly).run({ takes: 0 });
              await s.flush();
            }
            await s.until(days(7 + (7 * 4) / 3) + hours(8));
            s.fires(GONE);
            await s.until(days(18));
          },
        ],
      },
    'fires for a service of jobs only that is no longer in the configuration (S14)': async (s) => {
      const job = declareJob(s, await s.start(), TEN_MINUTELY);
      await runs(s, job, 1);
      const ended = s.now;
      await s.wait(minutes(3));
      s.discover(false);
      await s.until(ended + STOPPED);
      s.fires(GONE);
      await s.wait(minutes(5));
    },
    'stays quiet when the process comes back before a run is missing, and for one that exits after each run':
      async (s) => {
        for (let i = 0; i < 5; i++) {
          const job = declareJob(s, await s.start(), TEN_MINUTELY);
          await job.run();
          await s.seen();
          s.die();
          await s.wait(minutes(14));
        }
      },
  },
);
