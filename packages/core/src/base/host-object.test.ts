import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { after, around, isFirst, listen, numberOf, outliveIdle, readable } from './host-object.ts';

const throws = (): never => {
  throw new Error('no');
};
const hostile = new Proxy({}, { get: throws, defineProperty: throws });

test('a method is called as before by what stands round it, with the arguments that this chooses', () => {
  class Queue {
    prefix = 'q';
    add(...names: string[]) {
      return `${this.prefix}:${names.join()}`;
    }
  }
  const queue = new Queue();
  const seen: unknown[] = [];
  expect(
    around(queue, 'add', (args, add) => {
      seen.push(args);
      return args.length > 1 ? add([...args, 'more']) : add();
    }),
  ).toBe(true);
  expect([queue.add('a'), queue.add('a', 'b')]).toEqual(['q:a', 'q:a,b,more']);
  expect(seen).toEqual([['a'], ['a', 'b']]);
  expect(new Queue().add('a', 'b')).toBe('q:a,b');
});

test('what comes after a method comes when it has not thrown', () => {
  let called = 0;
  const task = { stop: (fails: boolean) => (fails ? throws() : 'stopped') };
  expect(after(task, 'stop', () => called++)).toBe(true);
  expect(task.stop(false)).toBe('stopped');
  expect(() => task.stop(true)).toThrow('no');
  expect(called).toBe(1);
});

test.each<[string, object]>([
  ['there is none', {}],
  ['it is no function', { add: 7 }],
  ['it may not be changed', Object.freeze({ add: () => {} })],
  ['it can not be read', hostile],
])('nothing is put round a method where %s', (_, object) => {
  expect(around(object, 'add', () => {})).toBe(false);
  expect(after(object, 'add', () => {})).toBe(false);
});

test('what a listener throws reaches nobody, and what is no emitter is left alone', () => {
  const emitter = new EventEmitter();
  const heard: unknown[] = [];
  listen(emitter, 'done', throws);
  listen(emitter, 'done', (...args) => heard.push(args));
  emitter.emit('done', 1, 2);
  expect(heard).toEqual([[1, 2]]);
  for (const object of [{}, hostile]) expect(() => listen(object, 'done', () => {})).not.toThrow();
});

test('what can not be read is undefined, and only a number that is finite is one', () => {
  expect(readable(throws)).toBeUndefined();
  expect(readable(() => 7)).toBe(7);
  expect([1, -0.5, '1', Number.NaN, Infinity, undefined].map(numberOf)).toEqual([
    1,
    -0.5,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('however many listen, an object has one listener of ours for each event', () => {
  const events = new EventEmitter();
  const heard: number[] = [];
  for (let i = 0; i < 12; i++)
    listen(events, 'done', (by) => {
      if (i === 3) throws();
      heard.push(i * (by as number));
    });
  listen(events, 'failed', () => heard.push(-1));
  expect([events.listenerCount('done'), events.listenerCount('failed')]).toEqual([1, 1]);
  events.emit('done', 1);
  events.emit('failed');
  expect(heard).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, -1]);
});

test('what is asked of an object a second time is told from the first', () => {
  const object = {};
  expect([isFirst(object, 'a'), isFirst(object, 'a'), isFirst(object, 'b'), isFirst({}, 'a')]).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

test('a pool outlives its idle connections, told of once, and what is no pool is let alone', () => {
  const pool = new EventEmitter();
  for (const each of [pool, pool, hostile, {}, 5 as never]) outliveIdle(each);
  expect([pool.listenerCount('error'), pool.emit('error', new Error('terminated'))]).toEqual([1, true]);
});
