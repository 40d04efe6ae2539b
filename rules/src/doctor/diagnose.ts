import type { Subject } from './subjects.ts';

/** Series that a healthy service may lack now, and when they appear. */
const APPEARS: { readonly [name: string]: string } = {
  offload_cycle_started_timestamp_seconds: 'while a cycle runs',
  offload_last_cycle_timestamp_seconds: 'after the first cycle',
  offload_last_cycle_duration_seconds: 'after the first cycle',
  offload_last_success_timestamp_seconds: 'after the first success of a table',
  offload_watermark_timestamp_seconds: 'after the first watermark',
  offload_info: 'when a version is stated',
  sightglass_collector_success: 'when a metric is read by a callback',
  sightglass_collector_duration_seconds: 'when a metric is read by a callback',
  sightglass_measurements_dropped_total: 'after the first dropped measurement',
  sightglass_measurements_overflowed_total: 'after the first measurement in an overflow series',
  health_check_status: 'when a health check is declared',
  health_check_duration_seconds: 'when a health check is declared',
};

/** What becomes of an alert or a panel with the series that a service has. */
export interface Diagnosis {
  readonly subject: Subject;
  /** `works`: everything is there. `waits`: what is not there yet comes by itself. `blind`: something is missing for good. */
  readonly state: 'works' | 'waits' | 'blind';
  /** One line for each series that is not there. */
  readonly reasons: readonly string[];
}

/** Holds each subject against the series names of a service. */
export function diagnose(subjects: readonly Subject[], names: ReadonlySet<string>): readonly Diagnosis[] {
  return subjects.map((subject) => {
    const absent = subject.reads.filter((name) => !names.has(name));
    const reasons = absent.map((name) => {
      const when = APPEARS[name];
      return when === undefined ? `${name} is missing: ${exportedBy(name)}` : `${name} appears ${when}`;
    });
    const blind = absent.some((name) => APPEARS[name] === undefined);
    return { subject, state: blind ? 'blind' : absent.length > 0 ? 'waits' : 'works', reasons };
  });
}

const exportedBy = (name: string): string =>
  name.startsWith('offload_') ? 'declareOffload() exports it' : '@sightglass/core exports it';
