/** How a scheduler reads what an expression leaves open. The expression says the rest, the same to all of them. */
export interface Reading {
  /** What a restricted day of the month and a restricted weekday ask for together: a day that is either (POSIX and most schedulers), or one that is both. */
  readonly days: 'either' | 'both';
  /** Which field of a date restricts nothing: one that is written `*` or `?`, or any that lists every value. */
  readonly unrestricted: 'star' | 'every value';
  /** What becomes of a time that the clocks leap over: a fixed time of day runs after the gap and the times of a pattern are skipped, or all are. */
  readonly gap: 'fixed after' | 'skip';
  /** What becomes of a time that comes twice: a fixed time of day runs the first time and those of a pattern both times, only a pattern of every hour does so, or all run once. */
  readonly repeat: 'fixed once' | 'hourly twice' | 'once';
  /** Up to which weekday a step goes on: `1/2` is Monday, Wednesday and Friday, or Sunday too, which is 7. */
  readonly lastWeekday: 6 | 7;
}

/** As croner reads, and what says nothing else. */
export const COMMON: Reading = {
  days: 'either',
  unrestricted: 'star',
  gap: 'fixed after',
  repeat: 'fixed once',
  lastWeekday: 6,
};

/** As node-cron 4 reads: a day must match both fields (its README), and on the night of a change it looks for times that exist, once a day. */
export const NODE_CRON: Reading = {
  days: 'both',
  unrestricted: 'star',
  gap: 'skip',
  repeat: 'once',
  lastWeekday: 6,
};

/** As cron-parser reads, which BullMQ and pg-boss use. */
export const QUEUE: Reading = { ...COMMON, repeat: 'hourly twice', lastWeekday: 7 };

/** As the package `cron` reads, which runs the jobs of Nest: `1-31` is as good as a star. */
export const NEST: Reading = { ...QUEUE, unrestricted: 'every value' };
