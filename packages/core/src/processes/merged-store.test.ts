import { beforeEach, expect, describe as group, test } from 'vitest';
import { describe, type Merge, type MetricOptions } from '../catalog/index.ts';
import type { Store } from '../store/index.ts';
import { serving, type TestProcess } from './merged.support.ts';

const work = describe('counter', 'work_total', { help: 'Work.', labels: ['kind'] });
const seconds = describe('histogram', 'work_seconds', { help: 'Time.', buckets: [1, 10] });
const gaugeOf = (merge: MetricOptions<[]>['merge'], name = 'level') =>
  describe('gauge', name, { help: 'Level.', labels: ['of'], merge });

let here: ReturnType<typeof serving>;
let one: TestProcess;
let two: TestProcess;
beforeEach(() => {
  here = serving();
  one = here.process();
  two = here.process();
});
const handOver = (...processes: TestProcess[]) => {
  for (const each of processes) each.handOver();
};

group('counters', () => {
  test('are added up with those of the process that serves, born at zero', async () => {
    here.own.counter(work).add(1, { kind: 'a' });
    one.store.counter(work).add(2, { kind: 'a' });
    two.store.counter(work).add(0, { kind: 'b' });
    handOver(one, two);
    expect(await here.read('work_total')).toEqual({ a: 3, b: 0 });
    one.store.counter(work).add(5, { kind: 'a' });
    expect(await here.read('work_total')).toEqual({ a: 3, b: 0 });
    handOver(one, two);
    expect(await here.read('work_total')).toEqual({ a: 8, b: 0 });
  });

  test('that all read from one place are the highest that anybody has read, the dead and those who come again too', async () => {
    const throttled = describe('counter', 'throttled_total', { help: 'T.', labels: ['kind'], merge: 'max' });
    here.own.counter(throttled).add(4, { kind: 'a' });
    one.store.counter(throttled).add(7, { kind: 'a' });
    two.store.counter(throttled).add(5, { kind: 'a' });
    handOver(one, two);
    expect(await here.read('throttled_total')).toEqual({ a: 7 });
    one.end();
    expect(await here.read('throttled_total')).toEqual({ a: 7 });
    two.store.counter(throttled).add(5, { kind: 'a' });
    const again = two.again('3');
    two.end();
    handOver(again);
    expect(await here.read('throttled_total')).toEqual({ a: 10 });
  });

  test('of the dead stay, and those of who comes after are added', async () => {
    one.store.counter(work).add(2, { kind: 'a' });
    handOver(one);
    one.end();
    expect(await here.read('work_total')).toEqual({ a: 2 });
    two.store.counter(work).add(3, { kind: 'a' });
    handOver(two);
    two.end();
    expect(await here.read('work_total')).toEqual({ a: 5 });
  });

  test('count once what is told twice, and what was told to the connection before', async () => {
    one.store.counter(work).add(2, { kind: 'a' });
    one.store.histogram(seconds).record(3);
    const frames = one.frames();
    one.apply(frames);
    one.apply(frames);
    expect(await here.read('work_total')).toEqual({ a: 2 });
    one.store.counter(work).add(1, { kind: 'a' });
    one.store.histogram(seconds).record(0.5);
    one.end();
    const again = one.again('3');
    again.store.counter(work).add(1, { kind: 'b' });
    handOver(again);
    expect(await here.read('work_total')).toEqual({ a: 3, b: 1 });
    expect(await here.read('work_seconds')).toEqual({ '': [1, 1, 0, 3.5] });
    again.end();
    handOver(again.again('4'));
    expect(await here.read('work_total')).toEqual({ a: 3, b: 1 });
  });

  test('never go down by a hair, in whatever order floats come', async () => {
    let before = 0;
    for (let i = 0; i < 200; i++) {
      const process = here.process();
      process.store.counter(work).add(0.1 * i, { kind: 'a' });
      handOver(process);
      if (i % 3 === 0) process.end();
      const { a } = (await here.read('work_total')) as { a: number };
      expect(a).toBeGreaterThanOrEqual(before);
      before = a;
    }
    expect(before).toBeCloseTo(0.1 * ((199 * 200) / 2), 6);
  });

  test('end when who has them last removes them, and not before', async () => {
    one.store.counter(work).add(2, { kind: 'a' });
    two.store.counter(work).add(3, { kind: 'a' });
    handOver(one, two);
    one.store.counter(work).remove({ kind: 'a' });
    handOver(one);
    expect(await here.read('work_total')).toEqual({ a: 5 });
    two.store.counter(work).remove({ kind: 'a' });
    handOver(two);
    expect(await here.read('work_total')).toEqual({});
    two.store.counter(work).add(1, { kind: 'a' });
    handOver(two);
    expect(await here.read('work_total')).toEqual({ a: 1 });
  });

  test('go on after a series before them was removed', async () => {
    const counter = one.store.counter(work);
    for (const kind of ['a', 'b', 'c']) counter.add(1, { kind });
    handOver(one);
    counter.remove({ kind: 'a' });
    counter.add(1, { kind: 'c' });
    counter.add(1, { kind: 'd' });
    handOver(one);
    expect(await here.read('work_total')).toEqual({ b: 1, c: 2, d: 1 });
  });

  test('fold into the overflow series beyond the bound, with nothing lost', async () => {
    const few = describe('counter', 'few_total', { help: 'F.', labels: ['id'], maxSeries: 2 });
    for (const [i, process] of [one, two].entries())
      for (const n of [0, 1]) process.store.counter(few).add(1, { id: `${i}${n}` });
    handOver(one, two);
    const read = await here.read('few_total');
    expect(Object.values(read).reduce((sum: number, value) => sum + Number(value), 0)).toBe(4);
    expect(Object.keys(read)).toHaveLength(3);
  });
});

