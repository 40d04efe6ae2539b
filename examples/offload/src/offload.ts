import type { TableResult } from '@sightglass/pipeline';
import type { ColdTier } from './cold-tier.ts';
import type { HotStore } from './hot-store.ts';
import type { Table } from './tables.ts';

/**
 * Moves a table's new rows to the cold tier, each exactly once. A table that had none is complete up to now all the same.
 *
 * The file is whole before the watermark moves. A death in between leaves a file that begins at the watermark; the next offload of the table
 * finds it so, takes it away, and writes those rows again.
 */
export async function offloadTable(
  hot: HotStore,
  cold: ColdTier,
  table: Table,
  signal: AbortSignal,
): Promise<TableResult> {
  const { rows, completeUntil } = await hot.offload(table, signal, async (range, newRows) => {
    await cold.settle(table, range.from);
    return cold.write(table, range, newRows);
  });
  return { rows, watermark: completeUntil };
}
