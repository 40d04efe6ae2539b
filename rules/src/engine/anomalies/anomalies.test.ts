import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gauge } from '@sightglass/core';
import { promtool } from '@sightglass/test-tools';
import { seenBy } from '@sightglass/test-tools/seen';
import { describe, expect, test } from 'vitest';
import type { Recording } from '../model/rule.ts';
import { promql, renderQuery } from '../promql/promql.ts';
import { copiesOf } from '../remembered/index.ts';
import {
  byBacktest,
  endOf,
  eventOf,
  type Figures,
  historyTable,
  quietTables,
  verdictOf,
  watchedFrom,
} from './figures.support.ts';
import { type History, HOURS, histories } from './histories.support.ts';
import { ANOMALY_METHODS, type AnomalyMethod, anomalyRules } from './index.ts';

/*
 * Every history goes through the real rules in promtool, an evaluation an hour, so that the copies are hourly as they are in production.
 */

const GUIDE = readFileSync(new URL('../../../../docs/anomalies.md', import.meta.url), 'utf8');

const seen = seenBy(import.meta.url, [
  'rules/src/engine/anomalies/figures.support.ts',
  'rules/src/engine/anomalies/histories.support.ts',
  'rules/src/backtest',
  'packages/pipeline/src/statistics/formulas.ts',
  'test/tools/programs.ts',
]);

const numbers = gauge('anomaly_number', { help: 'A number of a history.', labels: ['history'] });
const events = gauge('anomaly_events', { help: 'Events of a history.', labels: ['history'] });

const rulesOf = (metric: typeof numbers, counts: boolean) =>
  anomalyRules({
    metric: metric.descriptor.name,
    by: ['history'],
    hour: promql`max by (history) (${metric})`,
    counts,
  });
const watched = { numbers: rulesOf(numbers, false), events: rulesOf(events, true) };

const unusual = (method: AnomalyMethod): Recording => ({
  record: `history:anomaly_${method}:unusual`,
  labels: ['history'],
  expr: promql`${watched.numbers.unusual(method)} or ${watched.events.unusual(method)}`,
});
const recordings = [
  ...watched.numbers.recordings,
  ...watched.events.recordings,
  ...ANOMALY_METHODS.map(unusual),
];

/** What Prometheus of a generation says of each history by each method. */
async function figuresByPromtool(version: 2 | 3): Promise<Map<string, Figures>> {
  // A sample lies at the end of its hour; the first one at 1 h.
  const at = (hour: number) => hour + 1;
  const over = (name: string, history: History, from: number, to: number) =>
    `count_over_time(${name}{history="${history.name}"}[${(to - from) * 60 - 1}m] @ ${at(to - 1) * 3_600})`;
  const asked = histories.flatMap((history) =>
    ANOMALY_METHODS.flatMap((method) => {
      const [from, to] = eventOf(history);
      const end = endOf(history);
      const metric = history.counts === true ? 'anomaly_events' : 'anomaly_number';
      const name = unusual(method).record;
      return [
        ...(to > from ? [{ history, method, what: 'inEvent', expr: over(name, history, from, to) }] : []),
        { history, method, what: 'all', expr: over(name, history, watchedFrom(history), end) },
        {
          history,
          method,
          what: 'judged',
          expr: over(`history:${metric}:${method}_score`, history, watchedFrom(history), end),
        },
      ];
    }),
  );
  const rule = ({ record, expr }: Recording) => ({ record, expr: renderQuery(expr) });
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-anomalies-'));
  try {
    const groups = [
      { name: 'hours', interval: '1h', rules: recordings.map(rule) },
      { name: 'hourly', interval: '1h', rules: copiesOf(recordings).map(rule) },
    ];
    const series = histories.map((history) => ({
      series: `${history.counts === true ? 'anomaly_events' : 'anomaly_number'}{history="${history.name}"}`,
      values: ['_', ...Array.from({ length: endOf(history) }, (_, hour) => history.value(hour) ?? '_')].join(
        ' ',
      ),
    }));
    const tests = [
      {
        interval: '1h',
        input_series: series,
        promql_expr_test: asked.map(({ expr }) => ({
          expr,
          eval_time: `${HOURS + 1}h`,
          exp_samples: [{ labels: '{answer="none"}', value: 0 }],
        })),
      },
    ];
    await writeFile(join(folder, 'rules.json'), JSON.stringify({ groups }));
    await writeFile(
      join(folder, 'test.json'),
      JSON.stringify({ rule_files: ['rules.json'], evaluation_interval: '1h', tests }),
    );
    const { stdout, stderr } = await promtool(['test', 'rules', 'test.json'], { cwd: folder, version });
    const text = stdout + stderr;
    const answers = [...text.matchAll(/expr: ("(?:[^"\\]|\\.)*"), time: \S+[\s\S]*?got:\s*(nil|\[?[^\n]*)/g)];
    const found = new Map(
      answers.map(([, expr, got]) => [
        JSON.parse(expr!) as string,
        Number(/\} (\S+?)[,\]]?$/.exec(got!.trim())?.[1] ?? 0),
      ]),
    );
    if (found.size !== asked.length) throw new Error(text.slice(0, 2_000));
    return new Map(
      histories.flatMap((history) =>
        ANOMALY_METHODS.map((method) => {
          const figure = (what: string) => {
            const question = asked.find(
              (each) => each.history === history && each.method === method && each.what === what,
            );
            return question === undefined ? 0 : found.get(question.expr)!;
          };
          const inEvent = figure('inEvent');
          return [
            `${history.name} ${method}`,
            { inEvent, besides: figure('all') - inEvent, judged: figure('judged') },
          ];
        }),
      ),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const verdictsBy = (figures: ReadonlyMap<string, Figures>, history: History) =>
  Object.fromEntries(
    ANOMALY_METHODS.map((method) => [method, verdictOf(history, figures.get(`${history.name} ${method}`)!)]),
  );

test('there are at least twenty histories', () => expect(histories.length).toBeGreaterThanOrEqual(20));

test.each(histories)('$name: $about', (history) => {
  const told = ANOMALY_METHODS.map((method) => JSON.stringify(byBacktest.get(`${history.name} ${method}`)));
  expect(verdictsBy(byBacktest, history), told.join('; ')).toEqual(history.verdicts);
});

// Without a limit: promtool evaluates five weeks of all of them, unless nothing has changed since it did.
describe.each([2, 3] as const)('the rules in Prometheus %i', (version) => {
  test('say of every history what is told of them, in as many hours', async () => {
    const depends = [recordings.map(({ record, expr }) => [record, renderQuery(expr)]), [...byBacktest]];
    const series = histories.map((history) =>
      Array.from({ length: endOf(history) }, (_, i) => history.value(i) ?? '_'),
    );
    await seen.holds(seen.key([depends, series], version), async () => {
      const figures = await figuresByPromtool(version);
      for (const history of histories)
        expect([history.name, verdictsBy(figures, history)]).toEqual([history.name, history.verdicts]);
      // Prometheus 2 counts both ends of a window, so that its windows hold an hour more.
      if (version === 3) expect([...figures]).toEqual([...byBacktest]);
    });
  }, 0);
});

test('the guide has the table of the histories', () => expect(GUIDE).toContain(historyTable()));

test('the guide has the false alarms and the detection of the back-test', () =>
  seen.holds(seen.key([GUIDE]), () => expect(GUIDE).toContain(quietTables())));
