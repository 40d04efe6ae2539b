import type { FailedExpectation } from '../quality/index.ts';
import { Content, type DocumentReader } from './formats.ts';
import { at, countOf, entriesOf, listOf, numberOf, textOf, timeOf } from './value.ts';

/**
 * Run events of OpenLineage, one or a list: of each of their `inputs` and `outputs` the facets `dataQualityAssertions` (1-1-0: `assertions[].{assertion, success, column, severity, expected,
 * actual}`), `dataQualityMetrics` (1-0-3: `lastUpdated`, `columnMetrics` with `min` and `max`) and, of outputs, `outputStatistics.rowCount`. Shapes: `spec/facets` of
 * OpenLineage/OpenLineage, read in November 2026. The suite is the job's name. Never throws.
 */
export const openLineage: DocumentReader = (document) => {
  const content = new Content('openlineage');
  for (const event of Array.isArray(document) ? listOf(document) : [document]) {
    const time = timeOf(at(event, 'eventTime'));
    const suite = textOf(at(event, 'job', 'name')) ?? 'openlineage';
    for (const kind of ['inputs', 'outputs', 'dataset'] as const) {
      const all = kind === 'dataset' ? [at(event, 'dataset')] : listOf(at(event, kind));
      for (const dataset of all) if (dataset !== undefined) facetsOf(content, dataset, suite, time);
    }
  }
  return content;
};

function facetsOf(content: Content, given: unknown, suite: string, time: Date | undefined): void {
  const dataset = textOf(at(given, 'name'));
  if (dataset === undefined) {
    content.problems.push('a data set has no name');
    return;
  }
  const facet = (name: string) =>
    at(given, 'facets', name) ?? at(given, 'inputFacets', name) ?? at(given, 'outputFacets', name);
  const assertions = listOf(at(facet('dataQualityAssertions'), 'assertions'));
  const evaluated = assertions.filter((each) => typeof at(each, 'success') === 'boolean');
  if (evaluated.length < assertions.length)
    content.problems.push(`an assertion on ${dataset} says no success`);
  if (evaluated.length > 0) {
    const failures = evaluated.filter((each) => at(each, 'success') === false).map(failureOf);
    content.checks.push({ dataset, suite, evaluated: evaluated.length, failures, at: time });
  }
  const metrics = facet('dataQualityMetrics');
  const newest = timeOf(at(metrics, 'lastUpdated'));
  if (newest !== undefined) content.freshness.push({ dataset, newest });
  for (const [column, each] of entriesOf(at(metrics, 'columnMetrics'))) {
    const min = numberOf(at(each, 'min'));
    const max = numberOf(at(each, 'max'));
    const name = textOf(column);
    if (min !== undefined && max !== undefined && name !== undefined)
      content.ranges.push({ dataset, column: name, min, max });
  }
  const rows = countOf(at(facet('outputStatistics'), 'rowCount'));
  if (rows !== undefined) content.volumes.push({ dataset, rows, at: time });
}

const failureOf = (assertion: unknown): FailedExpectation => ({
  expectation: textOf(at(assertion, 'assertion')) ?? 'unnamed',
  column: textOf(at(assertion, 'column')),
  severity: textOf(at(assertion, 'severity')) === 'warn' ? 'warn' : 'error',
  expected: textOf(at(assertion, 'expected')),
  observed: textOf(at(assertion, 'actual')),
});
