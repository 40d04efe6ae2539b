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
  merge: 'min',
});

export const collectorDuration = describe('gauge', 'sightglass_collector_duration_seconds', {
  help: 'How long the last reading of an observed metric took; the slowest where it has several series.',
  labels: ['collector'],
  merge: 'max',
});

export const processStart = describe('gauge', 'sightglass_process_start_timestamp_seconds', {
  help: 'When this process began to count, in Unix seconds: what its counters say has happened since then. The id tells it from every other process, however it is scraped.',
  labels: ['process_id'],
  merge: 'own',
});

export const processClock = describe('gauge', 'sightglass_clock_timestamp_seconds', {
  help: "This process's own clock at the moment of this collection, in Unix seconds; what it differs from the time of the scrape is how wrong one of the two clocks is.",
  merge: 'own',
});

/** What it says of the processes whose metrics are served by one of them. */
export const processes = describe('gauge', 'sightglass_processes', {
  help: 'Processes and threads whose metrics are served here, the one that serves among them.',
  merge: 'own',
});

export const processesMissing = describe('gauge', 'sightglass_processes_missing', {
  help: 'Those of them that have not been heard of for longer than they may be silent, and workers of the cluster that have not come: what they measure now is not in the export.',
  merge: 'own',
});

export const processesEnded = describe('counter', 'sightglass_processes_ended_total', {
  help: 'Processes and threads whose metrics were served here and that ended: after a last hand-over (left), or without one (lost), and with it what they had measured since the one before.',
  labels: { how: ['left', 'lost'] },
});

export const processesRefused = describe('counter', 'sightglass_processes_refused_total', {
  help: 'Connections of other processes that were ended because what they said could not be understood, and metrics of theirs that are declared differently here.',
  labels: { reason: ['connection', 'metric'] },
});

export const handOversFailed = describe('counter', 'sightglass_hand_overs_failed_total', {
  help: 'Times that a process lost its connection to the one that serves its metrics, or could not get one.',
});
