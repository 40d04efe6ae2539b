import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readExposition, readMetric } from '@sightglass/core/testing';
import { waitUntil } from '@sightglass/test-tools';
import * as metrics from '@sightglass/worker/metrics';

/** What has been counted of a queue, without what is 0: `{ 'processed success': 2, retries: 1 }`. */
export function countsOf(queue: string): Record<string, number> {
  const found: Record<string, number> = {};
  const add = (name: string, value: number | undefined) => {
    if (value !== undefined && value !== 0) found[name] = value;
  };
  for (const outcome of ['success', 'failed', 'timed_out', 'stalled', 'discarded'] as const)
    add(outcome, readMetric(metrics.queueProcessed, { queue, outcome }));
  add('retries', readMetric(metrics.queueRetries, { queue }));
  add('dead', readMetric(metrics.queueDeadLetters, { queue }));
  add('redriven', readMetric(metrics.queueRedriven, { queue }));
  add('enqueued', readMetric(metrics.queueEnqueued, { queue }));
  return found;
}

/** Waits until the counts of a queue have at least these. */
export const untilCounts = (queue: string, wanted: Record<string, number>) =>
  waitUntil(() => Object.entries(wanted).every(([name, count]) => (countsOf(queue)[name] ?? 0) >= count), {
    what: `${JSON.stringify(wanted)} of ${queue}`,
  });

/** What one scrape says of how full a queue is. */
export async function depthOf(queue: string): Promise<Record<string, number | undefined>> {
  await readExposition();
  const state = (name: 'ready' | 'deferred' | 'active' | 'waiting_children' | 'dead') =>
    readMetric(metrics.queueItems, { queue, state: name });
  return {
    ready: state('ready'),
    deferred: state('deferred'),
    active: state('active'),
    waitingChildren: state('waiting_children'),
    dead: state('dead'),
    read: readMetric(metrics.queueItemsRead, { queue }),
    oldest: readMetric(metrics.queueOldestReady, { queue }),
  };
}

/** What else is known of a queue. */
export const stateOf = (queue: string) => ({
  inFlight: readMetric(metrics.queueInFlight, { queue }),
  workStarted: readMetric(metrics.queueWorkStarted, { queue }),
  consumers: readMetric(metrics.queueConsumers, { queue }),
  slots: readMetric(metrics.queueSlots, { queue }),
  lastProgress: readMetric(metrics.queueLastProgress, { queue }),
  wait: readMetric(metrics.queueWaitDuration, { queue }) ?? { count: 0, sum: 0, buckets: [] },
  took: readMetric(metrics.queueProcessingDuration, { queue, outcome: 'success' }) ?? {
    count: 0,
    sum: 0,
    buckets: [],
  },
});

/** Work that ends when the test says so, once; later work ends at once. */
export function held(): { readonly work: () => Promise<void>; end(): void } {
  let end!: () => void;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => promise, end };
}

export const fixture = (file: string) => fileURLToPath(new URL(`fixtures/${file}`, import.meta.url));

/** A worker in a process of its own that has begun to work, and was killed at it. What it is given: `fixtures/hangs.ts`. */
export async function killedAtWork(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [fixture('hangs.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}
