import { expectTypeOf, test } from 'vitest';
import { gauge, histogram } from '../index.ts';

const took = histogram('timer_types_seconds', { help: 'Took.', labels: { kind: ['read'] }, buckets: [1] });
const depth = gauge('timer_types_depth', { help: 'Depth.' });
const waiting = gauge('timer_types_waiting', { help: 'Waiting.', labels: ['queue'] });

test('labels are asked for where there are some', () => {
  expectTypeOf(took.time(() => 5, { kind: 'read' })).toEqualTypeOf<number>();
  expectTypeOf(took.time(async () => 'x', { kind: 'read' })).toEqualTypeOf<Promise<string>>();
  // @ts-expect-error a label is missing
  took.time(() => 5);
  // @ts-expect-error a value is misspelt
  took.startTimer().end({ kind: 'reed' });
  depth.inc();
  depth.observe(() => 1);
  depth.observe(() => 1, {}, { onError: 'keep' });
  waiting.observe(() => 1, { queue: 'a' });
  // @ts-expect-error a label is missing
  waiting.observe(() => 1);
  // @ts-expect-error a label is missing
  waiting.dec();
});
