import { alertStories } from '../../story.ts';
import { declareJob, TEN_MINUTELY } from '../../world/job.ts';
import { hours, minutes, seconds } from '../../world/time.ts';

const CLEANUP = { ...TEN_MINUTELY, name: 'cleanup' } as const;

export const jobNameShared = alertStories(
  'JobNameShared',
  {
    severity: 'warning',
    summary: 'Two services have a job of the same name.',
    runbook: 'jobs.md#jobnameshared',
  },
  {
    'fires when two services have had a job of the same name for half an hour, until one renames its own (S8)':
      [
        async (s) => {
          s.labelled({ job: 'billing' });
          declareJob(s, await s.start(), CLEANUP);
          await s.until(s.began + seconds(30) + minutes(30));
          s.fires({ job_name: 'cleanup' });
          await s.until(s.began + minutes(40) + seconds(30));
          s.resolves({ job_name: 'cleanup' });
          await s.until(s.began + hours(1));
        },
        async (s) => {
          s.labelled({ job: 'search' });
          declareJob(s, await s.start(), CLEANUP);
          await s.until(s.began + minutes(40));
          declareJob(s, await s.start(), { ...CLEANUP, name: 'search-cleanup' });
          await s.until(s.began + hours(1));
        },
      ],
    'stays quiet for the replicas of one service, and for a process that is scraped under two jobs (S23)': [
      async (s) => {
        s.scrapedAlsoAs({ job: 'another-scrape-job' });
        declareJob(s, await s.start(), CLEANUP);
        await s.until(s.began + hours(1));
      },
      async (s) => {
        s.scrapedAlsoAs({ job: 'another-scrape-job' });
        declareJob(s, await s.start(), CLEANUP);
        await s.until(s.began + hours(1));
      },
    ],
    'stays quiet while a job moves from one service to another': [
      async (s) => {
        s.labelled({ job: 'billing' });
        declareJob(s, await s.start(), CLEANUP);
        await s.until(s.began + minutes(20));
        s.die();
        await s.until(s.began + hours(1));
      },
      async (s) => {
        s.labelled({ job: 'search' });
        await s.until(s.began + minutes(1));
        declareJob(s, await s.start(), CLEANUP);
        await s.until(s.began + hours(1));
      },
    ],
  },
);
