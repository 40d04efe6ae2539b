import { alertStories } from '../../story.ts';
import { TARGET } from '../../world/stage.ts';
import { days, hours, minutes } from '../../world/time.ts';

const { job } = TARGET;

export const hostEveryTargetDown = alertStories(
  'HostEveryTargetDown',
  {
    severity: 'critical',
    summary: 'Nothing of a scrape job can be reached.',
    runbook: 'hosts.md#hosteverytargetdown',
  },
  {
    'fires when no target of two can be reached for five minutes, until one can': [
      async (s) => {
        await s.start();
        await s.wait(minutes(10));
        s.die();
        await s.seen();
        await s.wait(minutes(5));
        s.fires({ job });
        await s.wait(minutes(5));
        await s.start();
        await s.seen();
        s.resolves({ job });
        await s.wait(minutes(2));
      },
      async (s) => {
        await s.start();
        await s.wait(minutes(10));
        s.die();
        await s.until(s.began + minutes(23));
      },
    ],
    'is quiet while one of two can be reached, for a restart, and of what nobody scrapes any more': [
      async (s) => {
        await s.start();
        await s.wait(minutes(10));
        s.die();
        await s.wait(minutes(4.5));
        await s.start();
        await s.wait(minutes(5));
        s.discover(false);
        await s.until(s.began + minutes(40));
      },
      async (s) => {
        await s.start();
        await s.wait(minutes(10));
        s.die();
        await s.wait(minutes(4.5));
        await s.start();
        await s.wait(minutes(10));
        s.discover(false);
        await s.until(s.began + minutes(40));
      },
    ],
    'is a page for a week: what has not answered for so long has ended, and is a target that is down': {
      pace: { scrape: minutes(30), evaluation: hours(1) },
      scripts: [
        async (s) => {
          s.discover(false);
          s.other('postgres', 'pg_up 1');
          await s.until(hours(3));
          s.other('postgres', undefined);
          await s.until(hours(5));
          s.fires({ job: 'postgres' });
          await s.until(hours(3) + days(7));
          s.resolves({ job: 'postgres' });
          await s.wait(hours(2));
        },
      ],
    },
    'speaks as soon as somebody looks again, of what ended in hours in which nobody did (S1)': {
      pace: { scrape: minutes(1), evaluation: hours(6) },
      start: hours(3),
      scripts: [
        async (s) => {
          s.discover(false);
          s.other('postgres', 'pg_up 1');
          await s.until(hours(7));
          s.other('postgres', undefined);
          await s.until(hours(18));
          s.fires({ job: 'postgres' });
          await s.until(hours(36));
        },
      ],
    },
    'is quiet of what has never answered, which is no outage (S17)': async (s) => {
      s.discover(false);
      s.other('postgres', undefined);
      await s.wait(minutes(30));
    },
    'tells one exporter from another': async (s) => {
      s.discover(false);
      s.other('postgres', 'pg_up 1');
      s.other('redis', 'redis_up 1');
      await s.wait(minutes(5));
      s.other('postgres', undefined);
      await s.seen();
      await s.wait(minutes(5));
      s.fires({ job: 'postgres' });
      await s.wait(minutes(1));
    },
  },
);

export const hostTargetDown = alertStories(
  'HostTargetDown',
  {
    severity: 'warning',
    summary: 'A target can not be scraped.',
    runbook: 'hosts.md#hosttargetdown',
  },
  {
    'fires when one target of two can not be reached for five minutes, until it can': [
      async (s) => {
        await s.start();
        await s.wait(minutes(10));
        s.die();
        await s.seen();
        await s.wait(minutes(5));
        s.fires({ job });
        await s.wait(minutes(5));
        await s.start();
        await s.seen();
        s.resolves({ job });
        await s.wait(minutes(2));
      },
      async (s) => {
        await s.start();
        await s.until(s.began + minutes(23));
      },
    ],
    'is quiet for a restart': async (s) => {
      await s.start();
      await s.wait(minutes(5));
      s.die();
      await s.wait(minutes(4.5));
      await s.start();
      await s.wait(minutes(10));
    },
  },
);
