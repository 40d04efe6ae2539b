import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import type { Store } from '../../store/index.ts';
import { gcDuration } from './metrics.ts';

const TYPES = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
] as const);

/** Records every garbage collection. Returns the function that ends it. */
export function observeGarbage(store: Store): () => void {
  const duration = store.histogram(gcDuration);
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      readonly detail?: { readonly kind?: number };
    })[]) {
      const type = TYPES.get(entry.detail?.kind ?? -1);
      if (type !== undefined) duration.record(entry.duration / 1000, { v8js_gc_type: type });
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}
