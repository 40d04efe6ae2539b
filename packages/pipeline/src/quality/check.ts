import { log } from '@sightglass/core';
import { neverThrows, processStore } from '@sightglass/core/authors';
import { type Time, toUnixSeconds } from '../time.ts';
import { keptFailure, severityOf } from './failures.ts';
import { keepCheck } from './kept-checks.ts';
import * as metrics from './metrics.ts';
import { DEFAULTS } from './options.ts';
import { byDefault, isSuiteRetired, recordable, type SuiteLabels, suiteMetrics } from './registry.ts';

/** How bad it is that an expectation fails: `error` lowers the score and may wake somebody, `warn` tells. */
export const EXPECTATION_SEVERITIES = ['error', 'warn'] as const;
export type ExpectationSeverity = (typeof EXPECTATION_SEVERITIES)[number];

/**
 * An expectation that failed, as it is kept in the log and the table: of what is told here nothing becomes a label. Credentials are taken out, texts are cut to 1,000
 * characters and values to 100 within one.
 */
export interface FailedExpectation {
  /** What was expected, such as `expect_column_values_to_not_be_null`. */
  readonly expectation: string;
  readonly column?: string | undefined;
  /** Default `error`. */
  readonly severity?: ExpectationSeverity | undefined;
  readonly observed?: unknown;
  readonly expected?: unknown;
  readonly message?: string | undefined;
}

/** What is told of one run of a suite. */
export interface QualityCheckResult<S extends string = string> {
  readonly suite: S;
  /** Expectations that were evaluated. None, and no score either: the run has errored. */
  readonly evaluated?: number | undefined;
  /** Those of severity `error` that failed. Default: as many as `failures` has. */
  readonly failed?: number | undefined;
  /** Those of severity `warn` that failed. Default: as many as `failures` has. */
  readonly warned?: number | undefined;
  /** Which failed, for the log and the table. Default: it is not told. */
  readonly failures?: readonly FailedExpectation[] | undefined;
  /** The score, 0 to 1, of a tool that tells it instead of what it counted. A percentage is refused, as nobody could tell 0.97 % from 97 %. */
  readonly scoreRatio?: number | undefined;
  /** What was thrown when the suite could not be evaluated: the run has errored, whatever else is told. */
  readonly error?: unknown;
  /** When it ran. One that is not newer than the run before was told already, and counts for nothing; one more than a day ahead is refused. Default: now. */
  readonly at?: Time | undefined;
}

/** What {@link recordQualityCheck} takes. */
export interface QualityCheck extends QualityCheckResult {
  readonly dataset: string;
  /** Default: the layer of the one declared data set of this name, else `default`. */
  readonly layer?: string | undefined;
}

/** A run of a suite as it is kept. */
export interface KeptCheck extends SuiteLabels {
  readonly at: Date;
  readonly status: 'passed' | 'failed' | 'errored';
  readonly scoreRatio?: number | undefined;
  readonly evaluated?: number | undefined;
  readonly failed: number;
  readonly warned: number;
  readonly failures: readonly FailedExpectation[];
}

/** How far ahead of our clock the end of something may lie that has been: the clocks of two machines differ, and a time may be written down in the wrong zone. */
export const LARGEST_SKEW_SECONDS = 86_400;
/** More of one run are not kept: a suite that fails as a whole says nothing with its thousandth failure. */
const MOST_FAILURES = 100;

/**
 * Records a run of a suite of expectations: its score, what was evaluated and what failed, by severity; each failed expectation becomes a line of the log, and a row's detail where
 * `keepQualityChecks` was given a database. A run that evaluated nothing has no score and is errored: it does not count as a check. Never throws.
 * @example
 * recordQualityCheck({ dataset: 'measurements', layer: 'gold', suite: 'gold_suite', evaluated: 40, failures: [{ expectation: 'pm25 is not null', column: 'pm25', observed: 17 }] });
 */
export const recordQualityCheck = neverThrows(metrics.datasetChecks, (check: QualityCheck): void => {
  const found = recordable(check);
  if (found === undefined) return;
  const labels = { ...found, suite: check.suite };
  if (isSuiteRetired(labels) || !takesSuite(labels)) return;
  const now = processStore().clock.wallMs() / 1000;
  const at = check.at === undefined ? now : toUnixSeconds(check.at);
  if (!Number.isFinite(at)) throw new TypeError('no time');
  // After a run of the year 9999 none would ever be newer.
  if (at > now + LARGEST_SKEW_SECONDS) throw new TypeError('no time yet');
  if (check.at !== undefined && isToldAlready(at, metrics.datasetCheckLastRun.peek(labels), now)) return;
  const kept = keptOf(labels, check, at);
  show(kept, at);
  tell(kept, check.error);
  keepCheck(kept);
});

