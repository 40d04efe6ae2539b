import { readFile } from 'node:fs/promises';
import { expect, describe as group, test, vi } from 'vitest';
import { describe } from '../catalog/index.ts';
import { snapshot } from './snapshot.ts';
import { Store } from './store.ts';

const TIMEOUT_MS = 20;
const lag = describe('gauge', 'lag_timestamp_seconds', { help: 'Lag.', labels: ['table'] });

function setUp() {
  const store = new Store();
  const valuesOf = (name: string) =>
    Object.fromEntries(
      (snapshot(store).find(({ descriptor }) => descriptor.name === name)?.series ?? []).map((one) => [
        one.values.join(),
        'value' in one ? one.value : undefined,
      ]),
    );
  return {
    store,
    gauge: store.gauge(lag),
    values: () => valuesOf('lag_timestamp_seconds'),
    success: () => valuesOf('sightglass_collector_success').lag_timestamp_seconds,
    durations: () => valuesOf('sightglass_collector_duration_seconds'),
  };
}

group('a reader', () => {
  test('is read at each collection, at once or later; undefined takes the series out', async () => {
    const { store, gauge, values, success } = setUp();
    let next: number | undefined = 1;
    gauge.observe(() => next, { table: 'a' });
    gauge.observe(async () => next && next * 10, { table: 'b' });
    await store.collect();
    expect(values()).toEqual({ a: 1, b: 10 });
    next = undefined;
    await store.collect();
    expect(values()).toEqual({});
    expect(success()).toBe(1);
  });

  test.each<[string, () => number | Promise<number>]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['rejects with nothing', () => Promise.reject(undefined)],
    ['hangs', () => new Promise(() => {})],
    ['gives NaN', () => Number.NaN],
    ['gives text', () => '7' as never],
  ])('that %s costs its own series and says so', async (_, read) => {
    const { store, gauge, values, success } = setUp();
    let fail = false;
    gauge.observe(() => 1, { table: 'fine' });
    gauge.observe(() => (fail ? read() : 2), { table: 'broken' });
    gauge.observe(() => (fail ? read() : 3), { table: 'kept' }, { onError: 'keep' });
    await store.collect(TIMEOUT_MS);
    expect([values(), success()]).toEqual([{ fine: 1, broken: 2, kept: 3 }, 1]);
    fail = true;
    const reports = await store.collect(TIMEOUT_MS);
    expect([values(), success()]).toEqual([{ fine: 1, kept: 3 }, 0]);
    expect(reports.map(({ error }) => error === undefined)).toEqual([true, false, false]);
    fail = false;
    await vi.waitFor(async () => {
      // A hanging reading is never started twice, so only the others recover.
      await store.collect(TIMEOUT_MS);
      expect(success()).toBe(_ === 'hangs' ? 0 : 1);
    });
  });

  test('that answers late is kept for the next collection and not started twice', async () => {
    const { store, gauge, values, success } = setUp();
    let answer: (value: number) => void = () => {};
    const read = vi.fn(
      () =>
        new Promise<number>((resolve) => {
          answer = resolve;
        }),
    );
    gauge.observe(read, { table: 'slow' });
    await store.collect(TIMEOUT_MS);
    await store.collect(TIMEOUT_MS);
    expect([read.mock.calls.length, values(), success()]).toEqual([1, {}, 0]);
    answer(7);
    await new Promise((resolve) => setImmediate(resolve));
    expect(values()).toEqual({ slow: 7 });
    const next = store.collect(TIMEOUT_MS);
    answer(8);
    await next;
    expect([read.mock.calls.length, values(), success()]).toEqual([2, { slow: 8 }, 1]);
  });

  test('that has ended is not read, and leaves neither its series nor a report of failure', async () => {
    const { store, gauge, values, success, durations } = setUp();
    const read = vi.fn(() => Promise.reject(new Error('broken')));
    const stop = gauge.observe(read, { table: 'a' }, { onError: 'keep' });
    await store.collect(TIMEOUT_MS);
    expect(success()).toBe(0);
    stop();
    await store.collect(TIMEOUT_MS);
    expect([read.mock.calls.length, values(), success(), durations()]).toEqual([1, {}, undefined, {}]);
  });
});

