import { diag } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { warnOnce } from './warn-once.ts';

const said: unknown[][] = [];
beforeEach(() => {
  said.length = 0;
  const nothing = () => {};
  const warn = (...line: unknown[]) => void said.push(line);
  diag.setLogger({ error: nothing, info: nothing, debug: nothing, verbose: nothing, warn });
});
afterEach(() => diag.disable());

test('says each thing once, with what it was given first', () => {
  const warn = warnOnce();
  const error = new Error('no');
  warn('a', 'first', error);
  warn('a', 'second');
  warn('b', 'other');
  warnOnce()('a', 'of another');
  expect(said).toEqual([['first', error], ['other'], ['of another']]);
});

test('does not remember without end', () => {
  const warn = warnOnce();
  for (let i = 0; i < 5_000; i++) warn(String(i), 'x');
  expect(said).toHaveLength(1_000);
});
