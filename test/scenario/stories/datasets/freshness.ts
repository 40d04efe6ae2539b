import { alertStories } from '../../story.ts';
import { DATASET, declareMeasurements, PLAIN, Table } from '../../world/dataset.ts';
import { days, hours, minutes, SLOW_PACE, seconds } from '../../world/time.ts';

/** Beyond the limit (20 minutes) by an evaluation, and the five minutes for which it must hold. */
const STALE = minutes(20) + seconds(30) + minutes(5);

export const datasetStale = alertStories(
  'DatasetStale',
  {
    severity: 'critical',
    summary: 'A data set is older than it may be.',
    runbook: 'datasets.md#datasetstale',
  },
  {
    'fires when no record has come for as long as one may be old, until one comes': async (s) => {
      const table = new Table(s);
      declareMeasurements(await s.start(), { newest: table.read });
      await s.until(s.began + STALE);
      s.fires(DATASET);
      await s.wait(minutes(3));
      table.grows();
      await s.seen();
      s.resolves(DATASET);
      await s.wait(minutes(2));
    },
    'stays quiet while the newest record is no older than it may be': async (s) => {
      const table = new Table(s);
      declareMeasurements(await s.start(), { newest: table.read });
      for (let i = 0; i < 3; i++) {
        await s.wait(minutes(20));
        table.grows();
        await s.seen();
      }
    },
    'goes on while the process is dead, and while the database does not answer': async (s) => {
      const table = new Table(s);
      declareMeasurements(await s.start(), { newest: table.read });
      await s.wait(minutes(10));
      s.die();
      await s.wait(minutes(5));
      table.isReachable = false;
      declareMeasurements(await s.start(), { newest: table.read });
      await s.until(s.began + STALE);
      s.fires(DATASET);
      await s.wait(minutes(3));
    },
    'is not put off by a record of a time to come, which is known for as long as the true one is': async (
      s,
    ) => {
      const table = new Table(s);
      declareMeasurements(await s.start(), { newest: table.read });
      await s.wait(minutes(2));
      table.newest = s.now + hours(2);
      await s.until(s.began + STALE);
      s.fires(DATASET);
      await s.wait(minutes(1));
    },
    'stays quiet for a data set that is disabled, retired, empty, or of which no freshness is promised':
      async (s) => {
        const { pipeline } = await s.start();
        const old = s.now - hours(1);
        const set = (name: string, more = {}) =>
          pipeline.declareDataset({ name, layer: 'gold', freshnessObjectiveSeconds: minutes(20), ...more });
        const disabled = set('disabled');
        const retired = set('retired');
        const emptied = set('emptied');
        for (const each of [disabled, retired, emptied]) each.fresh(old);
        disabled.disable();
        emptied.fresh(null);
        set('unpromised', { freshnessObjectiveSeconds: undefined });
        await s.seen();
        retired.retire();
        await s.wait(minutes(4));
        // An empty one is told of by another alert.
        emptied.fresh(s.now);
        await s.wait(minutes(20));
      },
    'is told of by who looked last: a leader that was replaced repeats what was true then': [
      async (s) => {
        declareMeasurements(await s.start()).fresh(s.now);
        await s.until(s.began + minutes(40));
      },
      async (s) => {
        const dataset = declareMeasurements(await s.start());
        for (let i = 0; i < 4; i++) {
          await s.until(s.began + minutes(10) * i + minutes(9));
          dataset.fresh(s.now);
        }
        await s.until(s.began + minutes(40));
      },
    ],
    'is remembered for a week': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          declareMeasurements(await s.start()).fresh(s.now);
          await s.until(s.began + minutes(5));
          s.die();
          await s.until(s.began + minutes(30));
          s.fires(DATASET);
          await s.until(s.began + minutes(5) + days(7));
          s.resolves(DATASET);
          await s.wait(minutes(10));
        },
      ],
    },
    'is remembered for twice its freshness and a day, where that is longer': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          const long = { freshnessObjectiveSeconds: days(4), freshnessWarningSeconds: days(4) };
          declareMeasurements(await s.start(), long).fresh(s.now);
          await s.until(s.began + minutes(5));
          s.die();
          await s.until(s.began + days(4) + minutes(10));
          s.fires(DATASET);
          await s.until(s.began + minutes(5) + days(9));
          s.resolves(DATASET);
          await s.wait(minutes(10));
        },
      ],
    },
  },
);

