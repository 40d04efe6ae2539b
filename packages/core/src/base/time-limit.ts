import { unheld } from './lasting-timers.ts';
import { quietly } from './quietly.ts';

/** The longest time that a timer of Node can wait: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Waits for `work` at most `limitSeconds`. When they have passed, the signal that `work` was given is aborted and the promise rejects with the
 * signal's reason, a `TimeoutError`; so it does when `parent` is aborted, with that one's reason. Work that ignores its signal goes on, but nobody
 * waits for it; work that was called off before it began is not begun.
 * Without a limit, or with one that is no number above 0, only `parent` ends the wait. The timer never keeps the process alive, and is gone when the
 * work has ended.
 */
export async function withinSeconds<T>(
  limitSeconds: number | undefined,
  work: (signal: AbortSignal) => T | Promise<T>,
  parent?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const unfollow = follow(parent, controller);
  if (signal.aborted) throw signal.reason;
  const timer = timerOf(limitSeconds, controller);
  try {
    if (timer === undefined && unfollow === undefined) return await work(signal);
    return await new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      Promise.resolve(work(signal)).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    unfollow?.();
  }
}

/**
 * Aborts with a signal of the host's, until the function that it returns is called. The signal may be of another make or realm (a polyfill, a simulated browser); one that can't be
 * read or listened to calls nothing off, and is no reason not to do the work. Undefined where there is nothing to follow.
 */
function follow(parent: AbortSignal | undefined, controller: AbortController): (() => void) | undefined {
  const abort = () => controller.abort(quietly(() => parent?.reason));
  return quietly(() => {
    if (parent === undefined || typeof parent.addEventListener !== 'function') return undefined;
    if (parent.aborted) abort();
    else parent.addEventListener('abort', abort);
    return () => void quietly(() => parent.removeEventListener('abort', abort));
  });
}

function timerOf(seconds: number | undefined, controller: AbortController): NodeJS.Timeout | undefined {
  if (typeof seconds !== 'number' || !(seconds > 0)) return undefined;
  const limitMs = Math.min(Math.max(1, Math.round(seconds * 1000)), LONGEST_MS);
  const late = () => controller.abort(new DOMException(`no answer within ${seconds} s`, 'TimeoutError'));
  return unheld(setTimeout(late, limitMs));
}
