import { processStore } from '../store/index.ts';

/**
 * Sets every series of the process back to its birth: counters and histograms to 0, gauges and infos to "not set".
 * Instruments, bound handles and readers of observed gauges stay good. For `beforeEach`.
 */
export function resetMetrics(): void {
  processStore().reset();
}