/** Whether a run is not newer than the last. One of a time to come would hide for as long all that come after it, so it hides itself alone. */
const isToldAlready = (at: number, last: number | undefined, now: number): boolean =>
  last !== undefined && (at === last || (at < last && last <= now));

/** Whether there is room for the suite; one that nobody declares is known from now on, and no run of it is waited for. */
function takesSuite(labels: SuiteLabels): boolean {
  if (metrics.datasetSuiteDeclared.peek(labels) === undefined) {
    metrics.datasetSuiteDeclared.setToNow(labels);
    suiteMetrics.initSeries(labels);
  }
  byDefault(metrics.datasetScoreObjective, DEFAULTS.scoreObjectiveRatio, labels);
  byDefault(metrics.datasetScoreWarning, DEFAULTS.scoreWarningRatio, labels);
  if (metrics.datasetSuiteDeclared.series.peek(labels)?.values.includes(labels.suite)) return true;
  throw new TypeError('no suite, or one too many');
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value < Infinity;

function keptOf(labels: SuiteLabels, check: QualityCheck, at: number): KeptCheck {
  const { dataset, layer, suite } = labels;
  const failures: readonly unknown[] = Array.isArray(check.failures) ? check.failures : [];
  const warnings = failures.filter((failure) => severityOf(failure) === 'warn').length;
  const failed = check.failed ?? failures.length - warnings;
  const warned = check.warned ?? warnings;
  const { scoreRatio, evaluated } = check;
  for (const count of [failed, warned, evaluated ?? 0])
    if (!isCount(count)) throw new TypeError('no number of expectations');
  if (scoreRatio !== undefined && scoreRatio !== null && !(isCount(scoreRatio) && scoreRatio <= 1))
    throw new TypeError('no share of the whole');
  const score =
    scoreRatio ??
    (evaluated !== undefined && evaluated > 0 ? Math.max(0, 1 - failed / evaluated) : undefined);
  const isErrored = score === undefined || (check.error !== undefined && check.error !== null);
  const kept = failures.slice(0, MOST_FAILURES).map(keptFailure);
  const base = { dataset, layer, suite, at: new Date(at * 1000), failures: kept };
  if (isErrored) return { ...base, status: 'errored', failed: 0, warned: 0 };
  const isFailed = failed > 0 || (evaluated === undefined && score < 1);
  return { ...base, status: isFailed ? 'failed' : 'passed', scoreRatio: score, evaluated, failed, warned };
}

function show(kept: KeptCheck, at: number): void {
  const { dataset, layer, suite, status, failed, warned, evaluated } = kept;
  const labels = { dataset, layer, suite };
  metrics.datasetChecks.add(1, { ...labels, status });
  metrics.datasetCheckLastRun.set(at, labels);
  metrics.datasetCheckErrored.set(status === 'errored' ? 1 : 0, labels);
  if (kept.scoreRatio === undefined) return;
  metrics.datasetCheckLastVerdict.set(at, labels);
  metrics.datasetQualityScore.set(kept.scoreRatio, labels);
  if (evaluated === undefined) metrics.datasetCheckEvaluated.remove(labels);
  else metrics.datasetCheckEvaluated.set(evaluated, labels);
  metrics.datasetCheckFailed.set(failed, labels);
  metrics.datasetCheckWarned.set(warned, labels);
  metrics.datasetFailedExpectations.add(failed, { ...labels, severity: 'error' });
  metrics.datasetFailedExpectations.add(warned, { ...labels, severity: 'warn' });
}

function tell({ dataset, layer, suite, status, failures }: KeptCheck, error: unknown): void {
  const of = { dataset, layer, suite };
  if (status === 'errored') log().error({ ...of, err: error }, 'data quality check evaluated nothing');
  for (const failure of failures) {
    const { expectation, column, severity = 'error', observed, expected, message } = failure;
    const line = { ...of, expectation, column, severity, observed, expected, detail: message };
    if (severity === 'warn') log().warn(line, 'expectation failed');
    else log().error(line, 'expectation failed');
  }
}
