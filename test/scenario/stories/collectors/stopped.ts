import { alertStories } from '../../story.ts';
import { COLLECTOR, Database, declareCollector, HAD, MAX_AGE, polls } from '../../world/collector.ts';
import { days, hours, minutes, SLOW_PACE, seconds } from '../../world/time.ts';

/** Beyond the limit by an evaluation, and the two minutes for which it must hold. */
const TOLD = MAX_AGE + seconds(30) + minutes(2);

export const collectorGone = alertStories(
  'CollectorGone',
  {
    severity: 'critical',
    summary: 'A collector has not polled since the process that had it went away.',
    runbook: 'collectors.md#collectorgone',
  },
  {
    'fires when the process has died and what it read is too old, until another one polls': async (s) => {
      const database = new Database(s);
      await polls(s, declareCollector(await s.start(), database), minutes(5));
      await s.seen();
      const last = s.now - seconds(30);
      s.die();
      await s.until(last + TOLD);
      s.fires(HAD);
      await s.wait(minutes(5));
      await declareCollector(await s.start(), database).poll();
      await s.seen();
      s.resolves(HAD);
      await s.wait(minutes(2));
    },
    'stays quiet for a restart that is over in time, a pause by a person, and one that is gone for good':
      async (s) => {
        const database = new Database(s);
        await polls(s, declareCollector(await s.start(), database), minutes(5));
        s.die();
        await s.wait(minutes(4));
        const app = await s.start();
        const collector = declareCollector(app, database);
        const old = declareCollector(app, database, { name: 'old' });
        await polls(s, collector, minutes(2));
        old.retire();
        collector.disable();
        await s.wait(minutes(2));
        s.die();
        await s.wait(minutes(20));
      },
    'stays quiet while one of two replicas is there': [
      async (s) => {
        await polls(s, declareCollector(await s.start(), new Database(s)), minutes(5));
        s.die();
        await s.until(s.began + minutes(20));
      },
      async (s) => {
        await polls(s, declareCollector(await s.start(), new Database(s)), minutes(20));
      },
    ],
    'is told of where its process pushes over OTLP, and not while it does': async (s) => {
      s.pushesOverOtlp();
      const database = new Database(s);
      await polls(s, declareCollector(await s.start(), database), minutes(20));
      const last = s.now;
      await s.flush();
      // What was pushed last is that of now for five minutes.
      await s.until(last + minutes(5) + minutes(2) + seconds(30));
      s.fires(HAD);
      await s.wait(minutes(2));
    },
    'remembers it over hours in which nothing was scraped or evaluated (S1)': {
      // Between two evaluations only the hourly copies are left.
      pace: { scrape: minutes(1), evaluation: hours(6) },
      start: hours(3),
      scripts: [
        async (s) => {
          await s.until(s.began + hours(2.5));
          await declareCollector(await s.start(), new Database(s)).poll();
          await s.until(hours(7));
          s.die();
          await s.until(hours(18));
          s.fires(HAD);
          await s.until(hours(36));
        },
      ],
    },
    'is remembered for a week': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          await polls(s, declareCollector(await s.start(), new Database(s)), minutes(5));
          await s.seen();
          s.die();
          await s.until(s.began + minutes(20));
          s.fires(HAD);
          await s.until(s.began + minutes(10) + days(7));
          s.resolves(HAD);
          await s.wait(hours(1));
        },
      ],
    },
  },
);

