import type { FailedExpectation, QualityCheck } from '../quality/index.ts';
import { type AttachedTo, Content, type DocumentReader } from './formats.ts';
import { at, countOf, listOf, numberOf, textOf, timeOf } from './value.ts';

/*
 * What dbt writes into `target/`. Shapes: docs.getdbt.com/reference/artifacts (`sources-json`: v3; `freshness-json`: v0 of dbt v2, beta; `run-results-json`: v6), read in November 2026.
 */

/** The suite under which dbt's own verdict on freshness is recorded. */
export const DBT_FRESHNESS_SUITE = 'dbt_freshness';
/** The suite of dbt's tests. */
export const DBT_TESTS_SUITE = 'dbt_tests';

/** `source.project.shop.orders` is `shop.orders`, `model.project.orders` is `orders`; a version of a model stays with it. */
export function nameOf(uniqueId: string): string {
  const [kind, , ...name] = uniqueId.split('.');
  return name.length === 0 ? uniqueId : kind === 'test' ? name[0]! : name.join('.');
}

/**
 * `sources.json` (v3): `results[].{unique_id, max_loaded_at, snapshotted_at, criteria, status}`, the status one of pass, warn, error, or runtime error where the query failed.
 * The time of the newest record is told, and dbt's verdict as a run of the suite {@link DBT_FRESHNESS_SUITE}. Never throws.
 */
export const dbtSources: DocumentReader = (document) => freshness(new Content('dbt_sources'), document);

/**
 * `freshness.json` (v0, dbt v2): the same of sources and models, with Pass, Warn and Error. A query that fails leaves its node out: that a check did not run is told by the data set
 * itself, whose suite is waited for. Never throws.
 */
export const dbtFreshness: DocumentReader = (document) => freshness(new Content('dbt_freshness'), document);

function freshness(content: Content, document: unknown): Content {
  const generated = timeOf(at(document, 'metadata', 'generated_at'));
  for (const entry of listOf(at(document, 'results'))) {
    const id = textOf(at(entry, 'unique_id'));
    const status = textOf(at(entry, 'status'))?.toLowerCase();
    if (id === undefined || status === undefined) {
      content.problems.push('an entry has no unique_id or no status');
      continue;
    }
    const dataset = nameOf(id);
    const run = {
      dataset,
      suite: DBT_FRESHNESS_SUITE,
      at: timeOf(at(entry, 'snapshotted_at')) ?? generated,
    };
    if (status === 'runtime error') {
      content.checks.push({ ...run, error: textOf(at(entry, 'error')) ?? 'runtime error' });
      continue;
    }
    if (!['pass', 'warn', 'error'].includes(status)) {
      content.problems.push(`${dataset} has the status ${JSON.stringify(status)}`);
      continue;
    }
    const newest = timeOf(at(entry, 'max_loaded_at'));
    if (newest !== undefined) content.freshness.push({ dataset, newest });
    const failure: FailedExpectation = {
      expectation: 'freshness',
      severity: status === 'warn' ? 'warn' : 'error',
      observed: numberOf(at(entry, 'max_loaded_at_time_ago_in_s')),
      expected: criteriaOf(entry, status),
    };
    content.checks.push({ ...run, evaluated: 1, failures: status === 'pass' ? [] : [failure] });
  }
  return content;
}

function criteriaOf(entry: unknown, status: string): string | undefined {
  const criterion = at(entry, 'criteria', `${status}_after`);
  const count = numberOf(at(criterion, 'count'));
  const period = textOf(at(criterion, 'period'));
  return count === undefined || period === undefined ? undefined : `${count} ${period}`;
}

/**
 * `run_results.json` (v6): `results[].{unique_id, status, failures, message, adapter_response}`. Tests are a run of the suite {@link DBT_TESTS_SUITE} of the data set that they are attached
 * to, which `manifest.json` says; without it that is the project. One with the status error or skipped was not evaluated. Models, seeds and snapshots that were written tell their
 * `rows_affected`. Never throws.
 */
export const dbtRunResults: DocumentReader = (document, attachedTo) => {
  const content = new Content('dbt_run_results');
  const generated = timeOf(at(document, 'metadata', 'generated_at'));
  const suites = new Map<string, Tests>();
  for (const entry of listOf(at(document, 'results'))) {
    const id = textOf(at(entry, 'unique_id'));
    const status = textOf(at(entry, 'status'));
    if (id === undefined || status === undefined)
      content.problems.push('an entry has no unique_id or no status');
    else if (id.startsWith('test.')) testOf(suites, id, status, entry, attachedTo);
    else if (/^(model|seed|snapshot)\./.test(id) && status === 'success') {
      const rows = countOf(at(entry, 'adapter_response', 'rows_affected'));
      const code = textOf(at(entry, 'adapter_response', 'code')) ?? '';
      // A view is created, and moves no rows.
      if (rows !== undefined && !code.startsWith('CREATE VIEW'))
        content.volumes.push({ dataset: nameOf(id), rows, at: generated });
    }
  }
  for (const [dataset, { evaluated, failures, error }] of suites) {
    const run: QualityCheck = { dataset, suite: DBT_TESTS_SUITE, evaluated, failures, at: generated };
    content.checks.push(evaluated === 0 ? { ...run, error: error ?? 'no test was evaluated' } : run);
  }
  return content;
};

interface Tests {
  evaluated: number;
  readonly failures: FailedExpectation[];
  error: string | undefined;
}

function testOf(
  suites: Map<string, Tests>,
  id: string,
  status: string,
  entry: unknown,
  attachedTo: AttachedTo | undefined,
): void {
  const attached = attachedTo?.(id);
  const dataset = attached === undefined ? (id.split('.')[1] ?? 'dbt') : nameOf(attached);
  const tests = suites.get(dataset) ?? { evaluated: 0, failures: [], error: undefined };
  suites.set(dataset, tests);
  const message = textOf(at(entry, 'message'));
  if (!['pass', 'fail', 'warn'].includes(status)) {
    tests.error ??= message ?? status;
    return;
  }
  tests.evaluated++;
  if (status === 'pass') return;
  tests.failures.push({
    expectation: nameOf(id),
    severity: status === 'warn' ? 'warn' : 'error',
    observed: countOf(at(entry, 'failures')),
    expected: 0,
    message,
  });
}

/** What `manifest.json` says tests are attached to: `nodes[test].attached_node`, else the first that it depends on. */
export function attachedToBy(manifest: unknown): AttachedTo {
  return (test) => {
    const node = at(manifest, 'nodes', test);
    return textOf(at(node, 'attached_node')) ?? textOf(listOf(at(node, 'depends_on', 'nodes'))[0]);
  };
}
