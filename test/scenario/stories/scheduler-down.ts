import { alertStories } from '../story.ts';
import { cycles, QUARTER_HOURLY } from '../world/offload.ts';
import { days, hours, minutes, SLOW_PACE, seconds } from '../world/time.ts';

const BRONZE = { layer: 'bronze' };

export const schedulerDown = alertStories(
  'IcebergOffloadSchedulerDown',
  {
    severity: 'critical',
    summary: 'The offload scheduler is gone.',
    runbook: 'scheduler-recovery.md#icebergoffloadschedulerdown',
  },
  {
    'fires two minutes after the process has died, until a new one is there': async (s) => {
      const { pipeline } = await s.start();
      await cycles(s, pipeline.declareOffload(QUARTER_HOURLY), 1);
      s.die();
      await s.seen();
      await s.wait(minutes(2));
      s.fires(BRONZE);
      await s.wait(hours(1));
      (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
      await s.seen();
      s.resolves(BRONZE);
      await s.wait(minutes(10));
    },
    'stays quiet over a restart of ninety seconds': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      await s.wait(minutes(5));
      s.die();
      await s.wait(seconds(90));
      (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
      await s.wait(minutes(10));
    },
    'fires as well when the target has left the configuration': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      await s.wait(minutes(5));
      s.discover(false);
      await s.seen();
      await s.wait(minutes(2));
      s.fires(BRONZE);
      await s.wait(minutes(10));
    },
    'stays quiet while one of two replicas lives': [
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload(QUARTER_HOURLY);
        await s.wait(minutes(5));
        s.die();
        await s.wait(minutes(20));
      },
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload(QUARTER_HOURLY);
        await s.wait(minutes(25));
      },
    ],
    'names the layer whose process is gone': [
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload(QUARTER_HOURLY);
        await s.wait(minutes(5));
        s.die();
        await s.seen();
        await s.wait(minutes(2));
        s.fires(BRONZE);
        await s.until(s.began + minutes(30));
      },
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver' });
        await s.until(s.began + minutes(30));
      },
    ],
    'fires for the dead process of one namespace where another has a target of the same job and instance (S12)':
      [
        async (s) => {
          s.labelled({ job: 'offload', instance: 'offload-0', namespace: 'shop' });
          await cycles(s, (await s.start()).pipeline.declareOffload(QUARTER_HOURLY), 1);
          s.die();
          await s.seen();
          await s.wait(minutes(2));
          s.fires(BRONZE);
          await s.until(s.began + minutes(30));
        },
        async (s) => {
          s.labelled({ job: 'offload', instance: 'offload-0', namespace: 'stock' });
          const { pipeline } = await s.start();
          await cycles(s, pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver' }), 1);
          await s.until(s.began + minutes(30));
        },
      ],
    'fires although the process said that it stops, when no other one comes': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(QUARTER_HOURLY);
      await s.wait(minutes(5));
      offload.stop();
      await s.untilNext(15);
      s.die();
      await s.seen();
      await s.wait(minutes(2));
      s.fires(BRONZE);
      await s.wait(minutes(10));
    },
    'fires when the leader dies and none of those that stand by is elected, until one is': [
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload(QUARTER_HOURLY);
        await s.wait(minutes(5));
        s.die();
        await s.seen();
        await s.wait(minutes(2));
        s.fires(BRONZE);
        await s.until(s.began + hours(1));
      },
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(QUARTER_HOURLY);
        offload.standBy();
        await s.until(s.began + minutes(30));
        offload.enable();
        await s.seen();
        s.resolves(BRONZE);
        await s.until(s.began + hours(1));
      },
    ],
    'stays quiet for a layer that a person has disabled, also when its process has ended, and for one that is retired':
      [
        async (s) => {
          const { pipeline } = await s.start();
          pipeline.declareOffload(QUARTER_HOURLY).disable();
          await s.wait(minutes(5));
          s.die();
          await s.until(s.began + minutes(30));
        },
        async (s) => {
          const { pipeline } = await s.start();
          const offload = pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver' });
          await s.wait(minutes(5));
          offload.retire();
          await s.wait(minutes(5));
          s.die();
          await s.until(s.began + minutes(30));
        },
      ],
    'is ended by retireOffload() in the version that lacks the layer': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      await s.wait(minutes(5));
      const next = (await s.start()).pipeline;
      next.declareOffload({ ...QUARTER_HOURLY, layer: 'raw' });
      await s.seen();
      await s.wait(minutes(2));
      s.fires(BRONZE);
      await s.wait(minutes(5));
      next.retireOffload('bronze');
      await s.seen();
      s.resolves(BRONZE);
      await s.wait(minutes(20));
    },
    'fires for a week, then the layer is forgotten': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          const { pipeline } = await s.start();
          pipeline.declareOffload(QUARTER_HOURLY);
          await s.wait(hours(1));
          s.die();
          const died = s.now;
          await s.until(died + minutes(10));
          s.fires(BRONZE);
          await s.until(died + days(7));
          s.resolves(BRONZE);
          await s.wait(hours(1));
        },
      ],
    },
  },
);