export const collectorStopped = alertStories(
  'CollectorStopped',
  {
    severity: 'critical',
    summary: 'A collector no longer polls.',
    runbook: 'collectors.md#collectorstopped',
  },
  {
    'fires when the process is there and no poll of it ends, until one does, well or badly': async (s) => {
      const database = new Database(s);
      const collector = declareCollector(await s.start(), database);
      await polls(s, collector, minutes(5));
      await s.seen();
      await s.until(s.now - seconds(30) + TOLD);
      s.fires(COLLECTOR);
      await s.wait(minutes(3));
      database.breaks();
      await collector.poll();
      await s.seen();
      s.resolves(COLLECTOR);
      await s.wait(minutes(1));
    },
    'fires when every replica stands by, and tells of it once': [
      async (s) => {
        let isLeader = true;
        const options = { replicas: () => isLeader };
        const collector = declareCollector(await s.start(), new Database(s), options);
        await polls(s, collector, minutes(5));
        await s.seen();
        const last = s.now - seconds(30);
        isLeader = false;
        while (s.now < last + TOLD) {
          await collector.poll();
          await s.wait(seconds(30));
        }
        s.fires(COLLECTOR);
        await s.until(s.began + minutes(20));
      },
      async (s) => {
        const collector = declareCollector(await s.start(), new Database(s), { replicas: () => false });
        await polls(s, collector, minutes(20));
      },
    ],
    'stays quiet when another replica was elected': [
      async (s) => {
        let isLeader = true;
        const options = { replicas: () => isLeader };
        const collector = declareCollector(await s.start(), new Database(s), options);
        await polls(s, collector, minutes(5));
        isLeader = false;
        await polls(s, collector, minutes(15));
      },
      async (s) => {
        let isLeader = false;
        const options = { replicas: () => isLeader };
        const collector = declareCollector(await s.start(), new Database(s), options);
        await polls(s, collector, minutes(6));
        isLeader = true;
        await polls(s, collector, minutes(14));
      },
    ],
    'stays quiet for polls that fail, for a pause, and for a query that is no longer declared': async (s) => {
      const database = new Database(s);
      const app = await s.start();
      const collector = declareCollector(app, database);
      await polls(s, collector, minutes(2));
      database.breaks();
      await polls(s, collector, minutes(10));
      database.mends();
      const read = app.core.gauge('read_by_story_ratio', { help: 'What a story reads.' });
      const fewer = declareCollector(app, database, { queries: { scores: { sql: 'scores', sets: read } } });
      await polls(s, fewer, minutes(10));
      fewer.disable();
      await s.wait(minutes(10));
      fewer.enable();
      await polls(s, fewer, minutes(5));
    },
  },
);

export const collectorDisabled = alertStories(
  'CollectorDisabled',
  { severity: 'info', summary: 'A collector is paused.', runbook: 'collectors.md#collectordisabled' },
  {
    'fires five minutes after a person has paused it, also when the process dies then, until it is enabled':
      async (s) => {
        const database = new Database(s);
        const collector = declareCollector(await s.start(), database);
        await polls(s, collector, minutes(2));
        collector.disable();
        await s.seen();
        await s.wait(minutes(5));
        s.fires(COLLECTOR);
        await s.wait(minutes(2));
        s.die();
        await s.wait(minutes(10));
        declareCollector(await s.start(), database);
        await s.seen();
        s.resolves(COLLECTOR);
        await s.wait(minutes(2));
      },
    'stays quiet for one that stops with its process or stands by': async (s) => {
      const collector = declareCollector(await s.start(), new Database(s), { replicas: () => false });
      await polls(s, collector, minutes(2));
      await collector.stop();
      await s.wait(minutes(2));
    },
  },
);

export const collectorNameShared = alertStories(
  'CollectorNameShared',
  {
    severity: 'warning',
    summary: 'Two services have a collector of the same name.',
    runbook: 'collectors.md#collectornameshared',
  },
  {
    'fires when two services have had a collector of the same name for half an hour, until one renames its own (S8)':
      [
        async (s) => {
          s.labelled({ job: 'billing' });
          await polls(s, declareCollector(await s.start(), new Database(s)), minutes(30) + seconds(30));
          s.fires(COLLECTOR);
          await s.until(s.began + minutes(40) + seconds(30));
          s.resolves(COLLECTOR);
          await s.until(s.began + hours(1));
        },
        async (s) => {
          s.labelled({ job: 'search' });
          declareCollector(await s.start(), new Database(s));
          await s.until(s.began + minutes(40));
          declareCollector(await s.start(), new Database(s), { name: 'search' });
          await s.until(s.began + hours(1));
        },
      ],
    'stays quiet for the replicas of one service, and for a process that is scraped under two jobs (S23)': [
      async (s) => {
        s.scrapedAlsoAs({ job: 'another-scrape-job' });
        declareCollector(await s.start(), new Database(s));
        await s.until(s.began + hours(1));
      },
      async (s) => {
        s.scrapedAlsoAs({ job: 'another-scrape-job' });
        declareCollector(await s.start(), new Database(s));
        await s.until(s.began + hours(1));
      },
    ],
  },
);
