/** What started a run. */
export const TRIGGERS = ['scheduled', 'manual', 'startup', 'event'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** How a run that began has ended; `handed_back` is one that its queue has again, to start it later. */
export const ENDED = ['success', 'partial', 'failed', 'timeout', 'cancelled', 'handed_back'] as const;
export type EndStatus = (typeof ENDED)[number];

/** How a run ended, or why it never began. */
export const RUN_STATUSES = [...ENDED, 'skipped_overlap', 'skipped_lock', 'missed'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
