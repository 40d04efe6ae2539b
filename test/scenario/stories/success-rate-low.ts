import { alertStories } from '../story.ts';
import { cycles, failing, moved, QUARTER_HOURLY } from '../world/offload.ts';
import { hours, minutes, SLOW_PACE, seconds } from '../world/time.ts';

const BRONZE = { layer: 'bronze' };
/** A cycle of which one table fails. */
const partly = { trades: failing() };

export const successRateLow = alertStories(
  'IcebergOffloadSuccessRateLow',
  {
    severity: 'warning',
    summary: 'Too few offload cycles succeed.',
    runbook: 'offload-failure.md#icebergoffloadsuccessratelow',
  },
  {
    'fires ten minutes after the second of four cycles went wrong, until fifteen minutes after the hour is clean enough':
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(QUARTER_HOURLY);
        await cycles(s, offload, 4);
        await cycles(s, offload, 2, partly);
        await s.seen();
        const second = s.now;
        await s.wait(minutes(10));
        s.fires(BRONZE);
        await cycles(s, offload, 4);
        await s.until(second - minutes(15) + hours(1) + minutes(15));
        s.resolves(BRONZE);
        await s.wait(minutes(20));
      },
    'stays quiet when one of four cycles went wrong, although that is less than 95 %': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(QUARTER_HOURLY);
      await cycles(s, offload, 4);
      await cycles(s, offload, 1, partly);
      await cycles(s, offload, 4);
    },
    'is quiet at the objective and fires below it': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload({ ...QUARTER_HOURLY, successObjectiveRatio: 0.5 });
      await cycles(s, offload, 4);
      for (let i = 0; i < 3; i++) {
        await cycles(s, offload, 1, partly);
        await cycles(s, offload, 1);
      }
      await cycles(s, offload, 1, partly);
      await cycles(s, offload, 1, { trades: failing(), quotes: failing() });
      await s.seen();
      await s.wait(minutes(10));
      s.fires(BRONZE);
      await s.wait(minutes(1));
    },
    'fires when not one cycle has ever succeeded': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(QUARTER_HOURLY);
      await cycles(s, offload, 2, { trades: failing(), quotes: failing() });
      await s.seen();
      await s.wait(minutes(10));
      s.fires(BRONZE);
      await s.wait(minutes(5));
    },
    'stays quiet without any cycle': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      await s.wait(hours(2));
    },
    'takes a day for a pipeline that runs every six hours: one bad cycle is quiet, the second of four fires':
      {
        pace: SLOW_PACE,
        scripts: [
          async (s) => {
            const { pipeline } = await s.start();
            const offload = pipeline.declareOffload({ ...QUARTER_HOURLY, intervalSeconds: hours(6) });
            await cycles(s, offload, 4);
            await cycles(s, offload, 1, partly);
            await cycles(s, offload, 1);
            await cycles(s, offload, 1, partly);
            await s.seen();
            await s.wait(minutes(10));
            s.fires(BRONZE);
            await s.wait(hours(6));
          },
        ],
      },
    'takes fifteen minutes for one that runs every ten seconds: three bad cycles of ninety are quiet, five fire':
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload({ ...QUARTER_HOURLY, intervalSeconds: 10 });
        const quick = { trades: moved({ takes: 1 }), quotes: moved({ takes: 1 }) };
        const bad = { ...quick, trades: failing(new Error('disk full'), 1) };
        await cycles(s, offload, 90, quick);
        await cycles(s, offload, 3, bad);
        await cycles(s, offload, 117, quick);
        await cycles(s, offload, 5, bad);
        await s.seen();
        await s.wait(minutes(10));
        s.fires(BRONZE);
        await s.wait(minutes(1));
      },
    'counts what partly and what wholly failed, before and after a restart, together': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(QUARTER_HOURLY);
      await cycles(s, offload, 2);
      await cycles(s, offload, 1, partly);
      await s.seen();
      s.die();
      await s.wait(seconds(30));
      const again = (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
      await cycles(s, again, 1, { trades: failing(), quotes: failing() });
      await s.seen();
      await s.wait(minutes(10));
      s.fires(BRONZE);
      await s.wait(minutes(5));
    },
    'counts the cycles of two replicas together, and holds each layer to its own objective': [
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(QUARTER_HOURLY);
        await cycles(s, offload, 3);
        await cycles(s, offload, 1, partly);
        await s.seen();
        await s.wait(minutes(10));
        s.fires(BRONZE);
        await s.until(s.began + hours(2));
      },
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload({ ...QUARTER_HOURLY, successObjectiveRatio: 0.4 });
        const silver = pipeline.declareOffload({
          ...QUARTER_HOURLY,
          layer: 'silver',
          successObjectiveRatio: 0.1,
        });
        await cycles(s, offload, 3);
        await cycles(s, offload, 1, partly);
        await cycles(s, silver, 1, partly);
        await s.until(s.began + hours(2));
      },
    ],
  },
);
