import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gauge } from '@sightglass/core';
import { promtool } from '@sightglass/test-tools';
import { beforeAll, describe, expect, test } from 'vitest';
import { scoresOf, verdictsOf } from '../../backtest/judge.ts';
import type { Recording } from '../model/rule.ts';
import { promql, renderQuery } from '../promql/promql.ts';
import { copiesOf } from '../remembered/index.ts';
import { type History, HOURS, histories, type Verdict, WATCHED_FROM } from './histories.support.ts';
import { ANOMALY_METHODS, type AnomalyMethod, anomalyRules } from './index.ts';

/*
 * Every history goes through the real rules in promtool, an evaluation an hour, so that the copies are hourly as they are in production.
 */

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

/** In how many hours a method was unusual, in the event and besides, and how many it judged. */
interface Figures {
  readonly inEvent: number;
  readonly besides: number;
  readonly judged: number;
}

const eventOf = ({ event = [0, 0] }: History) => event;
const endOf = ({ hours = HOURS }: History) => hours;
const watchedFrom = ({ watched: from = WATCHED_FROM }: History) => from;

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

function verdictOf(history: History, { inEvent, besides, judged }: Figures): Verdict {
  if (judged === 0) return 'not judged';
  if (history.event === undefined) return besides > 0 ? 'false alarm' : 'quiet';
  if (inEvent === 0) return 'missed';
  return besides > 0 ? 'found, and more' : 'found';
}

/** What the back-test says of it. */
function figuresByBacktest(history: History, method: AnomalyMethod): Figures {
  const hours = Array.from({ length: endOf(history) }, (_, hour) => history.value(hour));
  const options = { counts: history.counts === true };
  const verdicts = verdictsOf(scoresOf(hours, method, options), options);
  const [from, to] = eventOf(history);
  const some = verdicts.slice(watchedFrom(history));
  const inEvent = verdicts.slice(from, to).filter((verdict) => verdict === true).length;
  return {
    inEvent,
    besides: some.filter((verdict) => verdict === true).length - inEvent,
    judged: some.filter((verdict) => verdict !== undefined).length,
  };
}

describe.each([2, 3] as const)('histories, by the rules in Prometheus %i', (version) => {
  let figures: Map<string, Figures>;
  beforeAll(async () => {
    figures = await figuresByPromtool(version);
  });

  test('there are at least twenty', () => expect(histories.length).toBeGreaterThanOrEqual(20));

  test.each(histories)('$name: $about', (history) => {
    const found = Object.fromEntries(
      ANOMALY_METHODS.map((method) => [
        method,
        verdictOf(history, figures.get(`${history.name} ${method}`)!),
      ]),
    );
    const all = ANOMALY_METHODS.map(
      (method) => `${method} ${JSON.stringify(figures.get(`${history.name} ${method}`))}`,
    );
    expect(found, all.join('; ')).toEqual(history.verdicts);
  });

  if (version === 3)
    test.each(histories)('the back-test says the same of $name, hour by hour', (history) => {
      for (const method of ANOMALY_METHODS)
        expect([method, figuresByBacktest(history, method)]).toEqual([
          method,
          figures.get(`${history.name} ${method}`),
        ]);
    });
});
