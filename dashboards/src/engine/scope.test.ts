import { counter } from '@sightglass/core';
import { ALERTS, asSeconds, minutes, promql, raw, up } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { renderScoped } from './scope.ts';

const rows = counter('scope_test_rows_total', { help: 'Rows.', labels: ['table', 'layer'] });
const ratio = { record: 'layer:scope_test:ratio', labels: ['layer'] };

test('each series is filtered by the variables whose labels it has, however deep it stands', () => {
  const query = promql`${promql`sum(rate(${rows.where({ table: 'a' })}[${minutes(5)}]))`} / ${ratio} * ${up} + ${asSeconds(minutes(1))} + ${2}${raw('')}`;
  expect(renderScoped(query, ['layer', 'job'])).toBe(
    'sum(rate(scope_test_rows_total{table="a",layer=~"$layer",job=~"$job"}[5m])) / layer:scope_test:ratio{layer=~"$layer"} * up{job=~"$job"} + 60 + 2',
  );
});

test("an installation's selector stands beside the variables", () => {
  expect(renderScoped(promql`${rows} / ${ratio}`, ['table'], { selector: { namespace: 'prod' } })).toBe(
    'scope_test_rows_total{namespace="prod",table=~"$table"} / layer:scope_test:ratio{namespace="prod"}',
  );
});

test('alerts are series of rules: they have the labels of their expressions, and none of a target by themselves', () => {
  const firing = { ...ALERTS, labels: ['job_name'] };
  expect(renderScoped(promql`${firing}`, ['job', 'instance', 'job_name'])).toBe(
    'ALERTS{job_name=~"$job_name"}',
  );
});
