import { type Span, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { processStore, systemClock } from '../store/index.ts';
import { measureRun, type RunOptions } from './index.ts';

const OPTIONS = { scope: 'test', name: 'work' } as const;
const thrown = () => {
  throw new Error('of the host');
};

/** Whatever else a span is asked. */
const span = (own: object): Span =>
  new Proxy(own, { get: (target, key) => Reflect.get(target, key) ?? (() => undefined) }) as unknown as Span;

/** A tracer whose `startActiveSpan` is given. */
function provide(startActiveSpan: (...args: never[]) => unknown): void {
  const tracer = { startActiveSpan, startSpan: thrown } as unknown as Tracer;
  trace.setGlobalTracerProvider({ getTracer: () => tracer } as TracerProvider);
}
type Work = (span: Span) => unknown;
const withSpan = (own: object) => provide((_name: string, _options: object, work: Work) => work(span(own)));

const tracers: { readonly [name: string]: () => void } = {
  'none can be had': () => trace.setGlobalTracerProvider({ getTracer: thrown }),
  'startActiveSpan throws': () => provide(thrown),
  'startActiveSpan throws when the work has begun': () =>
    provide((_name: string, _options: object, work: Work) => {
      work(span({}));
      throw new Error('afterwards');
    }),
  'startActiveSpan rejects': () => provide(async () => thrown()),
  'startActiveSpan does nothing': () => provide(() => undefined),
  'startActiveSpan begins twice': () =>
    provide((_name: string, _options: object, work: Work) => [work(span({})), work(span({}))]),
  'startActiveSpan begins later': () =>
    provide((_name: string, _options: object, work: Work) => setTimeout(() => work(span({})), 1)),
  'startActiveSpan gives no span': () =>
    provide((_name: string, _options: object, work: Work) => work(undefined as never)),
  'every method of a span throws': () =>
    withSpan({ setAttribute: thrown, recordException: thrown, setStatus: thrown, end: thrown }),
  'every method of a span rejects': () => {
    const rejects = async () => thrown();
    withSpan({ setAttribute: rejects, recordException: rejects, setStatus: rejects, end: rejects });
  },
  'a span has no methods': () =>
    provide((_name: string, _options: object, work: Work) => work(Object.freeze({}) as Span)),
};

afterEach(() => {
  trace.disable();
  processStore().setClock(systemClock);
});

describe('B1: the work runs once, and its result and error pass unchanged, when of the host’s tracer', () => {
  test.each(Object.entries(tracers))('%s', async (_, hostile) => {
    hostile();
    let calls = 0;
    const recorded: unknown[] = [];
    const given = { some: 'value' };
    const well = await measureRun(
      OPTIONS,
      async () => {
        calls++;
        return given;
      },
      (result) => recorded.push(result),
    );
    expect(well.ok && well.value).toBe(given);
    const error = new TypeError('of the work');
    const badly = await measureRun(
      OPTIONS,
      () => {
        calls++;
        throw error;
      },
      (result) => recorded.push(result),
    );
    expect(badly.ok || badly.error).toBe(error);
    // What the tracer begins late changes nothing.
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(calls).toBe(2);
    expect(recorded).toEqual([well, badly]);
  });
});

test('B19: options that can not be read are left out, the others hold, and the work runs', async () => {
  const names = ['scope', 'name', 'attributes', 'timeoutSeconds', 'signal', 'classify', 'isFailure'] as const;
  for (const broken of names) {
    const options = {
      ...OPTIONS,
      attributes: {},
      signal: new AbortController().signal,
      classify: () => 'quota',
    };
    Object.defineProperty(options, broken, { get: thrown });
    const result = await measureRun(options, () => Promise.reject(new Error('x')));
    expect(result).toMatchObject({ errorType: broken === 'classify' ? 'process_error' : 'quota' });
  }
  for (const none of [null, undefined, 7, 'options'] as never[])
    expect(await measureRun(none, () => 'ran')).toMatchObject({ ok: true, value: 'ran' });
});

test('B19: a time limit that is a bigint, or no number at all, is none', async () => {
  for (const timeoutSeconds of [1n, '1', {}, Symbol('soon')] as never[]) {
    const options: RunOptions = { ...OPTIONS, timeoutSeconds };
    expect(await measureRun(options, () => 'ran')).toMatchObject({ ok: true, value: 'ran' });
  }
});

test('B24: a clock that throws costs the duration', async () => {
  processStore().setClock({ wallMs: () => 0, monotonicMs: () => 0 });
  const broken = { wallMs: thrown, monotonicMs: thrown };
  try {
    processStore().setClock(broken);
  } catch {
    // The store itself may refuse it; the work must run all the same.
  }
  expect(await measureRun(OPTIONS, () => 'ran')).toMatchObject({ ok: true, value: 'ran' });
  expect(await measureRun(OPTIONS, () => Promise.reject(new Error('x')))).toMatchObject({ ok: false });
});

test('B10: a run needs nothing that the first releases of Node 20 lack', async () => {
  const { any } = AbortSignal;
  onTestFinished(() => void Object.assign(AbortSignal, { any }));
  Object.assign(AbortSignal, { any: undefined });
  const outside = new AbortController();
  const bounds = { ...OPTIONS, timeoutSeconds: 60, signal: outside.signal };
  expect(await measureRun(bounds, () => 'ran')).toMatchObject({ ok: true, value: 'ran' });
  const hanging = measureRun(bounds, () => new Promise(() => {}));
  outside.abort(new Error('enough'));
  expect(await hanging).toMatchObject({ ok: false, error: new Error('enough') });
});

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable(new AbortController().signal, {});
  revoke();
  return proxy;
};
const signalWith = (name: string, property: PropertyDescriptor) =>
  Object.defineProperty(new AbortController().signal, name, property);

describe('B19: a signal that can not be followed calls nothing off, and the work runs', () => {
  test.each<[string, () => unknown]>([
    ['is none by birth', () => Object.create(AbortSignal.prototype)],
    ['is revoked', revoked],
    ['is frozen', () => Object.freeze(new AbortController().signal)],
    ['can not be asked', () => signalWith('aborted', { get: thrown })],
    ['can not be listened to', () => signalWith('addEventListener', { value: thrown })],
    ['can not be let go of', () => signalWith('removeEventListener', { value: thrown })],
    ['has no listeners', () => ({ aborted: true })],
  ])('when it %s', async (_, make) => {
    const bounds = { ...OPTIONS, signal: make() as AbortSignal };
    expect(await measureRun(bounds, () => 'ran')).toMatchObject({ ok: true, value: 'ran' });
  });
});

test('B19: a signal of another make ends a run, as one of Node does', async () => {
  const listeners = new Set<() => void>();
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
  };
  const hanging = measureRun({ ...OPTIONS, signal: signal as never }, () => new Promise(() => {}));
  Object.assign(signal, { aborted: true, reason: new Error('enough') });
  for (const listener of listeners) listener();
  expect(await hanging).toMatchObject({ ok: false, error: new Error('enough') });
  expect(listeners.size).toBe(0);
});
