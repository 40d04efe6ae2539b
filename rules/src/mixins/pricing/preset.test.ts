import { expect, test } from 'vitest';
import { buildRules } from '../../index.ts';

const files = buildRules({ presets: { 'pricing-sync': 'pricing-sync' } });
const alerts = files
  .find(({ file }) => file === 'pricing-sync.yml')!
  .groups.flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? [rule] : [])));

test('the eleven alerts of reference system 002 keep their names and severities', () => {
  // One that may wake somebody is there a second time, as a warning, for a job that must not.
  const first = alerts.filter(({ alert }, i) => alerts.findIndex((each) => each.alert === alert) === i);
  expect(first.map(({ alert, labels }) => `${labels?.severity} ${alert}`).sort()).toEqual([
    'critical PricingSyncDatabaseUpdateFailures',
    'critical PricingSyncHighErrorRate',
    'critical PricingSyncNoRunsRecorded',
    'critical PricingSyncSchedulerStopped',
    'info PricingSyncCompleted',
    'info PricingSyncProviderAdded',
    'warning PricingSyncLowModelsUpdated',
    'warning PricingSyncMemoryUsageHigh',
    'warning PricingSyncProviderTimeout',
    'warning PricingSyncSlowDuration',
    'warning PricingSyncStaleData',
  ]);
});

test('each leads to the section of the alert that it is', () => {
  for (const { annotations } of alerts) expect(annotations.runbook_url).toMatch(/\.md#(job|sync)[a-z]+$/);
});

test('alerts on SLOs hold back for an alert under the name that the preset gives it, where it is asked for', () => {
  const explaining = (given: typeof files) =>
    given
      .flatMap(({ groups }) => groups.flatMap(({ rules }) => rules))
      .filter((rule) => 'record' in rule && rule.record === 'slo:explained:bool')
      .map(({ expr }) => expr)
      .join();
  expect(explaining(files)).toContain('JobStopped|PricingSyncSchedulerStopped');
  expect(explaining(buildRules({}))).not.toContain('PricingSync');
});

test('what an alert reads of another, it reads under every name that this has', () => {
  const read = (file: string, name: string) =>
    files
      .find((each) => each.file === file)!
      .groups.flatMap(({ rules }) => rules)
      .filter((rule) => 'alert' in rule && rule.alert === name)
      .map(({ expr }) => /ALERTS\{alertname=~?"([^"]+)"/.exec(expr)?.[1]);
  // A job that is gone is told of once, and not as stopped besides.
  const stopped = read('pricing-sync.yml', 'PricingSyncSchedulerStopped');
  expect(new Set(stopped)).toEqual(new Set(['PricingSyncNoRunsRecorded|JobStuck']));
  expect(new Set(read('jobs.yml', 'JobStopped'))).toEqual(
    new Set(['JobGone|PricingSyncNoRunsRecorded|JobStuck']),
  );
});
