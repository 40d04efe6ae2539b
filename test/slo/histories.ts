import { counterHistories } from './counters.history.ts';
import type { History } from './history.ts';
import { jobHistories } from './jobs.history.ts';
import { latencyHistories } from './latency.history.ts';
import { runHistories } from './runs.history.ts';
import { sharedHistories } from './shared.history.ts';
import { sliceHistories } from './slices.history.ts';
import { strangerHistories } from './strangers.history.ts';
import { trafficHistories } from './traffic.history.ts';

/** Budgets of whole histories, each computed by hand from the arithmetic that makes its series. */
export const histories: { readonly [name: string]: readonly History[] } = {
  'Runs, counted': runHistories,
  'Durations of runs, counted': latencyHistories,
  'Slices of time': sliceHistories,
  'Jobs as a whole': jobHistories,
  Traffic: trafficHistories,
  'Counters of traffic': counterHistories,
  'What all SLOs share': sharedHistories,
  'SLOs of another file': strangerHistories,
};
