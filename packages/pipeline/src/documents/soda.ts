import type { FailedExpectation } from '../quality/index.ts';
import { Content, type DocumentReader } from './formats.ts';
import { at, listOf, plainOf, textOf, timeOf } from './value.ts';

/**
 * Scan results of Soda Core (`soda scan --scan-results-file`, `scan.get_scan_results()`): `checks[].{name, type, table, column, outcome}`, the outcome pass, warn, fail or null, in
 * version 4 PASSED, WARN, FAILED, NOT_EVALUATED, EXCLUDED; with `definitionName`, `scanEndTimestamp` and `hasErrors`. Shapes: `Check.get_dict` of sodadata/soda-core, read in November
 * 2026; the names at the top are from its documentation. A check without an outcome was not evaluated. Each table is a data set; the suite is the scan's definition. Never throws.
 */
export const soda: DocumentReader = (document) => {
  const content = new Content('soda');
  const suite = textOf(at(document, 'definitionName')) ?? 'soda';
  const end = timeOf(at(document, 'scanEndTimestamp')) ?? timeOf(at(document, 'scanStartTimestamp'));
  const tables = new Map<string, { evaluated: number; readonly failures: FailedExpectation[] }>();
  for (const check of listOf(at(document, 'checks'))) {
    const table = textOf(at(check, 'table'));
    if (table === undefined) {
      content.problems.push('a check names no table');
      continue;
    }
    const found = tables.get(table) ?? { evaluated: 0, failures: [] };
    tables.set(table, found);
    const outcome = OUTCOMES.get(textOf(at(check, 'outcome'))?.toLowerCase() ?? '');
    if (outcome === undefined) continue;
    found.evaluated++;
    if (outcome === 'pass') continue;
    found.failures.push({
      expectation: textOf(at(check, 'name')) ?? textOf(at(check, 'identity')) ?? 'unnamed',
      column: textOf(at(check, 'column')),
      severity: outcome === 'warn' ? 'warn' : 'error',
      observed: plainOf(at(check, 'diagnostics', 'value')),
    });
  }
  for (const [dataset, { evaluated, failures }] of tables) {
    const run = { dataset, suite, evaluated, failures, at: end };
    content.checks.push(evaluated === 0 ? { ...run, error: 'no check was evaluated' } : run);
  }
  return content;
};

const OUTCOMES: ReadonlyMap<string, 'pass' | 'warn' | 'fail'> = new Map([
  ['pass', 'pass'],
  ['passed', 'pass'],
  ['warn', 'warn'],
  ['warned', 'warn'],
  ['fail', 'fail'],
  ['failed', 'fail'],
]);
