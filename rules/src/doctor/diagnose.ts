import type { Subject } from './subjects.ts';

/** Series that a healthy service may lack now, and when they appear. */
const APPEARS: { readonly [name: string]: string } = {
  offload_cycle_started_timestamp_seconds: 'while a cycle runs',
  offload_last_cycle_timestamp_seconds: 'after the first cycle',
  offload_last_cycle_duration_seconds: 'after the first cycle',
  offload_last_success_timestamp_seconds: 'after the first success of a table',
  offload_watermark_timestamp_seconds: 'after the first watermark',
  offload_info: 'when a version is stated',
  job_run_started_timestamp_seconds: 'while a run is under way',
  job_last_run_timestamp_seconds: 'after the first run',
  job_last_run_duration_seconds: 'after the first run',
  job_last_success_timestamp_seconds: 'after the first success',
  job_next_run_timestamp_seconds: 'while the job is enabled',
  sync_last_run_items: 'after the first run',
  sync_items_objective: 'when itemsObjective is declared',
  sync_source_last_success_timestamp_seconds: 'after the first success of a source',
  http_server_request_duration_seconds_bucket: 'after the first request',
  http_server_request_duration_seconds_count: 'after the first request',
  http_server_request_duration_seconds_sum: 'after the first request',
  sightglass_collector_success: 'when a metric is read by a callback',
  sightglass_collector_duration_seconds: 'when a metric is read by a callback',
  sightglass_measurements_dropped_total: 'after the first dropped measurement',
  sightglass_measurements_overflowed_total: 'after the first measurement in an overflow series',
  health_check_status: 'when a health check is declared',
  health_check_duration_seconds: 'when a health check is declared',
};

/** What exports the series whose names begin so. A service that has none of them does without. */
const DOMAINS: readonly (readonly [prefix: string, by: string])[] = [
  ['offload_', 'declareOffload()'],
  ['job_', 'declareJob()'],
  ['sync_', 'declareSync()'],
  ['http_', 'observeHttpServer()'],
  ['db_', 'instrumentPg()'],
  ['', '@sightglass/core'],
];
type Domain = (typeof DOMAINS)[number];

/** What becomes of an alert or a panel with the series that a service has. */
export interface Diagnosis {
  readonly subject: Subject;
  /**
   * `works`: everything is there. `waits`: what is not there yet comes by itself. `unused`: it is about something that the service does not do,
   * as it does something else. `blind`: something is missing for good.
   */
  readonly state: 'works' | 'waits' | 'unused' | 'blind';
  /** One line for each series that is not there. */
  readonly reasons: readonly string[];
}

/** Holds each subject against the series names of a service. */
export function diagnose(subjects: readonly Subject[], names: ReadonlySet<string>): readonly Diagnosis[] {
  const used = new Set([...names].map(domainOf).filter(([prefix]) => prefix !== ''));
  return subjects.map((subject) => {
    const absent = subject.reads.filter((name) => !names.has(name));
    const isUnused = (name: string): boolean => {
      const domain = domainOf(name);
      return used.size > 0 && domain[0] !== '' && !used.has(domain);
    };
    const reasons = absent.map((name) => {
      if (isUnused(name)) return `${name} is not used here: ${domainOf(name)[1]} exports it`;
      const when = APPEARS[name];
      return when === undefined
        ? `${name} is missing: ${domainOf(name)[1]} exports it`
        : `${name} appears ${when}`;
    });
    return { subject, state: stateOf(absent, isUnused), reasons };
  });
}

function stateOf(absent: readonly string[], isUnused: (name: string) => boolean): Diagnosis['state'] {
  if (absent.some(isUnused)) return 'unused';
  if (absent.some((name) => APPEARS[name] === undefined)) return 'blind';
  return absent.length > 0 ? 'waits' : 'works';
}

const domainOf = (name: string): Domain => DOMAINS.find(([prefix]) => name.startsWith(prefix))!;