test('what has overflowed in a process is counted there, and not again here', async () => {
  const few = describe('counter', 'few_total', { help: 'F.', labels: ['id'], maxSeries: 2 });
  for (const id of ['a', 'b', 'c']) one.store.counter(few).add(1, { id });
  handOver(one);
  expect(await here.read('few_total')).toEqual({ a: 1, b: 1, __overflow__: 1 });
  expect(await here.read('sightglass_measurements_overflowed_total')).toEqual({ few_total: 1 });
});

group('histograms', () => {
  test('are merged by bucket, and stay when their process ends', async () => {
    one.store.histogram(seconds).record(0.5);
    two.store.histogram(seconds).record(5);
    two.store.histogram(seconds).record(50);
    here.own.histogram(seconds).record(5);
    handOver(one, two);
    one.end();
    expect(await here.read('work_seconds')).toEqual({ '': [1, 2, 1, 60.5] });
  });

  test('with bounds of their own keep them', async () => {
    const byJob = describe('histogram', 'job_seconds', { help: 'T.', labels: ['job_name'], buckets: [1] });
    const histogram = one.store.histogram(byJob);
    histogram.boundsFor({ job_name: 'a' }, [5, 6]);
    histogram.record(5.5, { job_name: 'a' });
    histogram.record(5.5, { job_name: 'b' });
    handOver(one);
    expect(await here.read('job_seconds')).toEqual({ a: [0, 1, 0, 5.5], b: [0, 1, 5.5] });
  });

  test('with other bounds than the first go into its buckets, and lose nothing', async () => {
    one.store.histogram(seconds).record(0.5);
    const other = describe('histogram', 'work_seconds', { help: 'Time.', buckets: [0.5, 2, 20] });
    for (const value of [0.1, 1.5, 15, 100]) two.store.histogram(other).record(value);
    handOver(one, two);
    // What may be above a bound is counted above it.
    expect(await here.read('work_seconds')).toEqual({ '': [2, 1, 2, 117.1] });
  });
});

