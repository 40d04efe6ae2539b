import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { everyInterval } from './schedule.ts';

/** Runs the schedule with work of the given lengths and returns when each run began, in intervals since the first. */
async function startsOf(intervalMs: number, workMs: readonly number[]): Promise<number[]> {
  const starts: number[] = [];
  const stop = new AbortController();
  await everyInterval(intervalMs / 1000, stop.signal, async () => {
    starts.push(performance.now());
    if (starts.length === workMs.length) stop.abort();
    await sleep(workMs[starts.length - 1]);
  });
  return starts.map((start) => (start - starts[0]!) / intervalMs);
}

it('keeps to the interval, whatever the work takes', async () => {
  const starts = await startsOf(1_000, [600, 600, 600, 0]);
  for (const [turn, start] of starts.entries()) {
    expect(start).toBeGreaterThan(turn - 0.1);
    expect(start).toBeLessThan(turn + 0.9);
  }
});

it('leaves out the starts that a long run missed, rather than overlap or catch up', async () => {
  const [, second, third] = await startsOf(1_000, [2_300, 0, 0]);
  expect(second).toBeGreaterThan(2.9);
  expect(third! - second!).toBeGreaterThan(0.2);
});

it('ends once it is told to and the run under way is over', async () => {
  const stop = new AbortController();
  let ended = false;
  const schedule = everyInterval(3_600, stop.signal, async () => {
    stop.abort();
    await sleep(20);
    ended = true;
  });
  await schedule;
  expect(ended).toBe(true);
});

it('passes on what the work throws', async () => {
  const work = async () => {
    throw new Error('broken');
  };
  await expect(everyInterval(1, new AbortController().signal, work)).rejects.toThrow('broken');
});
