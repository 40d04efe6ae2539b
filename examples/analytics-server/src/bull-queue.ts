import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { bullmqDepth } from '@sightglass/worker';
import { type ConnectionOptions, type Job, Queue, Worker } from 'bullmq';
import { type EventQueue, type EventSource, QueueFull, type TakenEvents } from './event-queue.ts';
import type { ToolEvent } from './events.ts';

/*
 * The same queue in Redis, by BullMQ: it outlives every process of the example, and workers on other machines may take from it. BullMQ runs a function for each job; workers that write
 * in batches fetch their jobs themselves, as its manual shows.
 */

/** A worker that is gone gives its events back after so long. */
const LOCK_MS = 30_000;
/** How long nothing is asked for when nothing was there. */
const REST_MS = 100;

const connectionTo = (url: string): ConnectionOptions => ({ url, maxRetriesPerRequest: null });

export function openBullQueue(name: string, url: string, capacity: number): EventQueue {
  const queue = new Queue<ToolEvent>(name, { connection: connectionTo(url) });
  queue.on('error', () => {});
  return {
    async add(events) {
      // Several processes may look at once and add a little more than there is room for.
      const waiting = await queue.getWaitingCount();
      if (waiting + events.length > capacity) throw new QueueFull(capacity);
      await queue.addBulk(
        events.map((event) => ({
          name: event.tool,
          data: event,
          // The client's own id: what it sends again while it waits is one job.
          opts: { jobId: event.id, removeOnComplete: true },
        })),
      );
    },
    depth: bullmqDepth(queue),
    serve() {},
    close: () => queue.close(),
  };
}

export function openBullSource(name: string, url: string): EventSource {
  // Without a function it runs nothing by itself.
  const worker = new Worker<ToolEvent>(name, null, { connection: connectionTo(url), lockDuration: LOCK_MS });
  worker.on('error', () => {});
  const token = randomUUID();
  let isClosed = false;
  const fetch = async (most: number): Promise<Job<ToolEvent>[]> => {
    const jobs: Job<ToolEvent>[] = [];
    while (jobs.length < most && !isClosed) {
      const job = await worker.getNextJob(token, { block: false });
      if (!job) break;
      jobs.push(job);
    }
    return jobs;
  };
  return {
    async take(most) {
      while (!isClosed) {
        const jobs = await fetch(most).catch(() => []);
        if (jobs.length > 0) return taken(jobs, token);
        await sleep(REST_MS);
      }
      return undefined;
    },
    async close() {
      isClosed = true;
      await worker.close();
    },
  };
}

const taken = (jobs: readonly Job<ToolEvent>[], token: string): TakenEvents => ({
  events: jobs.map((job) => ({
    event: job.data,
    enqueuedAt: job.timestamp / 1000,
    attempt: job.attemptsStarted,
  })),
  async done() {
    await Promise.all(jobs.map((job) => job.moveToCompleted(undefined, token, false)));
  },
  async giveBack() {
    await Promise.all(jobs.map((job) => job.moveToWait(token)));
  },
});