group('gauges', () => {
  const told = async (merge: Merge | undefined, name?: string) => {
    const level = gaugeOf(merge, name);
    one.store.gauge(level).set(3, { of: 'x' });
    two.store.gauge(level).set(5, { of: 'x' });
    here.own.gauge(level).set(4, { of: 'x' });
    handOver(two, one);
    return here.read(level.name);
  };

  test.each([
    ['sum', 12, 7],
    ['max', 5, 4],
    ['min', 3, 3],
    ['latest', 5, 5],
    ['newest', 4, 4],
  ] as const)('%s: of all, and when one has ended', async (merge, all, withoutTwo) => {
    expect(await told(merge)).toEqual({ x: all });
    two.end();
    expect(await here.read('level')).toEqual({ x: withoutTwo });
  });

  test('each is shown by itself, and ends with its process', async () => {
    expect(await told('each')).toEqual({ 'x,': 4, 'x,1': 3, 'x,2': 5 });
    two.end();
    expect(await here.read('level')).toEqual({ 'x,': 4, 'x,1': 3 });
  });

  test('own is of the process that serves alone', async () => {
    expect(await told('own')).toEqual({ x: 4 });
  });

  test('without a mode are added up, but for times, which are the latest', async () => {
    expect(await told(undefined)).toEqual({ x: 12 });
    expect(await told(undefined, 'last_timestamp_seconds')).toEqual({ x: 5 });
  });

  test('that are not set, or unset, say nothing', async () => {
    const level = gaugeOf('min');
    one.store.gauge(level).set(3, { of: 'x' });
    const handle = two.store.gauge(level).bind({ of: 'x' });
    handOver(one, two);
    expect(await here.read('level')).toEqual({ x: 3 });
    handle.set(1);
    handOver(two);
    expect(await here.read('level')).toEqual({ x: 1 });
    handle.unset();
    handOver(two);
    expect(await here.read('level')).toEqual({ x: 3 });
    one.end();
    expect(await here.read('level')).toEqual({});
  });

  test('that were removed end with the last who has them, and with them what the dead said', async () => {
    const level = gaugeOf('latest');
    one.store.gauge(level).set(9, { of: 'x' });
    two.store.gauge(level).set(5, { of: 'x' });
    handOver(one, two);
    one.end();
    expect(await here.read('level')).toEqual({ x: 9 });
    two.store.gauge(level).remove({ of: 'x' });
    handOver(two);
    expect(await here.read('level')).toEqual({});
  });

  group('that are said by who did it last', () => {
    const ended = describe('gauge', 'ended_timestamp_seconds', { help: 'E.', labels: ['of'] });
    const failures = describe('gauge', 'failures', {
      help: 'F.',
      labels: ['of', 'part'],
      merge: { newestBy: ended },
    });
    const ran = ({ store }: { store: Store }, at: number, inARow: number) => {
      store.gauge(failures).set(inARow, { of: 'x', part: 'p' });
      store.gauge(ended).set(at, { of: 'x' });
    };

    test('follow it, also when the value of that one is as it was', async () => {
      ran(two, 50, 0);
      ran(one, 100, 3);
      handOver(two, one);
      expect(await here.read('failures')).toEqual({ 'x,p': 3 });
      ran(two, 150, 0);
      handOver(two);
      expect(await here.read('failures')).toEqual({ 'x,p': 0 });
    });

    test('are those of the dead until another has done it', async () => {
      ran(two, 50, 0);
      ran(one, 100, 3);
      handOver(one, two);
      one.end();
      expect(await here.read('failures')).toEqual({ 'x,p': 3 });
      ran({ store: here.own }, 120, 1);
      expect(await here.read('failures')).toEqual({ 'x,p': 1 });
    });

    test('are those of anybody before anybody has done it', async () => {
      one.store.gauge(failures).set(0, { of: 'x', part: 'p' });
      handOver(one);
      expect(await here.read('failures')).toEqual({ 'x,p': 0 });
    });
  });
});

test('an info is stated once', async () => {
  const facts = describe('info', 'build_info', { help: 'B.', labels: ['version'] });
  for (const store of [one.store, two.store, here.own]) store.info(facts).set({ version: '1' });
  handOver(one, two);
  expect(await here.read('build_info')).toEqual({ 1: 1 });
});

