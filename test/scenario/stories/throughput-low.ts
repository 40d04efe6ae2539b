import { alertStories } from '../story.ts';
import { cycle, cycles, failing, idle, moved, QUARTER_HOURLY } from '../world/offload.ts';
import { hours, minutes, SLOW_PACE, seconds } from '../world/time.ts';

const BRONZE = { layer: 'bronze' };
const ONE_TABLE = { ...QUARTER_HOURLY, tables: ['trades'] } as const;
const at = (rows: number, takes: number) => ({ trades: moved({ rows, takes }) });

export const throughputLow = alertStories(
  'IcebergOffloadThroughputLow',
  {
    severity: 'warning',
    summary: 'Offloads move fewer rows per second of work than they should.',
    runbook: 'offload-performance.md#icebergoffloadthroughputlow',
  },
  {
    'is quiet at 10,000 rows for each second of work, fires below, and ends fifteen minutes after the hour is quick again':
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(ONE_TABLE);
        await cycles(s, offload, 5, at(150_000, 15));
        await cycles(s, offload, 1, at(149_999, 15));
        await s.seen();
        const slow = s.now;
        await s.wait(minutes(15));
        s.fires(BRONZE);
        await cycles(s, offload, 4, at(150_000, 15));
        await s.until(slow + hours(1) + minutes(15));
        s.resolves(BRONZE);
        await s.wait(minutes(20));
      },
    'fires for one row in ten seconds, the least work that can be judged': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(ONE_TABLE);
      await cycles(s, offload, 1, at(1, 10));
      await s.seen();
      await s.wait(minutes(15));
      s.fires(BRONZE);
      await s.wait(minutes(5));
    },
    'does not judge less than ten seconds of work': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(ONE_TABLE);
      await cycles(s, offload, 1, at(1, 9.5));
      await s.wait(hours(1));
    },
    'stays quiet while the source is idle, and while every table fails after long work': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(QUARTER_HOURLY);
      await cycles(s, offload, 6, {
        trades: { ...idle(), takes: seconds(20) },
        quotes: failing(new Error('disk full'), 300),
      });
    },
    'judges speed at work, not rows for each second of the clock, of a cycle every fifteen minutes': async (
      s,
    ) => {
      const { pipeline } = await s.start();
      await cycles(s, pipeline.declareOffload(ONE_TABLE), 5, at(300_000, 15));
    },
    'takes successful work alone': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(QUARTER_HOURLY);
      await cycles(s, offload, 5, {
        trades: moved({ rows: 200_000, takes: 10 }),
        quotes: failing(new Error('disk full'), 300),
      });
    },
    'judges a pipeline that runs every six hours by its last day': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          const { pipeline } = await s.start();
          const offload = pipeline.declareOffload({ ...ONE_TABLE, intervalSeconds: hours(6) });
          await cycles(s, offload, 4, at(3_000_000, 300));
          await cycles(s, offload, 1, at(2_900_000, 300));
          await s.seen();
          await s.wait(minutes(15));
          s.fires(BRONZE);
          await s.wait(hours(6));
        },
      ],
    },
    'adds up two replicas, and holds each layer to the highest of its objectives': [
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload({ ...ONE_TABLE, throughputObjectiveRowsPerSecond: 100 });
        await cycles(s, offload, 1, at(150_000, 15));
        await cycles(s, offload, 1, at(149_999, 15));
        await s.seen();
        await s.wait(minutes(15));
        s.fires(BRONZE);
        await s.until(s.began + hours(1));
      },
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(ONE_TABLE);
        const silver = pipeline.declareOffload({
          ...ONE_TABLE,
          layer: 'silver',
          throughputObjectiveRowsPerSecond: 10,
        });
        await cycles(s, offload, 2, at(150_000, 15));
        await cycle(s, silver, at(2_000, 20));
        await s.until(s.began + hours(1));
      },
    ],
  },
);
