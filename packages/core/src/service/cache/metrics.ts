import { describe } from '../../catalog/index.ts';

export const cacheOperations = describe('counter', 'cache_operations_total', {
  help: 'Operations on a cache by their result. The hit rate is that of get: hit / (hit + miss).',
  labels: {
    cache: String,
    operation: ['get', 'set', 'delete'],
    result: ['hit', 'miss', 'ok', 'error'],
  },
  unit: '{operation}',
});
