import { beforeEach, expect, test } from 'vitest';
import { DeclarationError } from '../../catalog/index.ts';
import { forget, seriesOf } from '../series.support.ts';
import { observeCache } from './cache.ts';
import { cacheOperations } from './metrics.ts';

beforeEach(() => forget(cacheOperations));

const ZERO = {
  'cache=prices operation=get result=hit': 0,
  'cache=prices operation=get result=miss': 0,
  'cache=prices operation=get result=error': 0,
  'cache=prices operation=set result=ok': 0,
  'cache=prices operation=set result=error': 0,
  'cache=prices operation=delete result=ok': 0,
  'cache=prices operation=delete result=error': 0,
};

test('a declared cache is born at zero', () => {
  observeCache('prices');
  expect(seriesOf(cacheOperations)).toEqual(ZERO);
});

test('a look-up is a hit, a miss or an error, and its value and its failure are the caller’s', async () => {
  const prices = observeCache('prices');
  expect(await prices.get(() => 0)).toBe(0);
  expect(await prices.get(async () => 'x')).toBe('x');
  expect(await prices.get(() => null)).toBeNull();
  expect(await prices.get(async () => undefined)).toBeUndefined();
  const failure = new Error('down');
  await expect(prices.get(() => Promise.reject(failure))).rejects.toBe(failure);
  await expect(
    prices.get(() => {
      throw failure;
    }),
  ).rejects.toBe(failure);
  prices.record('set', 'ok');
  expect(seriesOf(cacheOperations)).toEqual({
    ...ZERO,
    'cache=prices operation=get result=hit': 2,
    'cache=prices operation=get result=miss': 2,
    'cache=prices operation=get result=error': 2,
    'cache=prices operation=set result=ok': 1,
  });
});

test('a cache needs a name', () => {
  expect(() => observeCache('')).toThrow(DeclarationError);
  expect(() => observeCache(undefined as never)).toThrow(DeclarationError);
});