test('series that end by themselves end here when their process has been dead for as long', async () => {
  const tenants = describe('counter', 'tenant_total', {
    help: 'T.',
    labels: ['tenant'],
    expiresAfterSeconds: 60,
  });
  let nowMs = 0;
  here.merged.setClock({ wallMs: () => nowMs, monotonicMs: () => nowMs });
  one.store.counter(tenants).add(1, { tenant: 'a' });
  handOver(one);
  nowMs = 100_000;
  expect(await here.read('tenant_total')).toEqual({ a: 1 });
  one.end();
  expect(await here.read('tenant_total')).toEqual({ a: 1 });
  nowMs += 60_000;
  expect(await here.read('tenant_total')).toEqual({});
});

test('a metric that is another one elsewhere is left out there, and counted', async () => {
  here.own.counter(work).add(1, { kind: 'a' });
  one.store.gauge(describe('gauge', 'depth', { help: 'D.' })).set(1);
  two.store
    .counter(describe('counter', 'work_total', { help: 'Work.', labels: ['other'] }))
    .add(5, { other: 'a' });
  two.store.counter(describe('counter', 'more_total', { help: 'M.' })).add(5);
  two.store.gauge(describe('gauge', 'depth', { help: 'Said in other words.' })).set(1);
  handOver(one, two);
  expect(await here.read('work_total')).toEqual({ a: 1 });
  expect(await here.read('more_total')).toEqual({ '': 5 });
  expect(await here.read('depth')).toEqual({ '': 2 });
  expect(await here.read('sightglass_processes_refused_total')).toMatchObject({ metric: 1 });
});

test('a hand-over is bounded: many series come in several messages, and arrive', async () => {
  const many = describe('counter', 'many_total', { help: 'M.', labels: ['id'], maxSeries: 5_000 });
  for (let i = 0; i < 5_000; i++) one.store.counter(many).add(i, { id: 'x'.repeat(200) + i });
  const frames = one.frames();
  expect(frames.length).toBeGreaterThanOrEqual(5);
  one.apply(frames);
  expect(Object.keys(await here.read('many_total'))).toHaveLength(5_000);
});

test('what has not changed is not told again', () => {
  one.store.counter(work).add(2, { kind: 'a' });
  one.store.gauge(gaugeOf('sum')).set(2, { of: 'x' });
  expect(one.frames()).toHaveLength(1);
  expect(one.frames()).toHaveLength(0);
});

group('what another process says is not believed', () => {
  const times = describe('histogram', 'forged_seconds', { help: 'F.', labels: ['table'], buckets: [1] });
  const other = describe('histogram', 'refused_seconds', { help: 'F.', buckets: [1] });
  const changes = (numbers: readonly number[], values: readonly unknown[] = ['t'], bounds = [1]) => ({
    metrics: [[0, times]] as never,
    series: [[7, 0, values, bounds]] as never,
    removed: [],
    numbers,
  });

  test.each([
    ['a histogram that would be read for ever', changes([7, 1, 0, 1, 1, 7, -1.5])],
    ['fewer buckets than none', changes([7, -1])],
    ['more buckets than there are', changes([7, 3, 0, 1, 1, 1, 0, 1, 1])],
    ['a label that is no text', changes([], [5])],
    ['a label that is an object', changes([], [{ toString: 'x' }])],
    ['bounds that do not rise', changes([], ['t'], [2, 1])],
    ['bounds that are one', changes([], ['t'], [1, 1])],
  ])('%s', (_, said) => {
    expect(() => serving().merged.begin('1').apply(said)).toThrow();
  });

  test('of a metric that is left out either', () => {
    here.own.gauge(describe('gauge', 'refused_seconds', { help: 'F.' })).set(1);
    const said = { metrics: [[0, other]], series: [[7, 0, [], [1]]], removed: [], numbers: [7, -1.5] };
    // It would be read for ever.
    here.merged.begin('1').apply(said as never);
  });
});
