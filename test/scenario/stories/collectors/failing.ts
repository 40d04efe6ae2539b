import { alertStories } from '../../story.ts';
import {
  Database,
  declareCollector,
  MAX_AGE,
  polls,
  ROWS,
  ROWS_OF_SERVICE,
  SCORES,
  SCORES_OF_SERVICE,
} from '../../world/collector.ts';
import { hours, minutes, seconds } from '../../world/time.ts';

export const collectorStale = alertStories(
  'CollectorStale',
  {
    severity: 'critical',
    summary: 'What a query reads is older than it may be.',
    runbook: 'collectors.md#collectorstale',
  },
  {
    'fires for each query of a database that is down, until its polls succeed': async (s) => {
      const database = new Database(s);
      const collector = declareCollector(await s.start(), database);
      await polls(s, collector, minutes(5));
      await s.seen();
      const last = s.now - seconds(30);
      database.breaks();
      await polls(s, collector, MAX_AGE + seconds(30) + minutes(2) - seconds(30));
      await s.until(last + MAX_AGE + seconds(30) + minutes(2));
      s.fires(SCORES_OF_SERVICE);
      s.fires(ROWS_OF_SERVICE);
      await polls(s, collector, minutes(5));
      database.mends();
      await collector.poll();
      await s.seen();
      s.resolves(SCORES_OF_SERVICE);
      s.resolves(ROWS_OF_SERVICE);
      await polls(s, collector, minutes(3));
    },
    'fires for a query that has never succeeded, and not for the others': async (s) => {
      const database = new Database(s);
      database.breaks('42P01', ['scores']);
      const collector = declareCollector(await s.start(), database);
      const since = s.now;
      await polls(s, collector, MAX_AGE + seconds(30) + minutes(2));
      await s.until(since + MAX_AGE + seconds(30) + minutes(2));
      s.fires(SCORES_OF_SERVICE);
      await polls(s, collector, minutes(5));
    },
    'is not put off by a restart: the new process asks in vain too': async (s) => {
      const database = new Database(s);
      const collector = declareCollector(await s.start(), database);
      await polls(s, collector, minutes(5));
      await s.seen();
      const last = s.now - seconds(30);
      database.breaks();
      await polls(s, collector, minutes(2));
      const again = declareCollector(await s.start(), database);
      await polls(s, again, last + MAX_AGE + seconds(30) + minutes(2) - s.now);
      s.fires(SCORES_OF_SERVICE);
      s.fires(ROWS_OF_SERVICE);
      await polls(s, again, minutes(2));
    },
    'stays quiet while what was read is no older than it may be, and for what another replica reads': [
      async (s) => {
        const database = new Database(s);
        const collector = declareCollector(await s.start(), database);
        await polls(s, collector, minutes(5));
        database.breaks();
        await polls(s, collector, MAX_AGE - seconds(30));
        database.mends();
        await polls(s, collector, minutes(2));
        database.breaks();
        await polls(s, collector, s.began + minutes(20) - s.now);
      },
      async (s) => {
        await polls(s, declareCollector(await s.start(), new Database(s)), minutes(20));
      },
    ],
  },
);

export const collectorFailing = alertStories(
  'CollectorFailing',
  {
    severity: 'warning',
    summary: 'A query of a collector fails.',
    runbook: 'collectors.md#collectorfailing',
  },
  {
    'fires when the polls of a query fail for five minutes, until one succeeds': async (s) => {
      const database = new Database(s);
      const collector = declareCollector(await s.start(), database);
      await polls(s, collector, minutes(5));
      database.breaks('42P01', ['scores']);
      await collector.poll();
      await s.seen();
      const since = s.now;
      await polls(s, collector, minutes(5));
      await s.until(since + minutes(5));
      s.fires(SCORES_OF_SERVICE);
      await polls(s, collector, minutes(2));
      database.mends();
      await collector.poll();
      await s.seen();
      s.resolves(SCORES_OF_SERVICE);
      await polls(s, collector, minutes(2));
    },
    'goes on while the process is away, and speaks by the replica that polled last': [
      async (s) => {
        const database = new Database(s);
        let isLeader = true;
        const collector = declareCollector(await s.start(), database, { replicas: () => isLeader });
        database.breaks('42P01', ['scores']);
        await collector.poll();
        await s.seen();
        await polls(s, collector, minutes(5));
        s.fires(SCORES_OF_SERVICE);
        await s.wait(seconds(30));
        isLeader = false;
        await collector.poll();
        await s.wait(seconds(30));
        s.resolves(SCORES_OF_SERVICE);
        await polls(s, collector, s.began + minutes(15) - s.now);
      },
      async (s) => {
        let isLeader = false;
        const collector = declareCollector(await s.start(), new Database(s), { replicas: () => isLeader });
        await s.seen();
        await polls(s, collector, minutes(5) + seconds(30));
        isLeader = true;
        await polls(s, collector, s.began + minutes(15) - s.now);
      },
    ],
    'stays quiet for polls that fail now and then, and for what is no longer asked': async (s) => {
      const database = new Database(s);
      const app = await s.start();
      const collector = declareCollector(app, database);
      for (let i = 0; i < 3; i++) {
        database.breaks('57014', ['scores']);
        await polls(s, collector, minutes(3));
        database.mends();
        await polls(s, collector, minutes(1));
      }
      database.breaks('42P01', ['rows']);
      await polls(s, collector, minutes(2));
      const read = app.core.gauge('read_by_story_ratio', { help: 'What a story reads.' });
      const fewer = declareCollector(app, database, { queries: { scores: { sql: 'scores', sets: read } } });
      await polls(s, fewer, minutes(10));
    },
  },
);

