import type { Pipeline, PipelineOptions } from '@sightglass/pipeline';
import type { Process } from './process.ts';
import type { Stage } from './stage.ts';
import { minutes, seconds } from './time.ts';

/** The pipeline of most stories; everything that it promises is in whole minutes. */
export const SILVER = {
  name: 'silver',
  layers: ['silver'],
  durationObjectiveSeconds: minutes(2),
  freshnessObjectiveSeconds: minutes(30),
} as const satisfies PipelineOptions<'silver'>;

/** Its label. */
export const OF_SILVER = { pipeline_name: 'silver' };
/** The labels of an alert that names the service which had it. */
export const SILVER_OF = { ...OF_SILVER, job: 'iceberg-scheduler' };

/** A declared pipeline, and what executes it. */
export interface PlayedPipeline
  extends Pick<Pipeline<'silver'>, 'enable' | 'disable' | 'retire' | 'records'> {
  /** Executes it now, and waits for its end unless it never ends. Default: 30 s, and well. */
  run(what?: { readonly takes?: number; readonly ends?: 'well' | 'badly' | 'never' }): Promise<void>;
}

/** Declares the pipeline in this process, as a host does. */
export function declareSilver(
  stage: Stage,
  { pipeline }: Process,
  options: Partial<PipelineOptions<'silver'>> = {},
): PlayedPipeline {
  const silver = pipeline.declarePipeline<'silver'>({ ...SILVER, ...options });
  return {
    enable: silver.enable,
    disable: silver.disable,
    retire: silver.retire,
    records: silver.records,
    async run({ takes = seconds(30), ends = 'well' } = {}) {
      stage.note(`an execution of ${silver.name}, ${takes} s, ends ${ends}`);
      const ended = pipeline.pipelineRun(silver, async () => {
        if (ends === 'never') await new Promise(() => {});
        await stage.wait(takes);
        if (ends === 'badly') throw new Error('the table is locked');
      });
      if (ends !== 'never') await ended.catch(() => {});
    },
  };
}
