import { expect, test } from 'vitest';
import { shipped } from '../mixins/index.ts';
import { alertSubjects } from './subjects.ts';

/** What tells one process from the next, for whatever is counted. */
const PROCESS = 'sightglass_process_start_timestamp_seconds';

const readsOf = (alert: string): readonly string[] =>
  alertSubjects(shipped).find(({ name }) => name === alert)!.reads;

test('an alert of one SLO reads what that SLO is made of, although all SLOs share their series', () => {
  const ofJobs = ['SloJobSuccessBroken', 'SloJobAvailabilityBurnsFast', 'SloJobFreshnessBurnsSlowly'];
  for (const alert of ofJobs) {
    expect(readsOf(alert)).toContain('job_interval_seconds');
    expect(readsOf(alert).filter((name) => !/^(job|sightglass)_/.test(name))).toEqual([]);
  }
  expect([...readsOf('SloAdminAvailabilityBurnsFast')].sort().reverse()).toEqual([
    PROCESS,
    'http_server_request_duration_seconds_count',
  ]);
});

test('what only holds an alert back is nothing that it needs: sources of a job, what was retired', () => {
  expect(readsOf('JobStale')).toContain('job_last_success_timestamp_seconds');
  expect(readsOf('JobStale')).not.toContain('sync_sources_configured');
  expect(readsOf('SyncSourceFailing')).not.toContain('sync_source_retired_timestamp_seconds');
});

test('an alert of all SLOs reads what any of them is made of', () => {
  expect(readsOf('SloErrorBudgetSpent')).toEqual(
    expect.arrayContaining(['job_interval_seconds', 'http_server_request_duration_seconds_count']),
  );
});
