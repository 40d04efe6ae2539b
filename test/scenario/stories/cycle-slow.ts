import { alertStories } from '../story.ts';
import { cycle, cycles, hanging, moved, QUARTER_HOURLY } from '../world/offload.ts';
import { hours, minutes, seconds } from '../world/time.ts';

const BRONZE = { layer: 'bronze' };
const ONE_TABLE = { ...QUARTER_HOURLY, tables: ['trades'] } as const;
const taking = (takes: number) => ({ trades: moved({ takes, rows: 10_000_000 }) });

export const cycleSlow = alertStories(
  'IcebergOffloadCycleSlow',
  {
    severity: 'warning',
    summary: 'Offload cycles take more than half of the time that they may.',
    runbook: 'offload-performance.md#icebergoffloadcycleslow',
  },
  {
    'is quiet at five minutes a cycle, fires ten minutes after one that took a second more, until a quicker one':
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(ONE_TABLE);
        await cycles(s, offload, 2, taking(minutes(5)));
        await cycles(s, offload, 1, taking(seconds(301)));
        await s.untilNext(30);
        await s.wait(minutes(10));
        s.fires(BRONZE);
        await cycles(s, offload, 1, taking(minutes(4)));
        await s.seen();
        s.resolves(BRONZE);
        await s.wait(minutes(20));
      },
    'fires on, without a break, while every 15-minute cycle takes 400 seconds': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(ONE_TABLE);
      await s.untilNext(offload.intervalSeconds);
      const began = s.now;
      await cycle(s, offload, taking(seconds(400)));
      await s.until(began + seconds(330) + minutes(10));
      s.fires(BRONZE);
      await cycles(s, offload, 4, taking(seconds(400)));
    },
    'stays quiet over one slow cycle between quick ones': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload({ ...ONE_TABLE, intervalSeconds: minutes(10) });
      await cycles(s, offload, 1);
      await cycles(s, offload, 1, taking(seconds(400)));
      await cycles(s, offload, 3);
    },
    'gives way when cycles are too slow, once that alert fires, and returns after it': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(ONE_TABLE);
      await s.untilNext(offload.intervalSeconds);
      const began = s.now;
      await cycle(s, offload, taking(seconds(400)));
      await s.until(began + seconds(330) + minutes(10));
      s.fires(BRONZE);
      await s.untilNext(offload.intervalSeconds);
      const slower = s.now;
      await cycle(s, offload, taking(seconds(700)));
      await s.until(slower + seconds(630) + minutes(2));
      s.resolves(BRONZE);
      await cycles(s, offload, 1, taking(seconds(400)));
      await s.seen();
      await s.wait(minutes(5 + 10));
      s.fires(BRONZE);
      await s.wait(minutes(1));
    },
    'stays quiet while the cycles of the layer are too slow from the start, and warns of another layer':
      async (s) => {
        const { pipeline } = await s.start();
        const bronze = pipeline.declareOffload(ONE_TABLE);
        const silver = pipeline.declareOffload({ ...ONE_TABLE, layer: 'silver' });
        await s.untilNext(minutes(15));
        await cycle(s, silver, taking(seconds(400)));
        void cycle(s, bronze, { trades: hanging() });
        await s.untilNext(30);
        await s.wait(minutes(10) - 90);
        s.fires({ layer: 'silver' });
        await s.wait(minutes(20));
      },
    'judges the replica that finished last, by the longer of their objectives': [
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload({ ...ONE_TABLE, cycleDurationObjectiveSeconds: 1_000 });
        await cycles(s, offload, 1, taking(seconds(450)));
        await cycles(s, offload, 1, taking(seconds(501)));
        await s.untilNext(30);
        await s.wait(minutes(10));
        s.fires(BRONZE);
        await s.until(s.began + hours(1));
      },
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(ONE_TABLE);
        await cycles(s, offload, 2, taking(seconds(20)));
        await s.until(s.began + hours(1));
      },
    ],
  },
);
