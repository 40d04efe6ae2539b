import { alertStories } from '../../story.ts';
import { DATASET, declareMeasurements, PLAIN, Table } from '../../world/dataset.ts';
import { TARGET } from '../../world/stage.ts';
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
      await s.until(s.began + STALE);
      s.fires(DATASET);
      await s.wait(minutes(1));
      s.die();
      await s.wait(minutes(11));
      table.isReachable = false;
      declareMeasurements(await s.start(), { newest: table.read });
      await s.wait(minutes(11));
      table.isReachable = true;
      table.grows();
      await s.seen();
      s.resolves(DATASET);
      await s.wait(minutes(2));
    },
    'is not put off by a process that comes and goes, nor by a database that answers now and then': async (
      s,
    ) => {
      const table = new Table(s);
      for (let i = 0; s.now < s.began + STALE - minutes(2); i++) {
        table.isReachable = i % 2 === 0;
        declareMeasurements(await s.start(), { newest: table.read });
        await s.wait(minutes(1));
        s.die();
        await s.wait(minutes(1));
      }
      await s.until(s.began + STALE);
      s.fires(DATASET);
      await s.wait(minutes(1));
    },
    'leaves what became too old while nobody could see it to the alert on that, also when it can be seen again (S26)':
      async (s) => {
        const table = new Table(s);
        declareMeasurements(await s.start(), { newest: table.read });
        await s.wait(minutes(10));
        s.die();
        await s.until(s.began + minutes(30));
        declareMeasurements(await s.start(), { newest: table.read });
        await s.wait(minutes(10));
      },
    'judges a daily data set that is deployed as an hourly one from the deploy on, and at once by a longer objective (S19)':
      async (s) => {
        const old = s.now - hours(20);
        declareMeasurements(await s.start(), { freshnessObjectiveSeconds: days(1) }).fresh(old);
        await s.wait(minutes(2));
        declareMeasurements(await s.start()).fresh(old);
        await s.seen();
        // By the first evaluation that sees the change; beyond it the new objective, an evaluation, and the hold.
        await s.wait(STALE);
        s.fires(DATASET);
        await s.wait(minutes(1));
        declareMeasurements(await s.start(), { freshnessObjectiveSeconds: days(2) }).fresh(old);
        await s.seen();
        s.resolves(DATASET);
        await s.wait(minutes(2));
      },
    'fires for a CronJob that pushed to a gateway and is not started any more (S13)': async (s) => {
      s.labelled({ job: 'push', instance: '' });
      declareMeasurements(await s.start()).fresh(s.now);
      await s.push();
      s.die();
      await s.until(s.began + STALE);
      s.fires(DATASET);
      await s.wait(minutes(1));
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
  },
);

/** The data set, and the service that had it. */
const UNSEEN = { ...DATASET, job: TARGET.job };

