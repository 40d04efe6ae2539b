import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Serving, serveReal } from './served.support.ts';

/* Threads of the process that serves, and of those that hand over. No interval ends in time to help: what counts is there at once, or at the end. */

let here: Serving;
beforeEach(async () => {
  here = await serveReal(60);
});
afterEach(() => here.close());

test('a thread that is terminated leaves all that it has measured, though nobody has asked it for anything', async () => {
  const thread = await here.thread();
  await thread.obey({ done: 5, seconds: 0.5, depth: 3 });
  await thread.worker.terminate();
  expect(await here.read('work_done_total', 'a')).toBe(5);
  expect(await here.read('work_seconds')).toBe(1);
  expect(await here.read('work_under_way')).toBeUndefined();
  expect(await here.read('sightglass_processes_ended_total', 'left')).toBe(1);
  expect(await here.read('sightglass_processes_ended_total', 'lost')).toBe(0);
});

test('what a thread counts is served at the next scrape, and what it reads at scrapes too', async () => {
  const thread = await here.thread();
  await thread.obey({ done: 5, read: 7 });
  expect(await here.read('work_done_total', 'a')).toBe(5);
  expect(await here.read('work_under_way')).toBe(7);
  expect(await here.read('sightglass_processes')).toBe(2);
  await thread.obey({ done: 2, exit: true });
  await expect.poll(() => here.read('sightglass_processes')).toBe(1);
  expect(await here.read('work_done_total', 'a')).toBe(7);
});

test('a thread that is held is read all the same, and is missing until it goes on', async () => {
  const thread = await here.thread();
  await thread.obey({ done: 5 });
  expect(await here.read('work_done_total', 'a')).toBe(5);
  const obeyed = thread.obey({ done: 2, heldMs: 8_000 });
  await expect.poll(() => here.read('work_done_total', 'a')).toBe(7);
  await expect.poll(() => here.read('sightglass_processes_missing'), { interval: 500 }).toBe(1);
  expect(await here.read('sightglass_processes')).toBe(2);
  await obeyed;
  await expect.poll(() => here.read('sightglass_processes_missing'), { interval: 500 }).toBe(0);
});

test.each<[string, 'process' | 'thread', boolean]>([
  ['a child process', 'process', true],
  ['a thread that measures itself', 'thread', true],
])('of what a thread of %s has measured nothing is lost when it ends', async (_, as, knows) => {
  await here.parent(as, knows, { done: 5, exit: true }, true);
  await expect.poll(() => here.read('work_done_total', 'a')).toBe(5);
  expect(await here.read('sightglass_processes_ended_total', 'lost')).toBe(0);
});

test('of what a thread of a child process has measured nothing is lost when it is terminated', async () => {
  await here.parent('process', true, { done: 5 });
  await expect.poll(() => here.read('work_done_total', 'a')).toBe(5);
  expect(await here.read('sightglass_processes_ended_total', 'lost')).toBe(0);
});

test('a thread whose parent knows nothing of us hands over by itself', async () => {
  await here.parent('thread', false, { done: 5, exit: true }, true);
  await expect.poll(() => here.read('work_done_total', 'a')).toBe(5);
});
