import { alertStories } from '../../story.ts';
import { declareSilver, OF_SILVER } from '../../world/pipeline.ts';
import { minutes, seconds } from '../../world/time.ts';

export const pipelineStuck = alertStories(
  'PipelineStuck',
  {
    severity: 'critical',
    summary: 'An execution of a pipeline hangs.',
    runbook: 'pipelines.md#pipelinestuck',
  },
  {
    'fires two minutes after it has taken three times as long as it may, until its process ends': async (
      s,
    ) => {
      const silver = declareSilver(s, await s.start());
      await silver.run({ ends: 'never' });
      await s.until(s.began + minutes(6) + seconds(30) + minutes(2));
      s.fires(OF_SILVER);
      await s.wait(minutes(2));
      s.die();
      await s.seen();
      s.resolves(OF_SILVER);
      await s.wait(minutes(2));
    },
    'stays quiet for one that ends in time, one that promises nothing, and one that is disabled': async (
      s,
    ) => {
      const app = await s.start();
      const silver = declareSilver(s, app);
      const stream = declareSilver(s, app, { name: 'stream', durationObjectiveSeconds: undefined });
      const paused = declareSilver(s, app, { name: 'paused' });
      await stream.run({ ends: 'never' });
      await paused.run({ ends: 'never' });
      paused.disable();
      await silver.run({ takes: minutes(8) });
      await s.wait(minutes(5));
    },
  },
);

export const pipelineSlow = alertStories(
  'PipelineSlow',
  {
    severity: 'warning',
    summary: 'A pipeline takes longer than it may.',
    runbook: 'pipelines.md#pipelineslow',
  },
  {
    'fires five minutes after one took too long, until another is quick; while one is under way, it says so too':
      async (s) => {
        const silver = declareSilver(s, await s.start());
        await silver.run({ takes: minutes(2) + seconds(1) });
        await s.until(s.began + minutes(2) + seconds(30) + minutes(5));
        s.fires(OF_SILVER);
        await s.wait(minutes(2));
        await silver.run({ takes: seconds(20) });
        await s.seen();
        s.resolves(OF_SILVER);
        await s.untilNext(minutes(1));
        const since = s.now;
        await silver.run({ ends: 'never' });
        await s.until(since + minutes(2) + seconds(30) + minutes(5));
        s.fires(OF_SILVER);
        await s.wait(minutes(1));
      },
    'stays quiet for one that took as long as it may, and for one that promises nothing': async (s) => {
      const app = await s.start();
      await declareSilver(s, app).run({ takes: minutes(2) });
      await declareSilver(s, app, { name: 'free', durationObjectiveSeconds: undefined }).run({
        takes: minutes(10),
      });
      await s.wait(minutes(6));
    },
  },
);
