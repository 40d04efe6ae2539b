import type { AlertStories, Story } from '../../story.ts';
import { pipelineDisabled, pipelineNameShared, pipelinesKnown } from './declared.ts';
import { pipelineFailed, pipelineRecordsFailed } from './failing.ts';
import { pipelineSlow, pipelineStuck } from './slow.ts';
import { pipelineGone, pipelineNoConsumer, pipelineStale } from './stopped.ts';

/** The stories of the alerts on pipelines. */
export const pipelineStories: readonly AlertStories[] = [
  pipelineGone,
  pipelineNoConsumer,
  pipelineStuck,
  pipelineFailed,
  pipelineStale,
  pipelineSlow,
  pipelineRecordsFailed,
  pipelineNameShared,
  pipelineDisabled,
];

/** The stories of what is recorded of pipelines. */
export const pipelineRecordingStories: readonly Story[] = [...pipelinesKnown];