export const collectorEmpty = alertStories(
  'CollectorEmpty',
  {
    severity: 'warning',
    summary: 'A query succeeds and finds less than it should.',
    runbook: 'collectors.md#collectorempty',
  },
  {
    'fires when a query finds nothing for five minutes, until it does': async (s) => {
      const database = new Database(s);
      const collector = declareCollector(await s.start(), database);
      await polls(s, collector, minutes(2));
      database.empties('rows');
      await collector.poll();
      await s.seen();
      const since = s.now;
      await polls(s, collector, minutes(5));
      await s.until(since + minutes(5));
      s.fires(ROWS);
      await polls(s, collector, minutes(2));
      database.mends();
      await collector.poll();
      await s.seen();
      s.resolves(ROWS);
      await polls(s, collector, minutes(2));
    },
    'stays quiet where nothing is expected, where exactly as much is found, and for polls that fail': async (
      s,
    ) => {
      const database = new Database(s);
      const app = await s.start();
      const read = app.core.gauge('read_by_story_ratio', { help: 'What a story reads.' });
      const collector = declareCollector(app, database, {
        queries: {
          scores: { sql: 'scores', sets: read, expects: 1 },
          rows: { sql: 'rows', sets: read, expects: 0 },
        },
      });
      database.empties('rows');
      await polls(s, collector, minutes(10));
      database.empties('scores');
      await polls(s, collector, minutes(2));
      database.breaks();
      await polls(s, collector, minutes(10));
    },
  },
);

export const collectorSlow = alertStories(
  'CollectorSlow',
  {
    severity: 'warning',
    summary: 'A query of a collector takes nearly as long as it may.',
    runbook: 'collectors.md#collectorslow',
  },
  {
    'fires when a query takes more than half of its time limit on average for a quarter of an hour': async (
      s,
    ) => {
      const database = new Database(s);
      const collector = declareCollector(await s.start(), database);
      await polls(s, collector, minutes(2));
      database.takesSeconds = 0.2;
      await collector.poll();
      await s.seen();
      await s.seen();
      const since = s.now + seconds(30);
      await polls(s, collector, minutes(15));
      await s.until(since + minutes(15));
      s.fires(SCORES);
      s.fires(ROWS);
      await polls(s, collector, minutes(5));
      database.takesSeconds = 0.001;
      // Half of a quarter of an hour at twice the limit, and half of it at none.
      const mended = s.now;
      await polls(s, collector, minutes(12));
      await s.until(mended + minutes(12) + seconds(30));
      s.resolves(SCORES);
      s.resolves(ROWS);
      await polls(s, collector, minutes(2));
    },
    'fires for a query that is asked once an hour, until it is asked again and is quick': async (s) => {
      const database = new Database(s);
      const collector = declareCollector(await s.start(), database, { intervalSeconds: hours(1) });
      await collector.poll();
      await s.wait(hours(1));
      database.takesSeconds = 0.2;
      await collector.poll();
      await s.seen();
      await s.wait(minutes(15));
      s.fires(SCORES);
      s.fires(ROWS);
      await s.wait(minutes(44));
      database.takesSeconds = 0.001;
      await collector.poll();
      await s.seen();
      s.resolves(SCORES);
      s.resolves(ROWS);
      await s.wait(minutes(30));
    },
    'stays quiet at half of it, and for an hour that is slower and passes': async (s) => {
      const database = new Database(s);
      const collector = declareCollector(await s.start(), database);
      database.takesSeconds = 0.049;
      await polls(s, collector, minutes(20));
      database.takesSeconds = 0.06;
      await polls(s, collector, minutes(10));
      database.takesSeconds = 0.01;
      await polls(s, collector, minutes(10));
    },
  },
);
