import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { classifyError, PROCESS_ERROR, TIMEOUT } from '../base/index.ts';
import { measureRun } from './index.ts';

describe('the kind of a failure', () => {
  test.each([
    [AbortSignal.timeout(0).reason ?? new DOMException('late', 'TimeoutError'), TIMEOUT],
    [Object.assign(new Error('connect'), { code: 'ETIMEDOUT' }), TIMEOUT],
    [Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' }), TIMEOUT],
    [
      new Error('fetch failed', { cause: Object.assign(new Error(), { code: 'UND_ERR_HEADERS_TIMEOUT' }) }),
      TIMEOUT,
    ],
    [new Error('the message may say timeout and is not looked at'), PROCESS_ERROR],
    ['a string', PROCESS_ERROR],
    [undefined, PROCESS_ERROR],
  ])('of %s is %s', (error, kind) => {
    expect(classifyError(error)).toBe(kind);
  });

  test('a cause that leads back to itself ends', () => {
    const error = new Error('loop') as Error & { cause: unknown };
    error.cause = error;
    expect(classifyError(error)).toBe(PROCESS_ERROR);
  });
});

describe('a measured run', () => {
  const spans = new InMemorySpanExporter();
  beforeEach(() => {
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }),
    );
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  });
  afterEach(() => {
    trace.disable();
    context.disable();
    spans.reset();
  });

  test('says what the work gave back, under a span that is active until it is recorded', async () => {
    let during: string | undefined;
    let recording: string | undefined;
    const spanId = () => trace.getActiveSpan()?.spanContext().spanId;
    const result = await measureRun(
      { scope: 'test', name: 'work', attributes: { table: 'trades' } },
      async () => {
        during = spanId();
        return 42;
      },
      () => {
        recording = spanId();
      },
    );
    expect(result).toMatchObject({ ok: true, value: 42 });
    const [span] = spans.getFinishedSpans();
    expect(span).toMatchObject({
      name: 'work',
      attributes: { table: 'trades' },
      status: { code: SpanStatusCode.UNSET },
    });
    expect([during, recording]).toEqual([span?.spanContext().spanId, span?.spanContext().spanId]);
  });

  test('says what went wrong instead of throwing, on the span too', async () => {
    const result = await measureRun({ scope: 'test', name: 'work', classify: () => 'quota' }, () => {
      throw new Error('too much');
    });
    expect(result).toMatchObject({ ok: false, errorType: 'quota' });
    const [span] = spans.getFinishedSpans();
    expect(span).toMatchObject({
      attributes: { 'error.type': 'quota' },
      status: { code: SpanStatusCode.ERROR },
    });
    expect(span?.events.map((event) => event.attributes?.['exception.message'])).toEqual(['too much']);
  });

  test('a classifier that fails, or names nothing, does not hide the failure', async () => {
    const failing = () => {
      throw new Error('in the classifier');
    };
    for (const classify of [failing, () => '', () => 7 as never]) {
      expect(
        await measureRun({ scope: 't', name: 'w', classify }, () => Promise.reject(new Error('x'))),
      ).toMatchObject({
        ok: false,
        errorType: PROCESS_ERROR,
      });
    }
  });

  test('work that ignores its time limit is left behind; its signal is aborted', async () => {
    let signal: AbortSignal | undefined;
    const result = await measureRun({ scope: 't', name: 'w', timeoutSeconds: 0.01 }, (given) => {
      signal = given;
      return new Promise(() => {});
    });
    expect(result).toMatchObject({ ok: false, errorType: TIMEOUT });
    expect(signal?.aborted).toBe(true);
  });

  test('a signal from outside ends it', async () => {
    const outside = new AbortController();
    const run = measureRun({ scope: 't', name: 'w', signal: outside.signal }, () => new Promise(() => {}));
    outside.abort(new Error('shutting down'));
    expect(await run).toMatchObject({ ok: false, error: new Error('shutting down') });
  });
});
