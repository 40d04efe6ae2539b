import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promtool } from '@sightglass/test-tools';
import type { YamlRule } from '../rules.ts';
import { type InputSeries, seriesName } from '../world/series-history.ts';
import type { Pace } from '../world/time.ts';
import { EvaluationError } from './evaluation-error.ts';

/**
 * Up to this pace, copies are left out: promtool would make one at each evaluation rather than each hour, and then reads thousands of them. They
 * say nothing that the series itself does not, since promtool never misses an evaluation.
 */
const MANY_COPIES = 900;

const isCopy = ({ record = '' }: YamlRule): boolean => record.endsWith('_hourly');

/** What tells the copy of a series from it: it is asked for by a pattern that names the series. */
const SUFFIX = /__\d+$/;

const FAILED_QUERY = /^\s*expr: .*, time: \S+, err: .*$/gm;

/** One set of series, and what to ask of it. */
export interface PromtoolTest {
  readonly series: readonly InputSeries[];
  readonly queries: readonly { readonly expr: string; readonly time: number }[];
  /** The alerts whose labels and annotations to print at a time. */
  readonly notifications?: readonly { readonly alert: string; readonly time: number }[];
}

export interface RunOptions {
  /** Default: a query that can't be evaluated is an error. */
  readonly queriesMayFail?: boolean;
  /** Whose promtool. Default: that of the oldest supported Prometheus, 2: what is a text of numbers, such as a page of panels, is by it. */
  readonly version?: 2 | 3;
}

/**
 * Evaluates rules, in their order, over each set of series with `promtool test rules`, and returns what it prints. Every question is put as
 * the expectation of nothing, so promtool answers with what there is, and one run tells everything about many rules.
 * Throws an {@link EvaluationError} when rules can't be evaluated over the series, and an error for a query that can't unless it may fail:
 * then it has no answer.
 */
export async function runPromtool(
  rules: readonly YamlRule[],
  tests: readonly PromtoolTest[],
  pace: Pace,
  { queriesMayFail = false, version = 2 }: RunOptions = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-scenario-'));
  try {
    const read = wordsOf([...rules, ...tests.flatMap(({ queries }) => queries)].map(({ expr }) => expr));
    const recorded = pace.evaluation > MANY_COPIES ? rules : rules.filter((rule) => !isCopy(rule));
    await writeFile(
      join(folder, 'rules.yml'),
      JSON.stringify({ groups: [{ name: 'scenario', rules: recorded }] }),
    );
    const file = {
      rule_files: ['rules.yml'],
      evaluation_interval: `${pace.evaluation}s`,
      tests: tests.map(({ series, queries, notifications = [] }) => ({
        interval: `${pace.scrape}s`,
        input_series: series.filter((each) => read.has(seriesName(each).replace(SUFFIX, ''))),
        promql_expr_test: queries.map(({ expr, time }) => ({ expr, eval_time: `${time}s`, exp_samples: [] })),
        alert_rule_test: notifications.map(({ alert, time }) => ({
          eval_time: `${time}s`,
          alertname: alert,
          exp_alerts: [],
        })),
      })),
    };
    await writeFile(join(folder, 'test.yml'), JSON.stringify(file));
    const { code, stdout, stderr } = await promtool(['test', 'rules', 'test.yml'], { cwd: folder, version });
    const output = `${stdout}\n${stderr}`;
    EvaluationError.throwIfAny(queriesMayFail ? output.replaceAll(FAILED_QUERY, '') : output);
    if (code > 1 || /^rules\.yml: |^test\.yml: |^ {2}FAILED:\n(?! {4})/m.test(output)) {
      throw new Error(`promtool: ${output.trim().slice(0, 2_000)}`);
    }
    return output;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What promtool answered to each query, by the text of the query. A query without an answer found nothing. */
export function answersIn(output: string): Map<string, string> {
  const answers = new Map<string, string>();
  for (const [, expr = '', got = ''] of output.matchAll(
    /expr: ("(?:[^"\\]|\\.)*"), time: \S+,\n\s*exp: nil\n\s*got: (.*)/g,
  )) {
    answers.set(JSON.parse(expr) as string, got);
  }
  return answers;
}

/** Every word of the expressions, metric names among them: what none of them names need not be loaded. */
const wordsOf = (expressions: readonly string[]): ReadonlySet<string> =>
  new Set(expressions.flatMap((expr) => expr.match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g) ?? []));
