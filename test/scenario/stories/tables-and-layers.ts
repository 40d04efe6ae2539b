import { alertStories } from '../story.ts';
import { cycles, QUARTER_HOURLY } from '../world/offload.ts';
import { hours, minutes } from '../world/time.ts';

const TRADES = { layer: 'bronze', table: 'trades' };
const BRONZE = { layer: 'bronze' };

export const tableGone = alertStories(
  'IcebergOffloadTableGone',
  {
    severity: 'critical',
    summary: 'A table is no longer offloaded, though its layer is.',
    runbook: 'scheduler-recovery.md#icebergoffloadtablegone',
  },
  {
    'fires when one of two pipelines that share a layer dies, for its tables, until it is back': [
      async (s) => {
        const { pipeline } = await s.start();
        await cycles(s, pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades'] }), 1);
        await s.seen();
        s.die();
        await s.seen();
        await s.wait(minutes(5));
        s.fires(TRADES);
        await s.wait(hours(2));
        (await s.start()).pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades'] });
        await s.seen();
        s.resolves(TRADES);
        await s.until(s.began + hours(3));
      },
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['quotes'] });
        await s.until(s.began + hours(3));
      },
    ],
    'fires for a table that a deploy has removed without a word, until somebody says that it was meant':
      async (s) => {
        (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
        await s.wait(minutes(5));
        const offload = (await s.start()).pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['quotes'] });
        await s.seen();
        await s.wait(minutes(5));
        s.fires(TRADES);
        await s.wait(hours(1));
        offload.retireTable('trades');
        await s.seen();
        s.resolves(TRADES);
        await s.wait(minutes(10));
        s.die();
        await s.wait(minutes(1));
        (await s.start()).pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['quotes'] });
        await s.wait(hours(1));
      },
    'stays quiet over a deploy, while the whole layer is gone, and about a table that was taken out by name':
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload(QUARTER_HOURLY);
        await s.wait(minutes(5));
        pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['quotes'] });
        await s.wait(minutes(20));
        s.die();
        await s.wait(minutes(20));
        (await s.start()).pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['quotes'] });
        await s.wait(minutes(20));
      },
  },
);

export const tableShared = alertStories(
  'IcebergOffloadTableShared',
  {
    severity: 'warning',
    summary: 'Two services offload a table of the same name.',
    runbook: 'scheduler-recovery.md#icebergoffloadtableshared',
  },
  {
    'fires half an hour after a second service has declared such a table, until it has not': [
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload(QUARTER_HOURLY);
        await s.until(s.began + hours(2));
      },
      async (s) => {
        s.labelled({ job: 'other-service' });
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades'] });
        await s.seen();
        await s.wait(minutes(30));
        s.fires(TRADES);
        await s.wait(minutes(10));
        offload.retireTable('trades');
        await s.seen();
        s.resolves(TRADES);
        await s.until(s.began + hours(2));
      },
    ],
    'stays quiet about replicas, though each is scraped by two jobs': [
      async (s) => {
        s.scrapedAlsoAs({ job: 'again' });
        (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
        await s.until(s.began + hours(1));
      },
      async (s) => {
        s.scrapedAlsoAs({ job: 'again' });
        (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
        await s.until(s.began + hours(1));
      },
    ],
  },
);

export const layerDisabled = alertStories(
  'IcebergOffloadDisabled',
  {
    severity: 'info',
    summary: 'A layer is disabled.',
    runbook: 'scheduler-recovery.md#icebergoffloaddisabled',
  },
  {
    'fires five minutes after somebody has disabled the layer, also when the process has ended, until it is enabled':
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(QUARTER_HOURLY);
        await s.wait(minutes(5));
        offload.disable();
        await s.seen();
        await s.wait(minutes(5));
        s.fires(BRONZE);
        offload.stop();
        await s.wait(minutes(1));
        s.die();
        await s.wait(minutes(30));
        (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
        await s.seen();
        s.resolves(BRONZE);
        await s.wait(minutes(10));
      },
    'stays quiet about a process that stops, one that stands by, and one that is gone': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(QUARTER_HOURLY);
      await s.wait(minutes(5));
      offload.standBy();
      await s.wait(minutes(10));
      offload.stop();
      await s.wait(minutes(10));
      s.die();
      await s.wait(minutes(10));
    },
  },
);
