// @ts-check
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, foreground } from './process.mjs';

/**
 * Runs vitest and prints its totals as one plain line after its own. CI takes a skipped test for a failure.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} args
 */
export async function runTests(root, env, args) {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-totals-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  try {
    const code = await foreground('vitest', ['run', ...reporters, ...args], { cwd: root, env });
    const text = await readFile(report, 'utf8').catch(() => undefined);
    if (text === undefined) throw new Failure('tests failed: vitest wrote no report');
    const { passed, failed, skipped } = countTests(JSON.parse(text));
    const problem = testProblem(code, passed, skipped);
    if (problem) process.stderr.write(`== ${problem}\n`);
    process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    if (problem) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Counts of vitest's JSON report; a test file that could not be loaded counts as one failed test.
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { status: string, assertionResults: unknown[] }[] }} report
 */
export function countTests(report) {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param {number} code @param {number} passed @param {number} skipped */
function testProblem(code, passed, skipped) {
  if (code !== 0) return 'tests failed';
  if (passed === 0) return 'tests failed: none was run';
  if (skipped > 0 && process.env.CI === 'true') return `tests failed: ${skipped} skipped, and CI skips none`;
  return undefined;
}
