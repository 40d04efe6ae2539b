import { expect, test } from 'vitest';
import { buildRules, inhibitions } from '../../index.ts';

const files = buildRules({ presets: { 'air-quality': { dataset: 'readings', dag_id: 'ingest' } } });
const alertsIn = (name: string) =>
  files
    .find(({ file }) => file === name)!
    .groups.flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? [rule] : [])));
const own = alertsIn('air-quality.yml');

test('the four alerts of reference system 001 keep their names and severities', () => {
  // One that may wake somebody is there a second time, as a warning, for a thing that must not.
  const first = own.filter(({ alert }, i) => own.findIndex((each) => each.alert === alert) === i);
  expect(first.map(({ alert, labels }) => `${labels?.severity} ${alert}`)).toEqual([
    'critical PipelineExecutionFailed',
    'critical NoRecentData',
    'critical DataQualityLow',
    'warning PipelineLagHigh',
  ]);
});

test('each speaks of its thing alone, by the label of its kind, and the alert that it is of all others', () => {
  for (const { alert, expr } of own)
    expect(expr, alert).toContain(
      alert === 'PipelineExecutionFailed' ? '{dag_id="ingest"}' : '{dataset="readings"}',
    );
  const expressions = (file: string, name: string) =>
    alertsIn(file)
      .filter(({ alert }) => alert === name)
      .map(({ expr }) => expr);
  for (const expr of expressions('dags.yml', 'DagFailed')) expect(expr).toContain('{dag_id!="ingest"}');
  for (const name of ['DatasetLate', 'DatasetStale', 'DatasetQualityLow'])
    for (const expr of expressions('datasets.yml', name))
      expect(expr, name).toContain('{dataset!="readings"}');
  for (const expr of expressions('datasets.yml', 'DatasetEmpty')) expect(expr).not.toContain('readings');
});

test('each leads to the section of the alert that it is, and holds back what that holds back', () => {
  for (const { annotations } of own) expect(annotations.runbook_url).toMatch(/\.md#(dag|dataset)[a-z]+$/);
  expect(inhibitions).toContainEqual(
    expect.objectContaining({
      sources: expect.arrayContaining(['DatasetStale', 'NoRecentData']),
      targets: expect.arrayContaining(['DatasetLate', 'PipelineLagHigh']),
    }),
  );
});
