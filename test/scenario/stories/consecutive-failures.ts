import { alertStories } from '../story.ts';
import { cycle, cycles, failing, QUARTER_HOURLY } from '../world/offload.ts';
import { hours, minutes } from '../world/time.ts';

const TRADES = { layer: 'bronze', table: 'trades' };

export const consecutiveFailures = alertStories(
  'IcebergOffloadConsecutiveFailures',
  {
    severity: 'critical',
    summary: 'A table fails in every offload.',
    runbook: 'offload-failure.md#icebergoffloadconsecutivefailures',
  },
  {
    'fires five minutes after the third failure in a row, also of a 15-minute cycle, until the first success':
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(QUARTER_HOURLY);
        await cycles(s, offload, 1);
        await cycles(s, offload, 3, { trades: failing() });
        await s.seen();
        await s.wait(minutes(5));
        s.fires(TRADES);
        await cycles(s, offload, 2, { trades: failing() });
        await cycles(s, offload, 1);
        await s.seen();
        s.resolves(TRADES);
        await s.wait(minutes(30));
      },
    'stays quiet when a table fails twice between successes, and when three tables fail once each': async (
      s,
    ) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades', 'quotes', 'orders'] });
      await cycles(s, offload, 2, { trades: failing() });
      await cycles(s, offload, 1);
      await cycles(s, offload, 2, { trades: failing() });
      await cycles(s, offload, 1);
      await cycles(s, offload, 1, { trades: failing(), quotes: failing(), orders: failing() });
      await s.wait(minutes(30));
    },
    'sees the first failures that ever happen, and those of a cycle every ten seconds': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload({ ...QUARTER_HOURLY, intervalSeconds: 10 });
      await cycles(s, offload, 2, { trades: failing(new Error('disk full'), 1) });
      await s.untilNext(60);
      await cycle(s, offload, { trades: failing(new Error('disk full'), 1) });
      await s.seen();
      await s.wait(minutes(5));
      s.fires(TRADES);
      await s.wait(minutes(2));
    },
    'goes on while the process is dead and in a new one, until the first success': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(QUARTER_HOURLY);
      await cycles(s, offload, 3, { trades: failing() });
      await s.seen();
      s.die();
      await s.wait(minutes(5));
      s.fires(TRADES);
      await s.wait(hours(2));
      const again = (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
      await s.wait(minutes(5));
      await cycles(s, again, 1);
      await s.seen();
      s.resolves(TRADES);
      await s.wait(minutes(30));
    },
    'counts failures in a row over restarts': async (s) => {
      for (let i = 0; i < 3; i++) {
        const offload = (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
        await cycles(s, offload, 1, { trades: failing() });
        await s.seen();
      }
      await s.wait(minutes(5));
      s.fires(TRADES);
      await s.wait(minutes(5));
    },
    'counts failures in a row of processes that run once and push what they did': async (s) => {
      for (let i = 0; i < 3; i++) {
        const offload = (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
        await s.untilNext(minutes(15));
        await cycle(s, offload, { trades: failing() });
        await s.push();
        s.die();
        await s.seen();
      }
      await s.wait(minutes(5));
      s.fires(TRADES);
      await s.wait(minutes(5));
    },
    'does not hear what a former leader still shows, once another has succeeded': [
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(QUARTER_HOURLY);
        await cycles(s, offload, 3, { trades: failing() });
        offload.standBy();
        await s.until(s.began + hours(2.5));
      },
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(QUARTER_HOURLY);
        offload.standBy();
        await s.until(s.began + minutes(45) + minutes(2));
        offload.enable();
        await cycle(s, offload);
        await cycles(s, offload, 3);
        await cycles(s, offload, 1, { trades: failing() });
        await s.until(s.began + hours(2.5));
      },
    ],
    'ends when the table is retired, also where another layer has a table of that name': async (s) => {
      const { pipeline } = await s.start();
      const bronze = pipeline.declareOffload(QUARTER_HOURLY);
      const silver = pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver' });
      for (let i = 0; i < 3; i++) {
        await cycles(s, bronze, 1, { trades: failing() });
        await cycle(s, silver);
      }
      await s.seen();
      await s.wait(minutes(5));
      s.fires(TRADES);
      await s.wait(minutes(5));
      pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['quotes'] });
      await s.seen();
      s.resolves(TRADES);
      await s.wait(minutes(10));
      s.die();
      await s.wait(minutes(20));
    },
    'fires on for a layer whose process is dead, although another layer has a table of that name': [
      async (s) => {
        const { pipeline } = await s.start();
        await cycles(s, pipeline.declareOffload(QUARTER_HOURLY), 3, { trades: failing() });
        await s.seen();
        s.die();
        await s.wait(minutes(5));
        s.fires(TRADES);
        await s.until(s.began + hours(1));
      },
      async (s) => {
        const { pipeline } = await s.start();
        await cycles(s, pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver' }), 3);
        await s.until(s.began + hours(1));
      },
    ],
    'fires for the layer of one namespace where another has targets of the same job and instance (S12)': [
      async (s) => {
        s.labelled({ job: 'offload', instance: 'offload-0', namespace: 'shop' });
        const { pipeline } = await s.start();
        await cycles(s, pipeline.declareOffload(QUARTER_HOURLY), 3, { trades: failing() });
        await s.seen();
        await s.wait(minutes(5));
        s.fires(TRADES);
        await s.until(s.began + hours(1));
      },
      async (s) => {
        s.labelled({ job: 'offload', instance: 'offload-0', namespace: 'stock' });
        const { pipeline } = await s.start();
        await cycles(s, pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver' }), 3);
        await s.until(s.began + hours(1));
      },
    ],
    'stays quiet when one of two replicas fails and the other offloads the table': [
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(QUARTER_HOURLY);
        await cycles(s, offload, 3, { trades: failing() });
        await s.until(s.began + hours(1));
      },
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(QUARTER_HOURLY);
        await cycles(s, offload, 3);
        await s.until(s.began + hours(1));
      },
    ],
  },
);
