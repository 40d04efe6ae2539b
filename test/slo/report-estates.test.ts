import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../rules/src/cli/run.ts';
import { collect } from '../../rules/src/engine/slo/report/figures.ts';
import { periodEnding } from '../../rules/src/engine/slo/report/period.ts';
import { prometheusAt } from '../../rules/src/engine/slo/report/prometheus.ts';
import { shippedSlos } from '../../rules/src/shipped.ts';
import { type Backfilled, startBackfilled } from './backfilled.ts';
import type { Told } from './history.ts';

/* The same job in two environments of one Prometheus: a report has figures of each, and says which is which. */

const DAY = 86_400;
const END = Date.UTC(2026, 1, 1) / 1_000;

/** What the rules record of a job that ran four times that day. */
function recorded(environment: string, bad: number): { readonly [series: string]: Told } {
  const subject = `environment="${environment}",job_name="prices"`;
  const series = (name: string, value: number) => [`slo:${name}{slo="job-success",${subject}}`, () => value];
  return Object.fromEntries([
    series('objective:ratio', 0.95),
    series('events:increase1d', 4),
    series('bad_events:increase1d', bad),
    series('good_events:ratio_window', 1 - bad / 4),
    series('error_budget_remaining:ratio', 1 - bad),
    series('error_budget_policy:level', bad === 0 ? 0 : 4),
    series('window:seconds', 7 * DAY),
    [`slo:reliability:ratio_window{composite="job-reliability",${subject}}`, () => 1 - bad / 4],
  ]);
}

let server: Backfilled;
beforeAll(async () => {
  server = await startBackfilled({
    series: { ...recorded('staging', 3), ...recorded('production', 0) },
    start: END - DAY,
    end: END,
    step: 60,
    records: [],
  });
});
afterAll(() => server?.stop());

test('figures of one subject in two environments are apart, estate by estate', async () => {
  const { figures, composites } = await collect(
    prometheusAt(server.url),
    periodEnding('day', END),
    shippedSlos.slos,
  );
  const subject = { job_name: 'prices' };
  expect(figures).toMatchObject([
    { subject, estate: { environment: 'production' }, events: 4, bad: 0, attained: 1, remaining: 1 },
    { subject, estate: { environment: 'staging' }, events: 4, bad: 3, attained: 0.25, remaining: -2 },
  ]);
  expect(figures.map(({ level }) => level!.number)).toEqual([0, 4]);
  expect(figures.map(({ burnDown }) => burnDown.at(-1)!.value)).toEqual([1, -2]);
  expect(composites).toMatchObject([
    { subject, estate: { environment: 'production' }, value: 1 },
    { subject, estate: { environment: 'staging' }, value: 0.25 },
  ]);
});

test('without a scope the label is one of the subject, and still nothing is mixed', async () => {
  const { figures } = await collect(prometheusAt(server.url), periodEnding('day', END), shippedSlos.slos, {
    scope: [],
  });
  expect(figures.map(({ subject, estate, bad }) => [subject.environment, estate, bad])).toEqual([
    ['production', {}, 0],
    ['staging', {}, 3],
  ]);
});

test.each(['md', 'html'])('%s names the environment of each figure', async (format) => {
  const out: string[] = [];
  const place = { out: (text: string) => void out.push(text), err: () => {}, folder: '.' };
  const at = ['--period', 'day', '--at', String(END), '--format', format];
  expect(await run(['slo-report', '--prometheus', server.url, ...at], place)).toBe(0);
  const text = out.join('');
  for (const environment of ['production', 'staging'])
    expect(text).toContain(`Job success, job_name prices, environment ${environment}`);
  out.length = 0;
  await run(['slo-report', '--prometheus', server.url, ...at, '--selector', 'environment=staging'], place);
  expect(out.join('')).not.toContain('production');
});
