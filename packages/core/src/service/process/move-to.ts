import type { BoundCounter } from '../../store/index.ts';

/** Moves a counter on to what the system has counted. */
export function moveTo(cell: (BoundCounter & { readonly value: number }) | undefined, total: number): void {
  if (cell !== undefined && total > cell.value) cell.add(total - cell.value);
}
