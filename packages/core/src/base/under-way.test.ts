import { expect, test, vi } from 'vitest';
import { UnderWay } from './under-way.ts';

const LIMIT_MS = 30;

test('B2: what never ends keeps nothing of those who waited for it', async () => {
  let reactions = 0;
  const never = Object.assign(new Promise<number>(() => {}), {
    // biome-ignore lint/suspicious/noThenProperty: it counts who listens
    then(...given: Parameters<Promise<number>['then']>) {
      reactions++;
      return Promise.prototype.then.apply(never, given);
    },
  });
  const work = new UnderWay<number>(never);
  for (let i = 0; i < 5; i++)
    await expect(work.within(LIMIT_MS)).rejects.toMatchObject({ name: 'TimeoutError' });
  expect([reactions, work.isOver]).toEqual([1, false]);
});

test('all who wait get its value, or its error, and so do those who ask later', async () => {
  let end: (value: number) => void = () => {};
  const work = new UnderWay(new Promise<number>((resolve) => (end = resolve)));
  const waiting = [work.within(60_000), work.within(60_000)];
  await expect(work.within(LIMIT_MS)).rejects.toThrow('no answer within 0.03 s');
  end(7);
  expect(await Promise.all(waiting)).toEqual([7, 7]);
  expect([await work.within(LIMIT_MS), work.isOver]).toEqual([7, true]);
  const failed = new UnderWay(Promise.reject(new Error('broken')));
  await expect(failed.within(LIMIT_MS)).rejects.toThrow('broken');
  await expect(failed.within(LIMIT_MS)).rejects.toThrow('broken');
});

test('no timer is left, and a failure that nobody waited for is nobody’s', async () => {
  const cleared = vi.spyOn(globalThis, 'clearInterval');
  const started = vi.spyOn(globalThis, 'setInterval');
  await new UnderWay(Promise.resolve(1)).within(60_000);
  expect(cleared).toHaveBeenCalledTimes(started.mock.calls.length);
  vi.restoreAllMocks();
  new UnderWay(Promise.reject(new Error('unheard')));
  await new Promise((resolve) => setImmediate(resolve));
});