/** Beyond the limit (10 minutes) by an evaluation, and the five minutes for which it must hold. */
const LATE = minutes(10) + seconds(30) + minutes(5);

export const datasetLate = alertStories(
  'DatasetLate',
  { severity: 'warning', summary: 'A data set is getting old.', runbook: 'datasets.md#datasetlate' },
  {
    'fires at the age from which the data set is late, until a record comes': async (s) => {
      const table = new Table(s);
      declareMeasurements(await s.start(), { newest: table.read });
      await s.until(s.began + LATE);
      s.fires(DATASET);
      await s.wait(minutes(2));
      table.grows();
      await s.seen();
      s.resolves(DATASET);
      await s.wait(minutes(1));
    },
    'stays quiet while the newest record is as old as it may be without being late, and while a person has disabled it':
      async (s) => {
        const table = new Table(s);
        const dataset = declareMeasurements(await s.start(), { newest: table.read });
        for (let i = 0; i < 2; i++) {
          await s.wait(minutes(10));
          table.grows();
          await s.seen();
        }
        dataset.disable();
        await s.wait(minutes(30));
      },
  },
);

export const datasetEmpty = alertStories(
  'DatasetEmpty',
  {
    severity: 'critical',
    summary: 'A data set has no records.',
    runbook: 'datasets.md#datasetempty',
  },
  {
    'fires when the data set has been empty for five minutes, also while its process is dead, until a record comes (TR-37)':
      async (s) => {
        const table = new Table(s);
        declareMeasurements(await s.start(), { newest: table.read });
        await s.wait(minutes(1));
        table.newest = null;
        await s.seen();
        await s.wait(minutes(2));
        s.die();
        await s.wait(minutes(3));
        s.fires(DATASET);
        declareMeasurements(await s.start(), { newest: table.read });
        await s.wait(minutes(2));
        table.grows();
        await s.seen();
        s.resolves(DATASET);
        await s.wait(minutes(1));
      },
    'stays quiet for one that is empty for less, for what can not be read, and for one of which no freshness is promised':
      async (s) => {
        const app = await s.start();
        const table = new Table(s, null);
        declareMeasurements(app, { newest: table.read });
        app.pipeline.declareDataset({ name: 'disabled', freshnessObjectiveSeconds: minutes(20) }).fresh(null);
        app.pipeline.declareDataset({ name: 'disabled', freshnessObjectiveSeconds: minutes(20) }).disable();
        await s.wait(minutes(4));
        table.grows();
        await s.seen();
        table.isReachable = false;
        await s.wait(minutes(9));
      },
    'is told of by who looked last': [
      async (s) => {
        declareMeasurements(await s.start()).fresh(null);
        await s.until(s.began + minutes(10));
      },
      async (s) => {
        const dataset = declareMeasurements(await s.start());
        await s.until(s.began + minutes(1));
        dataset.fresh(s.now);
        await s.until(s.began + minutes(10));
      },
    ],
  },
);

