import { expectTypeOf, test } from 'vitest';
import { declareQueue, type ItemOutcome, observeBatch, recordEvent } from '../index.ts';

test('the kinds of errors are those that are declared, and other', () => {
  const queue = declareQueue({ name: 'typetest', errorTypes: ['quota', 'network'] });
  queue.recordError('quota');
  queue.recordError('other');
  // @ts-expect-error no such kind is declared
  queue.recordError('database_insert');
  // @ts-expect-error without a declaration they are those of the reference system
  declareQueue({ name: 'typetest' }).recordError('quota');
  // @ts-expect-error nor can a classifier name it
  declareQueue({ name: 'typetest', errorTypes: ['quota'], classify: () => 'disk' });
});

test('what a batch and a piece of work give is what the caller gets', () => {
  const queue = declareQueue({ name: 'typetest' });
  expectTypeOf(queue.batch([1, 2], (items) => items.map(String))).toEqualTypeOf<Promise<string[]>>();
  expectTypeOf(queue.process(async () => 3)).toEqualTypeOf<Promise<number>>();
});

test('outcomes are a closed set, and names are not left out', () => {
  expectTypeOf<ItemOutcome>().toEqualTypeOf<'success' | 'failed' | 'timed_out' | 'stalled' | 'discarded'>();
  // @ts-expect-error no such outcome
  recordEvent({ queue: 'typetest', outcome: 'lost' });
  // @ts-expect-error of which queue
  observeBatch({ size: 1, durationSeconds: 1 });
});
