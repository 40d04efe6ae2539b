import { expect, test } from 'vitest';
import { describe as describeMetric } from '../catalog/index.ts';
import { snapshot } from './snapshot.ts';
import { Store } from './store.ts';

/** A store whose clock is moved by hand, and a histogram of it. */
function stopwatch() {
  let ms = 0;
  const store = new Store({ clock: { wallMs: () => ms, monotonicMs: () => ms } });
  const took = store.histogram(
    describeMetric('histogram', 'timer_test_duration_seconds', {
      help: 'Took.',
      labels: { kind: ['read', 'write'] },
      buckets: [1, 10],
    }),
  );
  return {
    took,
    pass: (seconds: number) => {
      ms += seconds * 1_000;
    },
    recorded: (kind: 'read' | 'write') => {
      const [family] = snapshot(store).filter(({ descriptor }) => descriptor.name.startsWith('timer_test'));
      const series = family?.series.find(({ values }) => values[0] === kind);
      return series && 'sum' in series ? { count: series.count, sum: series.sum } : undefined;
    },
  };
}

test('what a piece of work took is recorded, and its result, promise and error pass unchanged', async () => {
  const { took, pass, recorded } = stopwatch();
  expect(
    took.time(
      () => {
        pass(2);
        return 'done';
      },
      { kind: 'read' },
    ),
  ).toBe('done');
  expect(recorded('read')).toEqual({ count: 1, sum: 2 });

  const error = new Error('no');
  expect(() =>
    took.time(
      () => {
        pass(3);
        throw error;
      },
      { kind: 'read' },
    ),
  ).toThrow(error);
  expect(recorded('read')).toEqual({ count: 2, sum: 5 });

  let finish: (value: string) => void = () => {};
  const promise = new Promise<string>((resolve) => {
    finish = resolve;
  });
  const given = took.time(() => promise, { kind: 'write' });
  expect(given).toBe(promise);
  pass(7);
  expect(recorded('write')).toEqual({ count: 0, sum: 0 });
  finish('late');
  await given;
  expect(recorded('write')).toEqual({ count: 1, sum: 7 });

  const rejected = took.time(() => Promise.reject(error), { kind: 'write' });
  await expect(rejected).rejects.toBe(error);
  expect(recorded('write')).toEqual({ count: 2, sum: 7 });
});

test('a timer records once, with the labels that are known at its end', () => {
  const { took, pass, recorded } = stopwatch();
  const timer = took.startTimer();
  pass(4);
  expect(timer.end({ kind: 'write' })).toBe(4);
  pass(4);
  expect(timer.end({ kind: 'write' })).toBe(4);
  expect(recorded('write')).toEqual({ count: 1, sum: 4 });
  expect(recorded('read')).toEqual({ count: 0, sum: 0 });
});

test('a bound histogram times too', () => {
  const { took, pass, recorded } = stopwatch();
  const bound = took.bind({ kind: 'read' });
  bound.time(() => pass(1));
  const { end } = bound.startTimer();
  pass(2);
  expect(end()).toBe(2);
  expect(recorded('read')).toEqual({ count: 2, sum: 3 });
});

test('wrong labels lose the measurement and nothing else', () => {
  const { took, recorded } = stopwatch();
  expect(took.time(() => 5, { kind: 'wrong' } as never)).toBe(5);
  expect(took.startTimer().end({} as never)).toBe(0);
  expect(recorded('read')).toEqual({ count: 0, sum: 0 });
});

test('what only begins to work when somebody waits for it is not begun twice', async () => {
  const { took, recorded } = stopwatch();
  let begun = 0;
  class Query {
    // biome-ignore lint/suspicious/noThenProperty: as a query builder has it
    then(resolve: (rows: number) => void) {
      begun++;
      resolve(3);
    }
  }
  expect(await took.time(() => new Query(), { kind: 'read' })).toBe(3);
  expect(begun).toBe(1);
  expect(recorded('read')).toEqual({ count: 1, sum: 0 });
});

test('a gauge goes up and down by one, and is read without labels where it has none', async () => {
  const store = new Store();
  const running = store.gauge(
    describeMetric('gauge', 'timer_test_running', { help: 'Running.', labels: ['pool'] }),
  );
  running.inc({ pool: 'a' });
  running.inc({ pool: 'a' });
  running.dec({ pool: 'a' });
  const bound = running.bind({ pool: 'b' });
  bound.inc();
  bound.inc();
  bound.dec();
  expect([running.peek({ pool: 'a' }), running.peek({ pool: 'b' })]).toEqual([1, 1]);
  const depth = store.gauge(describeMetric('gauge', 'timer_test_depth', { help: 'Depth.' }));
  const stop = depth.observe(() => 7);
  await store.collect();
  expect(depth.peek()).toBe(7);
  stop();
  expect(depth.peek()).toBeUndefined();
});

test.each<[string, () => unknown]>([
  ['of a proxy', () => new Proxy(Promise.resolve(1), {})],
  ['whose then throws', () => Object.defineProperty(Promise.resolve(1), 'then', { value: refuse })],
  [
    'whose class can not be read',
    () => Object.defineProperty(Promise.resolve(1), 'constructor', { get: refuse }),
  ],
  ['that is none by birth', () => Object.create(Promise.prototype)],
])('B19: a promise %s passes unchanged, and is timed until it is there', (_, make) => {
  const { took, pass, recorded } = stopwatch();
  const promise = make();
  const work = () => {
    pass(2);
    return promise;
  };
  expect(took.time(work, { kind: 'read' }) === promise).toBe(true);
  expect(took.bind({ kind: 'read' }).time(work) === promise).toBe(true);
  expect(recorded('read')).toEqual({ count: 2, sum: 4 });
});

function refuse(): never {
  throw new Error('of the host');
}

test('a promise of another realm is timed until it has ended', async () => {
  const { took, pass, recorded } = stopwatch();
  const { runInNewContext } = await import('node:vm');
  const [promise, finish] = runInNewContext(
    'let finish; [new Promise((resolve) => { finish = resolve; }), () => finish()]',
  ) as [Promise<void>, () => void];
  took.time(() => promise, { kind: 'read' });
  pass(3);
  finish();
  await promise;
  expect(recorded('read')).toEqual({ count: 1, sum: 3 });
});
