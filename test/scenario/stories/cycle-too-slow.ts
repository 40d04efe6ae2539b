import { alertStories } from '../story.ts';
import { cycle, cycles, hanging, moved, QUARTER_HOURLY } from '../world/offload.ts';
import { hours, minutes, seconds } from '../world/time.ts';

const BRONZE = { layer: 'bronze' };
const ONE_TABLE = { ...QUARTER_HOURLY, tables: ['trades'] } as const;
const taking = (takes: number) => ({ trades: moved({ takes, rows: 10_000_000 }) });

export const cycleTooSlow = alertStories(
  'IcebergOffloadCycleTooSlow',
  {
    severity: 'critical',
    summary: 'An offload cycle takes longer than its objective allows.',
    runbook: 'offload-performance.md#icebergoffloadcycletooslow',
  },
  {
    'is quiet at ten minutes a cycle, fires for one that took a second more, and ends five minutes after a quicker one':
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(ONE_TABLE);
        await cycles(s, offload, 2, taking(minutes(10)));
        await cycles(s, offload, 1, taking(seconds(601)));
        await s.seen();
        await s.wait(minutes(2));
        s.fires(BRONZE);
        await cycles(s, offload, 1, taking(minutes(5)));
        await s.seen();
        await s.wait(minutes(5));
        s.resolves(BRONZE);
        await s.wait(minutes(10));
      },
    'stays quiet while cycles of ten minutes follow each other without a break': async (s) => {
      const { pipeline } = await s.start();
      await cycles(
        s,
        pipeline.declareOffload({ ...ONE_TABLE, intervalSeconds: minutes(10) }),
        4,
        taking(minutes(10)),
      );
    },
    'fires on, without a break, while every 15-minute cycle takes 700 seconds': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(ONE_TABLE);
      await s.untilNext(offload.intervalSeconds);
      const began = s.now;
      await cycle(s, offload, taking(seconds(700)));
      await s.until(began + seconds(630) + minutes(2));
      s.fires(BRONZE);
      await cycles(s, offload, 4, taking(seconds(700)));
      await s.wait(minutes(3));
    },
    'fires while the first cycle of a process hangs': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(ONE_TABLE);
      await s.untilNext(offload.intervalSeconds);
      void cycle(s, offload, { trades: hanging() });
      await s.wait(minutes(10) + 30 + minutes(2));
      s.fires(BRONZE);
      await s.wait(minutes(20));
    },
    'fires while a later cycle hangs, and ends five minutes after the hanging process': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(ONE_TABLE);
      await cycles(s, offload, 1);
      await s.untilNext(offload.intervalSeconds);
      void cycle(s, offload, { trades: hanging() });
      await s.wait(minutes(10) + 30 + minutes(2));
      s.fires(BRONZE);
      await s.wait(hours(1));
      s.die();
      await s.seen();
      await s.wait(minutes(5));
      s.resolves(BRONZE);
      await s.wait(minutes(10));
    },
    'holds each layer to its own objective': async (s) => {
      const { pipeline } = await s.start();
      const bronze = pipeline.declareOffload({ ...ONE_TABLE, cycleDurationObjectiveSeconds: 60 });
      const silver = pipeline.declareOffload({ ...ONE_TABLE, layer: 'silver' });
      await cycles(s, silver, 1, taking(seconds(90)));
      await s.untilNext(30);
      await cycle(s, bronze, taking(seconds(60)));
      await cycles(s, bronze, 1, taking(seconds(61)));
      await s.seen();
      await s.wait(minutes(2));
      s.fires(BRONZE);
      await s.wait(minutes(5));
    },
    'judges the replica that finished last, by the longer of their objectives': [
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload({ ...ONE_TABLE, cycleDurationObjectiveSeconds: 300 });
        await cycles(s, offload, 1, taking(seconds(400)));
        await s.until(s.began + hours(1));
        await cycle(s, offload, taking(seconds(601)));
        await s.seen();
        await s.wait(minutes(2));
        s.fires(BRONZE);
        await s.until(s.began + hours(1.5));
      },
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(ONE_TABLE);
        await cycles(s, offload, 5, taking(seconds(20)));
        await s.seen();
        await s.wait(minutes(5));
        s.resolves(BRONZE);
        await s.until(s.began + hours(1.5));
      },
    ],
  },
);
