import { randomUUID } from 'node:crypto';
import { logRun, measureRun, processStore, readable } from '@sightglass/core/authors';
import type { Pipeline } from './declare.ts';
import * as metrics from './metrics.ts';
import { type ProcessedRecords, recordRecords } from './records.ts';
import { declaredPipelines, showUnderWay } from './registry.ts';

/** An execution of a pipeline that is under way. */
export interface PipelineRun<L extends string> {
  /** A UUID, in the log line and on the span. */
  readonly id: string;
  /** Aborted when the time limit passes. */
  readonly signal: AbortSignal;
  /** Records that records were processed, where and when they are written. Never throws. */
  records(records: ProcessedRecords & { readonly layer: L }): void;
}

/**
 * Executes a declared pipeline once: times and traces it, records and logs how it ended, with what it processed in the line. Resolves to what the work gave back; rejects with what it threw.
 * @example
 * await pipelineRun(silver, async (run) => {
 *   for await (const batch of batches) run.records({ layer: 'silver', count: await write(batch) });
 * });
 */
export async function pipelineRun<L extends string, R>(
  pipeline: Pipeline<L>,
  work: (run: PipelineRun<L>) => R | Promise<R>,
): Promise<R> {
  const pipeline_name = readable(() => pipeline.name) ?? '';
  const declared = declaredPipelines().get(pipeline_name);
  const options = declared?.options;
  const run_id = randomUUID();
  const execution = { since: (readable(() => processStore().clock.wallMs()) ?? 0) / 1_000 };
  declared?.underWay.add(execution);
  showUnderWay(pipeline_name);
  let processed = 0;
  const result = await measureRun(
    {
      scope: '@sightglass/pipeline',
      name: 'pipeline.run',
      attributes: { pipeline_name, run_id },
      timeoutSeconds: options?.timeoutSeconds,
      classify: options?.classify,
    },
    (signal) =>
      work(
        Object.freeze({
          id: run_id,
          signal,
          records: (records: ProcessedRecords) => {
            const count = readable(() => records.count);
            if (typeof count === 'number' && Number.isFinite(count)) processed += count;
            recordRecords(records);
          },
        }),
      ),
    (result) => {
      const status = result.ok ? 'success' : 'failed';
      declared?.underWay.delete(execution);
      showUnderWay(pipeline_name);
      record(pipeline_name, status, result.durationSeconds);
      const fields = { pipeline_name, status, run_id, duration_seconds: result.durationSeconds };
      if (result.ok) {
        logRun('pipeline', { ...fields, records: processed });
        return;
      }
      if (declaredPipelines().has(pipeline_name))
        metrics.pipelineErrors.add(1, { pipeline_name, error_type: result.errorType });
      logRun('pipeline', { ...fields, records: processed, error_type: result.errorType }, result.error);
    },
  );
  if (!result.ok) throw result.error;
  return result.value;
}

function record(pipeline_name: string, status: 'success' | 'failed', durationSeconds: number): void {
  if (!declaredPipelines().has(pipeline_name)) {
    processStore().refused(metrics.pipelineExecutionDuration.descriptor.name);
    return;
  }
  const labels = { pipeline_name };
  metrics.pipelineExecutionDuration.record(durationSeconds, { pipeline_name, status });
  metrics.pipelineLastRun.setToNow(labels);
  metrics.pipelineLastDuration.set(durationSeconds, labels);
  if (status === 'success') {
    metrics.pipelineLastSuccess.setToNow(labels);
    metrics.pipelineConsecutiveFailures.set(0, labels);
  } else metrics.pipelineConsecutiveFailures.add(1, labels);
}
