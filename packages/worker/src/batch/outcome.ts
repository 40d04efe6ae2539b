/** How a batch ended: every item of it succeeded, some did, none did. */
export const BATCH_OUTCOMES = ['whole', 'partial', 'failed'] as const;
export type BatchOutcome = (typeof BATCH_OUTCOMES)[number];

/** `whole` when no item failed, also of an empty batch; `failed` when all did. */
export function batchOutcome(size: number, failed: number): BatchOutcome {
  if (!(failed > 0)) return 'whole';
  return failed < size ? 'partial' : 'failed';
}