export const datasetNeverLoaded = alertStories(
  'DatasetNeverLoaded',
  {
    severity: 'critical',
    summary: 'Nobody has ever said how old a data set is.',
    runbook: 'datasets.md#datasetneverloaded',
  },
  {
    'fires when nothing has been known for as long as a record may be old, restarts or not, until something is':
      async (s) => {
        declareMeasurements(await s.start());
        await s.wait(minutes(10));
        s.die();
        await s.wait(minutes(2));
        const dataset = declareMeasurements(await s.start());
        await s.until(s.began + STALE);
        s.fires(DATASET);
        await s.wait(minutes(2));
        dataset.fresh(s.now);
        await s.seen();
        s.resolves(DATASET);
        await s.wait(minutes(1));
      },
    'stays quiet while anything is known, for one that is disabled, and for one of which no freshness is promised':
      async (s) => {
        const { pipeline } = await s.start();
        const set = (name: string, freshnessObjectiveSeconds?: number) =>
          pipeline.declareDataset({
            name,
            ...(freshnessObjectiveSeconds === undefined ? {} : { freshnessObjectiveSeconds }),
          });
        set('unpromised');
        const disabled = set('disabled', minutes(20));
        disabled.disable();
        set('empty', minutes(40)).fresh(null);
        set('empty', minutes(40)).fresh(s.now + 1);
        await s.wait(minutes(20));
        disabled.enable();
        await s.wait(minutes(20));
        disabled.disable();
        await s.wait(minutes(2));
      },
  },
);

export const datasetUnreadable = alertStories(
  'DatasetUnreadable',
  {
    severity: 'warning',
    summary: 'How new a data set is can not be read.',
    runbook: 'datasets.md#datasetunreadable',
  },
  {
    'fires when the newest record could not be read for ten minutes, until it can': async (s) => {
      const table = new Table(s);
      declareMeasurements(await s.start(), {
        newest: table.read,
        freshnessObjectiveSeconds: hours(5),
        freshnessWarningSeconds: hours(5),
      });
      await s.wait(minutes(2));
      table.isReachable = false;
      await s.seen();
      await s.wait(minutes(10));
      s.fires(DATASET);
      await s.wait(minutes(2));
      table.isReachable = true;
      await s.seen();
      s.resolves(DATASET);
      await s.wait(minutes(1));
    },
    'stays quiet for a short while, for one that is told and not read, and while the data set is disabled':
      async (s) => {
        const app = await s.start();
        const table = new Table(s);
        const dataset = declareMeasurements(app, { newest: table.read });
        app.pipeline.declareDataset({ ...PLAIN, name: 'told' }).fresh(s.now + minutes(3));
        table.isReachable = false;
        await s.wait(minutes(9));
        table.isReachable = true;
        table.grows();
        await s.wait(minutes(1));
        dataset.disable();
        table.isReachable = false;
        await s.wait(minutes(20));
      },
    'stays quiet while another replica can read it': [
      async (s) => {
        declareMeasurements(await s.start(), {
          newest: () => {
            throw new Error('no way to the database');
          },
        });
        await s.until(s.began + minutes(15));
      },
      async (s) => {
        declareMeasurements(await s.start(), { newest: () => s.now });
        await s.until(s.began + minutes(15));
      },
    ],
  },
);

export const datasetDisabled = alertStories(
  'DatasetDisabled',
  {
    severity: 'info',
    summary: 'Nothing is promised of a data set.',
    runbook: 'datasets.md#datasetdisabled',
  },
  {
    'fires five minutes after somebody disabled it, also while its process is dead, until it is enabled':
      async (s) => {
        const dataset = declareMeasurements(await s.start());
        await s.wait(minutes(1));
        dataset.disable();
        await s.seen();
        await s.wait(minutes(1));
        s.die();
        await s.wait(minutes(4));
        s.fires(DATASET);
        await s.wait(minutes(1));
        declareMeasurements(await s.start());
        await s.seen();
        s.resolves(DATASET);
        await s.wait(minutes(1));
      },
    'stays quiet while a replica has it enabled': [
      async (s) => {
        declareMeasurements(await s.start()).disable();
        await s.until(s.began + minutes(9));
      },
      async (s) => {
        declareMeasurements(await s.start());
        await s.until(s.began + minutes(9));
      },
    ],
  },
);
