import { alertStories } from '../../story.ts';
import { declareSilver, OF_SILVER, SILVER_OF } from '../../world/pipeline.ts';
import { days, hours, minutes, SLOW_PACE, seconds } from '../../world/time.ts';

/** The first evaluation that sees more than the freshness that is promised, and the hold. */
const STALE = minutes(30) + seconds(30) + minutes(5);

export const pipelineGone = alertStories(
  'PipelineGone',
  {
    severity: 'critical',
    summary: 'No process has a pipeline any more.',
    runbook: 'pipelines.md#pipelinegone',
  },
  {
    'fires when its process never came back and what it made is too old, until a new one has succeeded':
      async (s) => {
        const silver = declareSilver(s, await s.start());
        await silver.run({ takes: 0 });
        await s.wait(minutes(5));
        s.die();
        await s.until(s.began + STALE);
        s.fires(SILVER_OF);
        await s.wait(minutes(5));
        const again = declareSilver(s, await s.start());
        await s.wait(minutes(5));
        await again.run({ ends: 'badly' });
        await s.wait(minutes(2));
        await again.run();
        await s.seen();
        s.resolves(SILVER_OF);
        await s.wait(minutes(5));
      },
    'stays quiet for one that is there in time, and for one that is disabled or retired': async (s) => {
      const app = await s.start();
      const silver = declareSilver(s, app);
      declareSilver(s, app, { name: 'paused' }).disable();
      declareSilver(s, app, { name: 'old' });
      await silver.run({ takes: 0 });
      s.die();
      await s.wait(minutes(20));
      const next = await s.start();
      next.pipeline.retirePipeline('old');
      await declareSilver(s, next).run({ takes: 0 });
      await s.seen();
      s.die();
      await s.wait(minutes(30));
    },
    'stays quiet while one of three replicas has it': [
      async (s) => {
        s.labelled({ job: 'loader' });
        await declareSilver(s, await s.start()).run({ takes: 0 });
        s.die();
        await s.until(s.began + hours(1));
      },
      async (s) => {
        s.labelled({ job: 'loader' });
        await declareSilver(s, await s.start()).run({ takes: 0 });
        s.die();
        await s.until(s.began + hours(1));
      },
      async (s) => {
        s.labelled({ job: 'loader' });
        const silver = declareSilver(s, await s.start());
        await s.wait(minutes(25));
        await silver.run({ takes: 0 });
        await s.wait(minutes(25));
        await silver.run({ takes: 0 });
        await s.until(s.began + hours(1));
      },
    ],
    'of one that promises nothing is told after a day that nobody has had it, and remembered for a week': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          const app = await s.start();
          await declareSilver(s, app, { freshnessObjectiveSeconds: undefined }).run({ takes: 0 });
          await s.wait(hours(1));
          s.die();
          await s.until(s.began + hours(1) + days(1) + minutes(10));
          s.fires(SILVER_OF);
          await s.until(s.began + hours(1) + days(7));
          s.resolves(SILVER_OF);
          await s.wait(minutes(10));
        },
      ],
    },
  },
);

export const pipelineNoConsumer = alertStories(
  'PipelineNoConsumer',
  {
    severity: 'critical',
    summary: 'Nobody consumes what a pipeline streams.',
    runbook: 'pipelines.md#pipelinenoconsumer',
  },
  {
    'fires five minutes after the last consumer has left, or its process has, until one is there': async (
      s,
    ) => {
      let consumers = 2;
      const stream = { activeConsumers: () => consumers };
      declareSilver(s, await s.start(), stream);
      await s.wait(minutes(5));
      consumers = 0;
      await s.seen();
      await s.wait(minutes(5));
      s.fires(SILVER_OF);
      await s.wait(minutes(2));
      s.die();
      await s.wait(minutes(5));
      consumers = 1;
      declareSilver(s, await s.start(), stream);
      await s.seen();
      s.resolves(SILVER_OF);
      await s.wait(minutes(3));
      s.die();
      await s.seen();
      await s.wait(minutes(5));
      s.fires(SILVER_OF);
      await s.wait(minutes(1));
    },
    'stays quiet for a pause by a person, for one that can not be read, and for one that does not stream':
      async (s) => {
        const app = await s.start();
        declareSilver(s, app, { activeConsumers: () => 0 }).disable();
        declareSilver(s, app, { name: 'batch' });
        let broken = false;
        declareSilver(s, app, {
          name: 'unread',
          activeConsumers: () => {
            if (broken) throw new Error('no answer');
            return 1;
          },
        });
        await s.wait(minutes(5));
        broken = true;
        await s.wait(minutes(15));
      },
    'stays quiet while one of two replicas has a consumer': [
      async (s) => {
        declareSilver(s, await s.start(), { activeConsumers: () => 0 });
        await s.until(s.began + minutes(10));
      },
      async (s) => {
        declareSilver(s, await s.start(), { activeConsumers: () => 1 });
        await s.until(s.began + minutes(10));
      },
    ],
  },
);

export const pipelineStale = alertStories(
  'PipelineStale',
  {
    severity: 'critical',
    summary: 'The last success of a pipeline is too long ago.',
    runbook: 'pipelines.md#pipelinestale',
  },
  {
    'fires when the last success is older than promised, though failures came since, until one succeeds':
      async (s) => {
        const silver = declareSilver(s, await s.start());
        await silver.run({ takes: 0 });
        await s.wait(minutes(20));
        await silver.run({ ends: 'badly', takes: 0 });
        await s.until(s.began + STALE);
        s.fires(OF_SILVER);
        await s.wait(minutes(5));
        await silver.run({ takes: 0 });
        await s.seen();
        s.resolves(OF_SILVER);
        await s.wait(minutes(2));
      },
    'fires when it has never succeeded since it was declared, whatever restarts came between': async (s) => {
      declareSilver(s, await s.start());
      await s.wait(minutes(15));
      s.die();
      await s.wait(minutes(2));
      declareSilver(s, await s.start());
      await s.until(s.began + STALE);
      s.fires(OF_SILVER);
      await s.wait(minutes(2));
    },
    'stays quiet at the age that is promised, for one that promises none, and from enable() on as long':
      async (s) => {
        const app = await s.start();
        const silver = declareSilver(s, app);
        declareSilver(s, app, { name: 'free', freshnessObjectiveSeconds: undefined });
        const paused = declareSilver(s, app, { name: 'paused' });
        paused.disable();
        await silver.run({ takes: 0 });
        await s.wait(minutes(30));
        await silver.run({ takes: 0 });
        await s.wait(minutes(20));
        await silver.run({ takes: 0 });
        paused.enable();
        await s.wait(minutes(28));
      },
    'is told as PipelineGone from when its process has died on': async (s) => {
      const silver = declareSilver(s, await s.start());
      await silver.run({ takes: 0 });
      await s.until(s.began + STALE);
      s.fires(OF_SILVER);
      await s.wait(minutes(1));
      s.die();
      await s.seen();
      await s.wait(minutes(5));
      s.resolves(OF_SILVER);
      await s.wait(minutes(2));
    },
  },
);
