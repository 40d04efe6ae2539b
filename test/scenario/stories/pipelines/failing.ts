import { alertStories } from '../../story.ts';
import { declareSilver, OF_SILVER } from '../../world/pipeline.ts';
import { hours, minutes, seconds } from '../../world/time.ts';

export const pipelineFailed = alertStories(
  'PipelineFailed',
  {
    severity: 'critical',
    summary: 'The last execution of a pipeline failed.',
    runbook: 'pipelines.md#pipelinefailed',
  },
  {
    'fires a minute after an execution failed, over the death of its process, until one succeeds': async (
      s,
    ) => {
      const silver = declareSilver(s, await s.start());
      await silver.run();
      await s.wait(minutes(2));
      await silver.run({ ends: 'badly' });
      await s.seen();
      await s.wait(minutes(1));
      s.fires(OF_SILVER);
      await s.wait(minutes(2));
      s.die();
      await s.wait(minutes(5));
      const again = declareSilver(s, await s.start());
      await s.wait(minutes(2));
      await again.run({ takes: 0 });
      await s.seen();
      s.resolves(OF_SILVER);
      await s.wait(minutes(2));
    },
    'stays quiet for one that is made good within the minute, and for one that somebody disabled or retired':
      async (s) => {
        const app = await s.start();
        const silver = declareSilver(s, app);
        await silver.run({ ends: 'badly' });
        await s.seen();
        await silver.run({ takes: 0 });
        await s.wait(minutes(2));
        await silver.run({ ends: 'badly', takes: 0 });
        silver.disable();
        const old = declareSilver(s, app, { name: 'old' });
        await old.run({ ends: 'badly', takes: 0 });
        old.retire();
        await s.wait(minutes(5));
      },
    'is told by the last of three replicas that executed it': [
      async (s) => {
        const silver = declareSilver(s, await s.start());
        await s.wait(minutes(1));
        await silver.run({ ends: 'badly', takes: 0 });
        await s.until(s.began + minutes(20));
      },
      async (s) => {
        const silver = declareSilver(s, await s.start());
        await s.wait(minutes(1) + seconds(40));
        await silver.run({ takes: 0 });
        await s.until(s.began + minutes(10));
        await silver.run({ ends: 'badly', takes: 0 });
        await s.seen();
        await s.wait(minutes(1));
        s.fires(OF_SILVER);
        await s.until(s.began + minutes(15));
        await silver.run({ takes: 0 });
        await s.seen();
        s.resolves(OF_SILVER);
        await s.until(s.began + minutes(20));
      },
      async (s) => {
        declareSilver(s, await s.start());
        await s.until(s.began + minutes(20));
      },
    ],
  },
);

export const pipelineRecordsFailed = alertStories(
  'PipelineRecordsFailed',
  {
    severity: 'warning',
    summary: 'Records could not be written.',
    runbook: 'pipelines.md#pipelinerecordsfailed',
  },
  {
    'fires when more than one in a hundred could not be written, until an hour after': async (s) => {
      const silver = declareSilver(s, await s.start());
      await s.wait(minutes(2));
      silver.records({ layer: 'silver', count: 98 });
      silver.records({ layer: 'silver', count: 900, status: 'skipped' });
      silver.records({ layer: 'silver', count: 2, status: 'failed' });
      await s.seen();
      s.fires({ layer: 'silver' });
      await s.wait(hours(1));
      s.resolves({ layer: 'silver' });
      await s.wait(minutes(2));
    },
    'stays quiet while one in a hundred could not be written': async (s) => {
      const silver = declareSilver(s, await s.start());
      await s.wait(minutes(2));
      silver.records({ layer: 'silver', count: 99 });
      silver.records({ layer: 'silver', count: 1, status: 'failed' });
      await s.wait(minutes(5));
    },
    'fires for one in a hundred and one more, which the next process could not write': async (s) => {
      const silver = declareSilver(s, await s.start());
      await s.wait(minutes(2));
      silver.records({ layer: 'silver', count: 99 });
      silver.records({ layer: 'silver', count: 1, status: 'failed' });
      await s.wait(minutes(5));
      s.die();
      await s.wait(minutes(2));
      const next = declareSilver(s, await s.start());
      await s.wait(minutes(1));
      next.records({ layer: 'silver', count: 1, status: 'failed' });
      await s.seen();
      s.fires({ layer: 'silver' });
      await s.wait(minutes(2));
    },
  },
);