export const datasetUnseen = alertStories(
  'DatasetUnseen',
  {
    severity: 'critical',
    summary: 'Nobody can tell how new a data set is, and what was known last is too old.',
    runbook: 'datasets.md#datasetunseen',
  },
  {
    'fires for each data set of a process that died before they became too old, and goes on until a record comes (S26, S29)':
      async (s) => {
        const table = new Table(s);
        const stations = { ...UNSEEN, dataset: 'stations' };
        const declare = async () => {
          const app = await s.start();
          declareMeasurements(app, { newest: table.read });
          declareMeasurements(app, { newest: table.read, name: 'stations' });
        };
        await declare();
        await s.wait(minutes(10));
        s.die();
        await s.until(s.began + STALE);
        s.fires(UNSEEN);
        s.fires(stations);
        await s.wait(minutes(2));
        await declare();
        await s.wait(minutes(8));
        table.grows();
        await s.seen();
        s.resolves(UNSEEN);
        s.resolves(stations);
        await s.wait(minutes(2));
      },
    'fires when the database has not answered for five minutes and what was known has become too old': async (
      s,
    ) => {
      const table = new Table(s);
      declareMeasurements(await s.start(), { newest: table.read });
      await s.wait(minutes(16));
      table.isReachable = false;
      await s.seen();
      // Beyond five minutes by an evaluation, and the hold.
      await s.wait(minutes(5) + minutes(5));
      s.fires(UNSEEN);
      await s.wait(minutes(1));
      table.isReachable = true;
      table.grows();
      await s.seen();
      s.resolves(UNSEEN);
      await s.wait(minutes(1));
    },
    'stays quiet for one that is young enough, that is disabled or retired, and that was told of as stale before':
      async (s) => {
        const app = await s.start();
        const old = s.now - hours(1);
        declareMeasurements(app, { name: 'young', freshnessObjectiveSeconds: hours(2) }).fresh(s.now);
        declareMeasurements(app, { name: 'stale' }).fresh(old);
        const disabled = declareMeasurements(app, { name: 'disabled' });
        disabled.fresh(old);
        disabled.disable();
        const retired = declareMeasurements(app, { name: 'retired' });
        retired.fresh(old);
        await s.wait(minutes(2));
        retired.retire();
        await s.wait(minutes(5));
        s.die();
        await s.wait(minutes(20));
      },
    'fires after hours in which nothing was scraped or evaluated (S1)': {
      // Between two evaluations only the hourly copies are left.
      pace: { scrape: minutes(1), evaluation: hours(6) },
      start: hours(3),
      scripts: [
        async (s) => {
          declareMeasurements(await s.start(), { freshnessObjectiveSeconds: hours(4) }).fresh(s.now);
          await s.until(s.began + hours(3) + minutes(10));
          s.die();
          await s.until(s.began + hours(15));
          s.fires(UNSEEN);
          await s.until(days(2));
        },
      ],
    },
    'fires for a weekly CronJob over OTLP that was suspended: its last process ended and pushes no more (S5, S13)':
      {
        pace: { scrape: minutes(30), evaluation: hours(1) },
        scripts: [
          async (s) => {
            s.pushesOverOtlp();
            const weekly = { freshnessObjectiveSeconds: days(8), freshnessWarningSeconds: days(8) };
            for (const day of [0, 7]) {
              await s.until(days(day) + hours(6.75));
              declareMeasurements(await s.start(), weekly).fresh(s.now);
              await s.flush();
            }
            await s.until(days(7 + 8) + hours(8));
            s.fires(UNSEEN);
            await s.until(days(18));
          },
        ],
      },
    'is remembered for a week': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          declareMeasurements(await s.start()).fresh(s.now);
          await s.until(s.began + minutes(5));
          s.die();
          await s.until(s.began + minutes(30));
          s.fires(UNSEEN);
          await s.until(s.began + minutes(5) + days(7));
          s.resolves(UNSEEN);
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
          s.fires(UNSEEN);
          await s.until(s.began + minutes(5) + days(9));
          s.resolves(UNSEEN);
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

export const datasetShared = alertStories(
  'DatasetShared',
  {
    severity: 'warning',
    summary: 'Two services tell of one data set.',
    runbook: 'datasets.md#datasetshared',
  },
  {
    'fires when two services have told how new one is, or have run one suite, for half an hour, until one renames its own (S8)':
      [
        async (s) => {
          s.labelled({ job: 'billing' });
          const { pipeline } = await s.start();
          pipeline.declareDataset({ name: 'invoices' }).fresh(s.now);
          pipeline.recordQualityCheck({ dataset: 'customers', suite: 'daily', evaluated: 1 });
          await s.until(s.began + seconds(30) + minutes(30));
          s.fires({ dataset: 'invoices', layer: 'default' });
          s.fires({ dataset: 'customers', layer: 'default' });
          await s.until(s.began + minutes(40) + seconds(30));
          s.resolves({ dataset: 'invoices', layer: 'default' });
          await s.until(s.began + hours(1));
        },
        async (s) => {
          s.labelled({ job: 'search' });
          let { pipeline } = await s.start();
          pipeline.declareDataset({ name: 'invoices' }).fresh(s.now);
          pipeline.recordQualityCheck({ dataset: 'customers', suite: 'daily', evaluated: 1 });
          await s.until(s.began + minutes(40));
          ({ pipeline } = await s.start());
          pipeline.declareDataset({ name: 'found-invoices' }).fresh(s.now);
          pipeline.recordQualityCheck({ dataset: 'customers', suite: 'daily', evaluated: 1 });
          await s.until(s.began + hours(1));
        },
      ],
    'stays quiet where one service loads and another checks, and for the replicas of one service under two scrape jobs (S23)':
      [
        async (s) => {
          s.scrapedAlsoAs({ job: 'another-scrape-job' });
          declareMeasurements(await s.start()).fresh(s.now);
          await s.until(s.began + hours(1));
        },
        async (s) => {
          s.scrapedAlsoAs({ job: 'another-scrape-job' });
          declareMeasurements(await s.start()).fresh(s.now);
          await s.until(s.began + hours(1));
        },
        async (s) => {
          s.labelled({ job: 'checker' });
          const { pipeline } = await s.start();
          pipeline.recordQualityCheck({ ...DATASET, suite: 'daily', evaluated: 1 });
          await s.until(s.began + hours(1));
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
