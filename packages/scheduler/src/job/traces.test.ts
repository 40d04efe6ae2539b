import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, expect, test } from 'vitest';
import { declareJob, instrumentJob } from './index.ts';
import { collectLogs, useStoppedTime } from './job.support.ts';

useStoppedTime('2026-01-01T00:00:00Z');

const EVERY_SIX_HOURS = { schedule: '0 */6 * * *', timezone: 'UTC' } as const;

test('each run writes one line with the names of its labels', async () => {
  const lines = collectLogs();
  const job = declareJob({ name: 'logged', ...EVERY_SIX_HOURS });
  const error = new Error('no');
  let id: string | undefined;
  await instrumentJob(job, (run) => {
    id = run.id;
  })();
  await instrumentJob(job, () => Promise.reject(error))({ trigger: 'manual' }).catch(() => {});
  const cancelled = { trigger: 'event', signal: AbortSignal.abort(new Error('stop')) } as const;
  await instrumentJob(job, () => {})(cancelled).catch(() => {});
  job.skippedLocked();
  const run_id = expect.stringMatching(/^[0-9a-f-]{36}$/);
  const common = { job_name: 'logged', duration_seconds: 0 };
  expect(lines).toEqual([
    {
      level: 'info',
      message: 'job: success',
      fields: { ...common, trigger: 'scheduled', status: 'success', run_id: id },
    },
    {
      level: 'error',
      message: 'job: failed',
      fields: {
        ...common,
        trigger: 'manual',
        status: 'failed',
        run_id,
        error_type: 'process_error',
        err: error,
      },
    },
    {
      level: 'info',
      message: 'job: cancelled',
      fields: { ...common, trigger: 'event', status: 'cancelled', run_id },
    },
    {
      level: 'info',
      message: 'job: skipped_lock',
      fields: { job_name: 'logged', trigger: 'scheduled', status: 'skipped_lock' },
    },
  ]);
});

test('each run is a span, active while it works, with the id that the line has', async () => {
  const spans = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }),
  );
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  const lines = collectLogs();
  const job = declareJob({ name: 'traced', ...EVERY_SIX_HOURS });
  let during: string | undefined;
  await instrumentJob(job, () => {
    during = trace.getActiveSpan()?.spanContext().spanId;
  })({ trigger: 'manual' });
  await instrumentJob(job, () => Promise.reject(new Error('no')))().catch(() => {});
  const [ok, failed] = spans.getFinishedSpans();
  expect(ok).toMatchObject({
    name: 'job.run',
    attributes: { job_name: 'traced', trigger: 'manual', run_id: lines[0]?.fields.run_id },
    status: { code: SpanStatusCode.UNSET },
  });
  expect(during).toBe(ok?.spanContext().spanId);
  expect(failed).toMatchObject({
    attributes: { trigger: 'scheduled', 'error.type': 'process_error' },
    status: { code: SpanStatusCode.ERROR },
  });
});

afterEach(() => {
  trace.disable();
  context.disable();
});
