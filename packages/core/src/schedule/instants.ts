import { readable } from '../base/index.ts';
import { processStore } from '../store/index.ts';
import type { Instant } from './timetable.ts';

/**
 * Reads both clocks. While they fail, time stands still at what they said last, and what they say is counted as dropped of the metric `name`.
 */
export function instants(name: string): () => Instant {
  let lastSeen: Instant = { wallMs: 0, monotonicMs: 0 };
  return () => {
    const store = processStore();
    const wallMs = readable(() => store.clock.wallMs());
    const monotonicMs = readable(() => store.clock.monotonicMs());
    if (isTime(wallMs) && isTime(monotonicMs)) lastSeen = { wallMs, monotonicMs };
    else store.refused(name);
    return lastSeen;
  };
}

/** Whether a `Date` can hold it. */
const isTime = (ms: unknown): ms is number => typeof ms === 'number' && Math.abs(ms) <= 8.64e15;
