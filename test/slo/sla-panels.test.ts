import { beforeAll, expect, test } from 'vitest';
import { parseSamples } from '../scenario/promtool/labels.ts';
import { answersIn, runPromtool } from '../scenario/promtool/run.ts';
import { shownBy, valuesBy } from '../scenario/shown-by.ts';
import { hours, minutes } from '../scenario/world/time.ts';

/** What SLA Monitoring makes of the series that SLOs record: their names and values are the engine's, which other tests hold. */

const { exprOf } = shownBy('sightglass-sla');
const END = hours(6);
const STEP = minutes(5);
const STEPS = END / STEP;

const slo = (record: string, of: string, values: string) => ({ series: `slo:${record}{${of}}`, values });
const KEPT = 'slo="job-success",job_name="sync"';
const BROKEN = 'slo="job-freshness",job_name="sync"';

const asked = {
  compliance: exprOf('SLA Compliance'),
  attained: exprOf('SLA Compliance', 'B'),
  promised: exprOf('SLA Compliance', 'C'),
  violations: exprOf('SLA Violations'),
  trend: exprOf('SLA Trend'),
  bad: exprOf('Bad Events'),
  dags: exprOf('Time to Recovery'),
  recovery: exprOf('Time to Recovery', 'B'),
};
let told: { readonly [name in keyof typeof asked]: ReturnType<typeof parseSamples> };

beforeAll(async () => {
  const series = [
    slo('error_budget_remaining:ratio', KEPT, `0.8x${STEPS}`),
    // Broken for an hour, kept for two, and broken since three.
    slo('error_budget_remaining:ratio', BROKEN, `-0.1x11 0.2x23 -0.3x${STEPS - 36}`),
    slo('error_budget_policy:level', KEPT, `0x${STEPS}`),
    slo('error_budget_policy:level', BROKEN, `4x${STEPS}`),
    slo('good_events:ratio_window', KEPT, `0.99x${STEPS}`),
    slo('good_events:ratio_window', BROKEN, `0.9x${STEPS}`),
    slo('objective:ratio', KEPT, `0.95x${STEPS}`),
    slo('objective:ratio', BROKEN, `0.99x${STEPS}`),
    slo('bad_events:increase1d', KEPT, `0x${STEPS}`),
    slo('bad_events:increase1d', BROKEN, `7x${STEPS}`),
    { series: 'dag_id:dag_last_recovery_seconds:last_known{dag_id="sales"}', values: `5400x${STEPS}` },
  ];
  const queries = Object.values(asked).map((expr) => ({
    expr: expr,
    time: END,
  }));
  const answers = answersIn(await runPromtool([], [{ series, queries }], { scrape: STEP, evaluation: STEP }));
  told = Object.fromEntries(
    Object.entries(asked).map(([name, expr]) => [name, parseSamples(answers.get(expr) ?? '')]),
  ) as typeof told;
});

test('compliance says which promises are kept and which are broken, the worst first, beside what was promised (000-P13)', () => {
  expect(valuesBy(told.compliance, 'slo', 'state')).toEqual({
    'job-freshness broken': 0,
    'job-success kept': 2,
  });
  expect(valuesBy(told.attained, 'slo')).toEqual({ 'job-freshness': 0.9, 'job-success': 0.99 });
  expect(valuesBy(told.promised, 'slo')).toEqual({ 'job-freshness': 0.99, 'job-success': 0.95 });
});

test('the trend is that of what was attained (000-P14)', () => {
  expect(valuesBy(told.trend, 'slo')).toEqual({ 'job-freshness': 0.9, 'job-success': 0.99 });
});

test('violations are a band for each promise, and the bad events behind them are counted (000-P15)', () => {
  expect(valuesBy(told.violations, 'slo')).toEqual({ 'job-freshness': 0, 'job-success': 2 });
  expect(valuesBy(told.bad, 'slo')).toEqual({ 'job-freshness': 7 });
});

test('recovery is how long a DAG took, and for how long a promise was broken in the time that is shown (000-P16)', () => {
  expect(valuesBy(told.dags, 'dag_id')).toEqual({ sales: 5_400 });
  const [seconds] = Object.values(valuesBy(told.recovery, 'slo'));
  // All of the hour that is shown.
  expect(Math.abs(seconds! - hours(1))).toBeLessThanOrEqual(2 * STEP);
});
