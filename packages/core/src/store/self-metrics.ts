import { describe } from '../catalog/index.ts';

/** What the library says of itself: since when it counts, by which clock, what it lost, what it folded, which readers failed. */
export const measurementsDropped = describe('counter', 'sightglass_measurements_dropped_total', {
  help: 'Measurements that were not recorded because their value or a label was not valid.',
  labels: { metric: String, reason: ['not_a_number', 'not_finite', 'negative', 'bad_label'] },
});

export const measurementsOverflowed = describe('counter', 'sightglass_measurements_overflowed_total', {
  help: 'Measurements recorded in the overflow series because the metric was full or a label value was too long.',
  labels: ['metric'],
});

export const collectorSuccess = describe('gauge', 'sightglass_collector_success', {
  help: 'Whether the last reading of an observed metric succeeded within its time limit (1) or not (0).',
  labels: ['collector'],
});

export const collectorDuration = describe('gauge', 'sightglass_collector_duration_seconds', {
  help: 'How long the last reading of an observed metric took; the slowest where it has several series.',
  labels: ['collector'],
});

export const processStart = describe('gauge', 'sightglass_process_start_timestamp_seconds', {
  help: 'When this process began to count, in Unix seconds: what its counters say has happened since then.',
});

export const processClock = describe('gauge', 'sightglass_clock_timestamp_seconds', {
  help: "This process's own clock at the moment of this collection, in Unix seconds; what it differs from the time of the scrape is how wrong one of the two clocks is.",
});
