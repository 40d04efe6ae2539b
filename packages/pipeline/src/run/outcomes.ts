/** What became of records: they are written, were left out on purpose, or could not be written. */
export const RECORD_STATUSES = ['success', 'skipped', 'failed'] as const;
export type RecordStatus = (typeof RECORD_STATUSES)[number];
