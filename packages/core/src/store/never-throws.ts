import type { Described } from '../catalog/index.ts';
import { processStore } from './process-store.ts';

/**
 * A recording helper as hosts call it: whatever its argument is, the call returns. What `record` throws over it (no argument, a getter that
 * throws) is counted as a dropped measurement of `metric`.
 */
export function neverThrows<A>(metric: Described, record: (argument: A) => void): (argument: A) => void {
  const { name } = metric.descriptor;
  return (argument) => {
    try {
      record(argument);
    } catch {
      processStore().refused(name);
    }
  };
}
