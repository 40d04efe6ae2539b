/**
 * What became of an attempt to work off an item:
 * - `success`: it is done.
 * - `failed`: the work threw, or said so.
 * - `timed_out`: its time limit ended it.
 * - `stalled`: its worker died or hung with it, and the queue has it again.
 * - `discarded`: it was given up without being worked off, such as one that is too old or was cancelled.
 */
export const ITEM_OUTCOMES = ['success', 'failed', 'timed_out', 'stalled', 'discarded'] as const;
export type ItemOutcome = (typeof ITEM_OUTCOMES)[number];

/** Outcomes that say how well the work goes. What was discarded was not worked off. */
export const itemOutcomes = {
  judged: ['success', 'failed', 'timed_out', 'stalled'],
  failed: ['failed', 'timed_out', 'stalled'],
} as const satisfies { readonly [kind: string]: readonly ItemOutcome[] };

/** Where items of a queue are: to be taken now, not before a time, being worked off, waiting for items that they have made, given up. */
export const ITEM_STATES = ['ready', 'deferred', 'active', 'waiting_children', 'dead'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

/** Kinds of errors of a worker where its declaration names none (reference system 003), each born at zero. Whatever is none of the declared kinds is `other`. */
export const ERROR_TYPES = ['database_insert', 'aggregation_update', 'batch_processing'] as const;
export type DefaultErrorType = (typeof ERROR_TYPES)[number];
export const OTHER = 'other';
