import { expect, test } from 'vitest';
import { shipped } from '../mixins/index.ts';
import { diagnose } from './diagnose.ts';
import { alertSubjects } from './subjects.ts';

test('what is measured from the first request on is waited for, not missing for good', () => {
  const reads = ['job_interval_seconds', 'http_server_request_duration_seconds_count'];
  // The client of the service has been measured already, so its HTTP metrics are in use.
  const names = new Set(['job_interval_seconds', 'http_client_request_duration_seconds_count']);
  expect(diagnose(shipped, [{ name: 'SloAdminAvailability', reads }], names)).toEqual([
    {
      subject: { name: 'SloAdminAvailability', reads },
      state: 'waits',
      reasons: ['http_server_request_duration_seconds_count appears after the first request'],
      of: [],
    },
  ]);
});

test('what says something by its absence keeps no alert from working: no owner, no word on paging', () => {
  const subjects = alertSubjects(shipped).filter(({ name }) => ['JobStopped', 'JobStale'].includes(name));
  const optional = ['job_owner_info', 'job_pages'];
  const reads = new Set(subjects.flatMap((subject) => subject.reads));
  expect([...reads]).toEqual(expect.arrayContaining(optional));
  const names = new Set([...reads].filter((name) => !optional.includes(name)));
  expect(diagnose(shipped, subjects, names).map(({ state, reasons }) => [state, reasons])).toEqual([
    ['works', []],
    ['works', []],
  ]);
});

test('records that are counted without a pipeline make no panel on executions blind', () => {
  const reads = ['pipeline_execution_duration_seconds_bucket'];
  const names = new Set(['dag_interval_seconds', 'pipeline_records_processed_total']);
  expect(diagnose(shipped, [{ name: 'Executions', reads }], names)).toMatchObject([
    { state: 'unused', of: ['declarePipeline()'] },
  ]);
});

test('of a call that the service does not make, nothing works, though what it exports may be absent', () => {
  const of = (...reads: string[]) => ({ name: reads.join(), reads });
  const subjects = [of('queue_owner_info'), of('dag_pages'), of('job_owner_info')];
  // It declares jobs, and neither queues nor DAGs.
  const names = new Set(['job_interval_seconds']);
  expect(diagnose(shipped, subjects, names).map(({ state }) => state)).toEqual(['unused', 'unused', 'works']);
});
