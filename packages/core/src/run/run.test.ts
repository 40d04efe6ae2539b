import { context, type Span, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { classifyError, measureRun, PROCESS_ERROR, TIMEOUT } from './index.ts';

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
  const ended: string[] = [];
  let statuses: unknown[] = [];

  beforeEach(() => {
    ended.length = 0;
    statuses = [];
    const span = (name: string) =>
      ({
        setAttribute: (key: string, value: unknown) => statuses.push([key, value]),
        recordException: (error: unknown) => statuses.push(['exception', String(error)]),
        setStatus: (status: unknown) => statuses.push(status),
        end: () => ended.push(name),
      }) as unknown as Span;
    trace.setGlobalTracerProvider({
      getTracer: () =>
        ({
          startActiveSpan: (name: string, _: unknown, work: (span: Span) => unknown) =>
            context.with(trace.setSpan(context.active(), span(name)), () => work(span(name))),
        }) as never,
    });
  });
  afterEach(() => trace.disable());

  test('says what the work gave back, and ends its span after the recording', async () => {
    const result = await measureRun(
      { scope: 'test', name: 'work' },
      () => 42,
      () => expect(ended).toEqual([]),
    );
    expect(result).toMatchObject({ ok: true, value: 42 });
    expect(ended).toEqual(['work']);
  });

  test('says what went wrong instead of throwing, on the span too', async () => {
    const result = await measureRun({ scope: 'test', name: 'work', classify: () => 'quota' }, () => {
      throw new Error('too much');
    });
    expect(result).toMatchObject({ ok: false, errorType: 'quota' });
    expect(statuses).toEqual([['error.type', 'quota'], ['exception', 'Error: too much'], { code: 2 }]);
    expect(ended).toEqual(['work']);
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
