import type { FailedExpectation } from '../quality/index.ts';
import { Content, type DocumentReader } from './formats.ts';
import { at, countOf, entriesOf, listOf, plainOf, textOf, timeOf } from './value.ts';

/**
 * Validation results of Great Expectations, 0.15 to 1.x: one (`{ success, statistics, results, suite_name, meta }`), or those of a checkpoint (`run_results`, by id, each itself or its
 * `validation_result`). Shapes: `ExpectationSuiteValidationResult` in docs.greatexpectations.io and its repository, read in November 2026. Expectations of severity warning or
 * info are warnings. Never throws.
 */
export const greatExpectations: DocumentReader = (document) => {
  const content = new Content('great_expectations');
  const ofCheckpoint = entriesOf(at(document, 'run_results'));
  const results =
    ofCheckpoint.length === 0
      ? [document]
      : ofCheckpoint.map(([, result]) => at(result, 'validation_result') ?? result);
  const runTime = at(document, 'run_id', 'run_time');
  for (const result of results) validation(content, result, runTime);
  return content;
};

function validation(content: Content, document: unknown, runTime: unknown): void {
  const meta = at(document, 'meta');
  const dataset =
    textOf(at(meta, 'active_batch_definition', 'data_asset_name')) ??
    textOf(at(meta, 'batch_spec', 'data_asset_name')) ??
    textOf(at(document, 'asset_name'));
  const suite = textOf(at(document, 'suite_name')) ?? textOf(at(meta, 'expectation_suite_name'));
  if (dataset === undefined || suite === undefined) {
    content.problems.push('a validation result names no data asset or no suite');
    return;
  }
  const results = listOf(at(document, 'results'));
  const statistics = at(document, 'statistics');
  const failures = results.filter((each) => at(each, 'success') === false).map(failureOf);
  const evaluated = countOf(at(statistics, 'evaluated_expectations')) ?? results.length;
  // Without the results only their numbers are known.
  const failed = results.length > 0 ? undefined : countOf(at(statistics, 'unsuccessful_expectations'));
  content.checks.push({
    dataset,
    suite,
    evaluated,
    failures,
    ...(failed === undefined ? {} : { failed }),
    at:
      timeOf(at(meta, 'run_id', 'run_time')) ??
      timeOf(at(meta, 'validation_time')) ??
      timeOf(runTime) ??
      timeOf(at(meta, 'batch_markers', 'ge_load_time')),
  });
}

function failureOf(result: unknown): FailedExpectation {
  const config = at(result, 'expectation_config');
  const severity = textOf(at(config, 'severity'));
  const exception = at(result, 'exception_info');
  return {
    expectation: textOf(at(config, 'type')) ?? textOf(at(config, 'expectation_type')) ?? 'unnamed',
    column: textOf(at(config, 'kwargs', 'column')),
    severity: severity === 'warning' || severity === 'info' ? 'warn' : 'error',
    observed: plainOf(at(result, 'result', 'observed_value') ?? at(result, 'result', 'unexpected_count')),
    message:
      at(exception, 'raised_exception') === true ? textOf(at(exception, 'exception_message')) : undefined,
  };
}
