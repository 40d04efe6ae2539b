import { alertStories } from '../../story.ts';
import { BY_THE_CLOCK, declareJob, PRICING, runs, SIX_HOURLY, TEN_MINUTELY } from '../../world/job.ts';
import { days, hours, minutes, type Pace, seconds } from '../../world/time.ts';

/** For a story that begins after fifty days of nothing. */
const SELDOM: Pace = { scrape: minutes(2), evaluation: minutes(90) };

/** From the time of a start that does not come: its tolerance, the duration objective, the first evaluation beyond, and the hold. */
const MISSED = minutes(1) + minutes(1) + 30 + minutes(5);

export const jobMissedRun = alertStories(
  'JobMissedRun',
  {
    severity: 'warning',
    summary: 'A job did not start when it should have.',
    runbook: 'jobs.md#jobmissedrun',
  },
  {
    'fires when a start has not come for as long as it may be late and a run may take, until one does':
      async (s) => {
        const job = declareJob(s, await s.start(), BY_THE_CLOCK);
        await runs(s, job, 2);
        await s.until(s.began + minutes(30) + MISSED);
        s.fires(PRICING);
        await s.until(s.began + minutes(42));
        await job.run({
          during: async () => {
            await s.seen();
            s.resolves(PRICING);
          },
        });
        await runs(s, job, 1);
        await s.wait(minutes(7));
      },
    'counts from the second at which the run was due': async (s) => {
      declareJob(s, await s.start(), { ...BY_THE_CLOCK, schedule: '57 9,19,29,39,49,59 * * * *' });
      // At 1:12 it is two minutes and three seconds late.
      await s.until(s.began + minutes(12) + minutes(5));
      s.fires(PRICING);
      await s.wait(minutes(1));
    },
    'stays quiet for a start that comes two minutes late, and for a run that takes its time': async (s) => {
      const job = declareJob(s, await s.start(), BY_THE_CLOCK);
      await runs(s, job, 1);
      await s.until(s.began + minutes(26));
      await job.run({ takes: minutes(9) });
      await s.wait(minutes(7));
    },
    'fires as well when the process that should have started it is dead, and one that comes back too late changes nothing':
      async (s) => {
        const job = declareJob(s, await s.start(), BY_THE_CLOCK);
        await runs(s, job, 1);
        await s.wait(minutes(5));
        s.die();
        await s.until(s.began + minutes(22));
        declareJob(s, await s.start(), BY_THE_CLOCK);
        await s.until(s.began + minutes(20) + MISSED);
        s.fires(PRICING);
        await s.wait(minutes(1));
      },
    'fires when the process dies in the middle of a run, as no run of that start has ended': async (s) => {
      const job = declareJob(s, await s.start(), BY_THE_CLOCK);
      await runs(s, job, 1);
      await s.untilNext(minutes(10));
      void job.run({ ends: 'never' });
      await s.wait(minutes(8));
      s.die();
      await s.seen();
      await s.wait(minutes(5));
      s.fires(PRICING);
      await s.wait(minutes(2));
    },
    'goes by the replica whose turn it is; one that only waits says a time that is over': [
      async (s) => {
        const job = declareJob(s, await s.start(), BY_THE_CLOCK, 'elsewhere');
        await runs(s, job, 3);
        await s.wait(minutes(2));
        s.die();
        await s.until(s.began + minutes(40) + MISSED);
        s.fires(PRICING);
        await s.until(s.began + minutes(50));
      },
      async (s) => {
        declareJob(s, await s.start(), BY_THE_CLOCK, 'elsewhere');
        await s.until(s.began + minutes(50));
      },
    ],
    'stays quiet while the job is disabled, and waits for the next start once it is enabled': async (s) => {
      const job = declareJob(s, await s.start(), BY_THE_CLOCK);
      await runs(s, job, 1);
      await s.until(s.began + minutes(21));
      job.disable();
      await s.until(s.began + minutes(55));
      job.enable();
      await s.until(s.began + hours(1) + MISSED);
      s.fires(PRICING);
      await s.wait(minutes(1));
    },
    'stays quiet for a job that runs every ten seconds, of which a scrape shows every third run (S16)': {
      pace: { scrape: seconds(30), evaluation: seconds(30) },
      scripts: [
        async (s) => {
          const often = { name: 'often', schedule: '*/10 * * * * *', timezone: 'UTC' };
          const job = declareJob(s, await s.start(), often);
          for (let i = 0; i < 72; i++) {
            await s.untilNext(seconds(10));
            await job.run({ takes: 1 });
          }
        },
      ],
    },
    'stays quiet when a timer counts from the start of a long run, so that the next one comes early, while nobody scrapes (S1)':
      async (s) => {
        const job = declareJob(s, await s.start(), {
          ...TEN_MINUTELY,
          intervalSeconds: minutes(20),
          freshnessObjectiveSeconds: hours(2),
        });
        await s.until(s.began + minutes(20));
        await job.run({ takes: minutes(8) });
        await s.until(s.began + minutes(39));
        s.discover(false);
        await s.until(s.began + minutes(40));
        await job.run();
        // Counted from the end of the first run, a start was due at minute 48.
        await s.until(s.began + minutes(49));
        s.discover(true);
        await s.until(s.began + hours(1));
      },
    'forgives a job that runs often half of its interval': async (s) => {
      const app = await s.start();
      const often = {
        intervalSeconds: 100,
        durationObjectiveSeconds: 10,
        freshnessObjectiveSeconds: hours(1),
      };
      // A start is due 100 s after the declaration, may be 50 s late and take 10 s: at 1:03:30 one is 62 s over, and one 57 s.
      await s.wait(seconds(48));
      declareJob(s, app, { ...often, name: 'early' }, 'elsewhere');
      await s.wait(seconds(5));
      declareJob(s, app, { ...often, name: 'late' }, 'elsewhere');
      await s.until(s.began + minutes(3) + seconds(30) + minutes(5));
      s.fires({ job_name: 'early' });
      await s.wait(seconds(30));
      s.fires({ job_name: 'late' });
      await s.wait(minutes(1));
    },
    'follows the clocks of a country: a night that is half an hour longer has its start half an hour later': {
      pace: SELDOM,
      start: days(50),
      scripts: [
        async (s) => {
          // At midnight of 21 February 1970 Santo Domingo set its clocks back from UTC-4:30 to UTC-5.
          const schedule = { schedule: '30 2 * * *', timezone: 'America/Santo_Domingo' };
          const job = declareJob(s, await s.start(), {
            ...SIX_HOURLY,
            ...schedule,
            freshnessObjectiveSeconds: days(2),
          });
          await s.until(days(50) + hours(7));
          await job.run();
          // Due at 7:30, so missed at 9:00. Half an hour sooner, it would be so at 7:30 already.
          for (const day of [51, 52]) {
            await s.until(days(day) + hours(10.5));
            s.fires(PRICING);
            await job.run();
            await s.seen();
            s.resolves(PRICING);
          }
        },
      ],
    },
  },
);