group('a series that is read', () => {
  test('has one reader: the later one', async () => {
    const { store, gauge, values } = setUp();
    const former = vi.fn(() => 1);
    const stopFormer = gauge.observe(former, { table: 'a' });
    gauge.observe(() => 2, { table: 'a' });
    await store.collect();
    stopFormer();
    await store.collect();
    expect([former.mock.calls.length, values(), store.collectors.size]).toEqual([0, { a: 2 }, 1]);
  });

  test('is not brought back by its reader once it is retired', async () => {
    const { store, gauge, values } = setUp();
    gauge.observe(() => 1, { table: 'a' });
    await store.collect();
    gauge.remove({ table: 'a' });
    await store.collect();
    expect([values(), store.collectors.size]).toEqual([{}, 0]);
  });

  test('is not read when it does not fit into the metric any more', async () => {
    const { store, gauge } = setUp();
    const read = vi.fn(() => 1);
    gauge.observe(read, { table: 'x'.repeat(300) });
    await store.collect();
    expect([read.mock.calls.length, store.collectors.size]).toEqual([0, 0]);
  });

  test('keeps the collection going when what its reader throws can not be read', async () => {
    const { store, gauge, success } = setUp();
    const unreadable = Object.create(null) as object;
    gauge.observe(() => Promise.reject(unreadable), { table: 'a' });
    const [report] = await store.collect();
    expect([report?.error?.message, success()]).toEqual(['something that can not be read was thrown', 0]);
  });
});

test('collections that overlap share one turn', async () => {
  const { store, gauge } = setUp();
  const read = vi.fn(async () => 1);
  gauge.observe(read, { table: 'a' });
  const [one, two] = await Promise.all([store.collect(), store.collect()]);
  expect(read).toHaveBeenCalledTimes(1);
  expect(one).toEqual(two);
});

test('wrong labels observe nothing', async () => {
  const { store, gauge } = setUp();
  const read = vi.fn(() => 1);
  gauge.observe(read, {} as never)();
  await store.collect();
  expect(read).not.toHaveBeenCalled();
});

