import { getActiveResourcesInfo } from 'node:process';
import { afterEach, expect, test, vi } from 'vitest';
import { withinSeconds } from './time-limit.ts';

const forever = () => new Promise<never>(() => {});
/** No test waits for it. */
const LONG_SECONDS = 3_600;

test('gives back what the work gives, and throws what it throws', async () => {
  expect(await withinSeconds(LONG_SECONDS, () => 1)).toBe(1);
  expect(await withinSeconds(LONG_SECONDS, async () => 2)).toBe(2);
  await expect(
    withinSeconds(LONG_SECONDS, () => {
      throw new TypeError('at once');
    }),
  ).rejects.toThrow('at once');
  await expect(withinSeconds(undefined, () => Promise.reject(new Error('later')))).rejects.toThrow('later');
});

test('rejects with a TimeoutError that names the limit, and aborts the signal with it', async () => {
  let signal: AbortSignal | undefined;
  const late = withinSeconds(0.01, (given) => {
    signal = given;
    return forever();
  });
  await expect(late).rejects.toMatchObject({ name: 'TimeoutError', message: 'no answer within 0.01 s' });
  expect(signal?.reason).toBe(await late.catch((error: unknown) => error));
});

test.each([undefined, 0, -1, Number.NaN, '1' as never])('a limit of %s is none', async (limit) => {
  const outside = new AbortController();
  const waiting = withinSeconds(limit, forever, outside.signal);
  outside.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

test('is ended from outside with the reason of outside, before the work begins too', async () => {
  const outside = new AbortController();
  let signal: AbortSignal | undefined;
  const waiting = withinSeconds(
    LONG_SECONDS,
    (given) => {
      signal = given;
      return forever();
    },
    outside.signal,
  );
  const reason = new Error('shutting down');
  outside.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  expect(signal?.reason).toBe(reason);
  let begun = false;
  const begin = () => {
    begun = true;
  };
  const refused = withinSeconds(LONG_SECONDS, begin, outside.signal);
  await expect(refused).rejects.toBe(reason);
  expect(begun).toBe(false);
});

test('keeps no process alive, and leaves no timer and no listener behind', async () => {
  const timers = () => getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const outside = new AbortController();
  const pending = withinSeconds(LONG_SECONDS, forever, outside.signal);
  expect(timers()).toBe(before); // An unreferenced timer is none that is waited for.
  outside.abort();
  await pending.catch(() => {});
  const parent = new AbortController();
  let listeners = 0;
  const { signal } = parent;
  signal.addEventListener = new Proxy(signal.addEventListener, {
    apply: (target, self, args) => {
      listeners++;
      return Reflect.apply(target, self, args);
    },
  });
  signal.removeEventListener = new Proxy(signal.removeEventListener, {
    apply: (target, self, args) => {
      listeners--;
      return Reflect.apply(target, self, args);
    },
  });
  let given: AbortSignal | undefined;
  await withinSeconds(
    0.01,
    (inner) => {
      given = inner;
    },
    signal,
  );
  expect(listeners).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(given?.aborted).toBe(false);
});

afterEach(() => void vi.unstubAllGlobals());

test('works by the timers of a simulated browser, which are numbers', async () => {
  const { setTimeout: later } = globalThis;
  vi.stubGlobal('setTimeout', (work: () => void, ms: number) => Number(later(work, ms)));
  expect(await withinSeconds(LONG_SECONDS, () => 'done')).toBe('done');
  await expect(withinSeconds(0.01, forever)).rejects.toMatchObject({ name: 'TimeoutError' });
});
