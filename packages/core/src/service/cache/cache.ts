import { DeclarationError } from '../../catalog/index.ts';
import { processStore } from '../../store/index.ts';
import { cacheOperations } from './metrics.ts';

/** What may come of an operation on a cache. */
export type CacheResult = 'hit' | 'miss' | 'ok' | 'error';

/** Counts the operations on one cache. */
export interface ObservedCache {
  /** Looks something up: `null` and `undefined` are a miss, a failure is counted and passed on. */
  get<T>(read: () => T | Promise<T>): Promise<T>;
  /** Counts an operation that was made elsewhere. Never throws. */
  record(operation: 'get' | 'set' | 'delete', result: CacheResult): void;
}

const POSSIBLE = [
  { operation: 'get', results: ['hit', 'miss', 'error'] },
  { operation: 'set', results: ['ok', 'error'] },
  { operation: 'delete', results: ['ok', 'error'] },
] as const;

/** Declares a cache; its series in `cache_operations_total` are born at 0 now. Throws a `DeclarationError` when the name is not one. */
export function observeCache(name: string): ObservedCache {
  if (typeof name !== 'string' || name === '') {
    throw new DeclarationError('The cache', ['its name must be a non-empty string']);
  }
  const operations = processStore().counter(cacheOperations);
  for (const { operation, results } of POSSIBLE) {
    for (const result of results) operations.init({ cache: name, operation, result });
  }
  const record: ObservedCache['record'] = (operation, result) =>
    operations.add(1, { cache: name, operation, result });
  return {
    record,
    async get(read) {
      try {
        const found = await read();
        record('get', found === null || found === undefined ? 'miss' : 'hit');
        return found;
      } catch (error) {
        record('get', 'error');
        throw error;
      }
    },
  };
}