/** Computes for so long, as a reader does that should have gone to a worker. */
function hold(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

group('B14: a reading that comes after its time limit', () => {
  function slow() {
    const { store, gauge, values, success } = setUp();
    const answers: ((value: number) => void)[] = [];
    const read = vi.fn(() => new Promise<number>((resolve) => void answers.push(resolve)));
    gauge.observe(read, { table: 'slow' });
    const scrape = async () => {
      await store.collect(TIMEOUT_MS);
      return [values(), success()];
    };
    const answer = async (value: number) => {
      answers.at(-1)!(value);
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { scrape, answer, read };
  }

  test('is in the next scrape, though that asks anew and is late again', async () => {
    const { scrape, answer, read } = slow();
    expect(await scrape()).toEqual([{}, 0]);
    await answer(1);
    expect(await scrape()).toEqual([{ slow: 1 }, 0]);
    await answer(2);
    expect(await scrape()).toEqual([{ slow: 2 }, 0]);
    expect(read).toHaveBeenCalledTimes(3);
  });

  test('is in one scrape and no more, so that no old value passes for a new one', async () => {
    const { scrape, answer, read } = slow();
    await scrape();
    await answer(1);
    expect(await scrape()).toEqual([{ slow: 1 }, 0]);
    expect(await scrape()).toEqual([{}, 0]);
    await answer(2);
    expect(await scrape()).toEqual([{ slow: 2 }, 0]);
    expect(read).toHaveBeenCalledTimes(3);
  });

  test('is not in a scrape whose own reading failed', async () => {
    const { store, gauge, values } = setUp();
    let answer: (value: number) => void = () => {};
    let next = () =>
      new Promise<number>((resolve) => {
        answer = resolve;
      });
    gauge.observe(() => next(), { table: 'a' });
    await store.collect(TIMEOUT_MS);
    answer(1);
    await new Promise((resolve) => setImmediate(resolve));
    next = () => Promise.reject(new Error('no database'));
    await store.collect(TIMEOUT_MS);
    expect(values()).toEqual({});
  });
});

test('a reading that comes when another reader has the series is nobody’s', async () => {
  const { store, gauge, values } = setUp();
  let answer: (value: number) => void = () => {};
  const slow = () =>
    new Promise<number>((resolve) => {
      answer = resolve;
    });
  gauge.observe(slow, { table: 'a' });
  await store.collect(TIMEOUT_MS);
  gauge.observe(() => 2, { table: 'a' });
  await store.collect(TIMEOUT_MS);
  answer(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(values()).toEqual({ a: 2 });
});

group('B3: a reading that holds the process', () => {
  test.each<[string, (ms: number) => number | Promise<number>]>([
    [
      'at once',
      (ms) => {
        hold(ms);
        return 1;
      },
    ],
    [
      'at once, and gives a promise',
      async (ms) => {
        hold(ms);
        return 1;
      },
    ],
  ])('%s is told of, and those that wait beside it are not late', async (_, read) => {
    const { store, gauge, values } = setUp();
    const other = store.gauge(describe('gauge', 'held_up', { help: 'Waits.', labels: ['table'] }));
    const waits = async () => {
      await fetchOnce();
      return 2;
    };
    // The first of a process loads what it asks with, which holds a busy machine too.
    await fetchOnce();
    other.observe(waits, { table: 'before' });
    gauge.observe(() => read(2_000), { table: 'culprit' });
    other.observe(waits, { table: 'after' });
    const reports = await store.collect(1_500);
    expect(reports.map(({ name, error }) => [name, error?.message])).toEqual([
      ['held_up', undefined],
      ['lag_timestamp_seconds', expect.stringMatching(/held the whole process for \d\.\d s/)],
      ['held_up', undefined],
    ]);
    expect(values()).toEqual({ culprit: 1 });
    expect([other.peek({ table: 'before' }), other.peek({ table: 'after' })]).toEqual([2, 2]);
  });

  test('later, after an answer, is told of too, and makes nobody late who waits beside it', async () => {
    const { store, gauge, values } = setUp();
    const other = store.gauge(describe('gauge', 'held_up', { help: 'Waits.' }));
    other.observe(async () => {
      for (let i = 0; i < 5; i++) await fetchOnce();
      return 2;
    }, {});
    gauge.observe(
      async () => {
        await fetchOnce();
        hold(2_000);
        return 1;
      },
      { table: 'culprit' },
    );
    const reports = await store.collect(1_500);
    expect(reports.map(({ name, error }) => [name, error?.message])).toEqual([
      ['held_up', undefined],
      ['lag_timestamp_seconds', expect.stringContaining('held the whole process')],
    ]);
    expect([values(), other.peek()]).toEqual([{ culprit: 1 }, 2]);
  });
});

/** Waits for the disk, as a query waits for the network. */
async function fetchOnce(): Promise<void> {
  await readFile(import.meta.filename);
}

group('a reader that calls back into the library', () => {
  test('may collect, observe, retire and record', async () => {
    const { store, gauge, values } = setUp();
    gauge.observe(
      () => {
        gauge.observe(() => 5, { table: 'new' });
        gauge.set(6, { table: 'set' });
        gauge.remove({ table: 'gone' });
        return 1;
      },
      { table: 'a' },
    );
    gauge.observe(() => 7, { table: 'gone' });
    await store.collect();
    await store.collect();
    expect(values()).toEqual({ a: 1, set: 6, new: 5 });
  });

  test('and waits for the collection that waits for it costs itself', async () => {
    const { store, gauge, values, success } = setUp();
    gauge.observe(async () => (await store.collect(TIMEOUT_MS)).length, { table: 'circle' });
    gauge.observe(() => 1, { table: 'fine' });
    await store.collect(TIMEOUT_MS);
    expect([values(), success()]).toEqual([{ fine: 1 }, 0]);
  });
});
