import { alertStories, storiesOf } from '../../story.ts';
import { declareSilver, OF_SILVER } from '../../world/pipeline.ts';
import { minutes, seconds } from '../../world/time.ts';

export const pipelineNameShared = alertStories(
  'PipelineNameShared',
  {
    severity: 'warning',
    summary: 'Two services have a pipeline of the same name.',
    runbook: 'pipelines.md#pipelinenameshared',
  },
  {
    'fires when two services have had one of the same name for half an hour, until one renames its own': [
      async (s) => {
        s.labelled({ job: 'billing' });
        declareSilver(s, await s.start());
        await s.until(s.began + seconds(30) + minutes(30));
        s.fires(OF_SILVER);
        await s.until(s.began + minutes(40) + seconds(30));
        s.resolves(OF_SILVER);
        await s.until(s.began + minutes(45));
      },
      async (s) => {
        s.labelled({ job: 'search' });
        declareSilver(s, await s.start());
        await s.until(s.began + minutes(40));
        declareSilver(s, await s.start(), { name: 'search-silver' });
        await s.until(s.began + minutes(45));
      },
    ],
    'stays quiet for the replicas of one service': [
      async (s) => {
        declareSilver(s, await s.start());
        await s.until(s.began + minutes(40));
      },
      async (s) => {
        declareSilver(s, await s.start());
        await s.until(s.began + minutes(40));
      },
    ],
  },
);

export const pipelineDisabled = alertStories(
  'PipelineDisabled',
  { severity: 'info', summary: 'A pipeline is disabled.', runbook: 'pipelines.md#pipelinedisabled' },
  {
    'fires five minutes after a person disabled it, though its process has died, until it is enabled': async (
      s,
    ) => {
      const silver = declareSilver(s, await s.start());
      await s.wait(minutes(1));
      silver.disable();
      await s.seen();
      await s.wait(minutes(5));
      s.fires(OF_SILVER);
      s.die();
      await s.wait(minutes(5));
      declareSilver(s, await s.start());
      await s.seen();
      s.resolves(OF_SILVER);
      await s.wait(minutes(1));
    },
    'stays quiet for one that is retired': async (s) => {
      declareSilver(s, await s.start()).retire();
      await s.wait(minutes(10));
    },
  },
);

/** What is recorded of pipelines and compared by no alert. */
export const pipelinesKnown = storiesOf(undefined, {
  'who answers for a pipeline is known when its process is gone, and whether it may wake anybody': async (
    s,
  ) => {
    const app = await s.start();
    declareSilver(s, app, { owner: 'team-data', pages: false });
    declareSilver(s, app, { name: 'gold' });
    await s.wait(minutes(2));
    s.die();
    await s.wait(minutes(5));
    s.reads(
      'pipeline_name_owner_pages:pipeline_ownership:info',
      [{ ...OF_SILVER, owner: 'team-data', pages: 'false' }, 1],
      [{ pipeline_name: 'gold' }, 1],
    );
    await s.wait(minutes(1));
  },
});
