import { type Duration, days } from '../duration.ts';
import type { RuleFile } from '../rule-file.ts';
import { longestWindow, type SloSet, sloGroups } from './groups.ts';
import { shippedSlos } from './shipped.ts';

/** How much longer than the longest window Prometheus should keep samples: its largest block is dropped at once. */
const SPARE = days(5);

/** What a Prometheus must keep for the windows of these SLOs. */
export const retentionFor = (set: SloSet): Duration => ({
  durationSeconds: longestWindow(set).durationSeconds + SPARE.durationSeconds,
});

/** The rules of SLOs as a file. */
export const sloFile = (set: SloSet = shippedSlos): RuleFile => ({
  file: 'slo.yml',
  about:
    'Service level objectives: events, error budgets, burn rates, the error-budget policy, and the alerts on them. Needs jobs.yml and sync.yml.',
  groups: sloGroups(set),
  retention: retentionFor(set),
});
