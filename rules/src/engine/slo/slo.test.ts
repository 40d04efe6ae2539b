import { counter, gauge, histogram } from '@sightglass/core';
import { expect, test } from 'vitest';
import { isAlert } from '../model/rule.ts';
import { promql, renderQuery } from '../promql/promql.ts';
import { BURN_PAIRS, burnFactor, detectionSeconds, pairsFor } from './burn-rate.ts';
import { composite } from './composite.ts';
import { sloGroups } from './groups.ts';
import type { Sli, SloOptions } from './model.ts';
import { BUDGET_POLICY, levelOf } from './policy.ts';
import { slo } from './slo.ts';

const requests = counter('slo_test_requests_total', {
  help: 'Requests.',
  labels: { route: String, ok: ['yes', 'no'] },
});
const took = histogram('slo_test_duration_seconds', {
  help: 'Took.',
  labels: ['route'],
  buckets: [0.1, 0.5, 1],
});
const depth = gauge('slo_test_depth', { help: 'Depth.', labels: ['route'] });
const interval = { record: 'route:slo_test_interval_seconds:last_known', labels: ['route'] };

const ratio = {
  kind: 'ratio',
  by: ['route'],
  total: requests,
  bad: requests.where({ ok: 'no' }),
  eventsPerHour: 1_000,
} as const;

const options = (changes: Partial<SloOptions> = {}): SloOptions => ({
  name: 'test-requests',
  description: 'Of the requests to a route, 99.9 % are answered.',
  owner: 'team',
  objective: 0.999,
  windowDays: 30,
  sli: ratio,
  rationale: 'It is what the test needs.',
  impact: 'Nobody is harmed by it.',
  action: 'Look at the test itself.',
  runbook: 'slo',
  ...changes,
});

const problems = (changes: Partial<SloOptions>): readonly string[] => {
  try {
    slo(options(changes));
    return [];
  } catch (error) {
    return (error as { problems: readonly string[] }).problems;
  }
};

test('factors are the share of the budget times the window by the long window: those of the workbook at 30 days', () => {
  expect(BURN_PAIRS.map((pair) => burnFactor(pair, 30))).toEqual([14.4, 6, 1]);
  expect(BURN_PAIRS.map((pair) => burnFactor(pair, 28))).toEqual([13.44, 5.6, 0.933333333333]);
  expect(pairsFor(7).map((pair) => burnFactor(pair, 7))).toEqual([3.36, 1.4]);
});

test('a total outage pages after 2 % of the budget: 8.64 minutes at 99 %, 52 seconds at 99.9 %', () => {
  expect(detectionSeconds(BURN_PAIRS[0]!, 30, 0.99)).toBeCloseTo(8.64 * 60, 6);
  expect(detectionSeconds(BURN_PAIRS[0]!, 30, 0.999)).toBeCloseTo(51.84, 6);
});

test('everything wrong with a declaration is said at once', () => {
  expect(
    problems({
      name: 'Test requests',
      owner: '',
      impact: 'none',
      objective: 99.9,
      windowDays: 365,
      policy: [],
      sli: { ...ratio, by: ['table'] },
    }),
  ).toEqual([
    'name must be lower-case words with hyphens, 50 characters at most, such as "job-success"',
    'owner must be a text',
    'impact must be a sentence that ends with a period',
    'objective must be a share between 0 and 1, both excluded: 0.99, not 99',
    'windowDays must be a whole number from 1 to 90',
    'policy must list two or more levels from the best to the worst, the last from -Infinity',
    'slo_test_requests_total has no label table of the subject',
    'slo_test_requests_total has no label table of the subject',
  ]);
});

const freshness = {
  kind: 'freshness',
  by: ['route'],
  age: promql`time() - ${depth}`,
  limit: promql`${interval}`,
  limitBy: ['route'],
} as const;

test.each<[string, Partial<SloOptions>, RegExp]>([
  [
    'a counter as a histogram',
    { sli: { ...ratio, kind: 'latency', histogram: requests, withinSeconds: 1 } as never },
    /histogram must be a histogram, and slo_test_requests_total is a counter/,
  ],
  [
    'a bound between buckets',
    { sli: { kind: 'latency', by: ['route'], histogram: took, withinSeconds: 0.3, eventsPerHour: 1_000 } },
    /withinSeconds 0.3 must be a bucket of slo_test_duration_seconds.* it has 0.1, 0.5, 1/,
  ],
  [
    'a gauge as a counter',
    { sli: { ...ratio, total: depth } as Sli },
    /total must be a counter, and slo_test_depth is a gauge/,
  ],
  [
    'an objective of each subject for burn rates',
    { objectivePerSubject: interval },
    /objectivePerSubject is for runs/,
  ],
  [
    'a limit by other labels',
    { sli: { ...freshness, limitBy: ['source'] } },
    /limitBy must name some of the labels of by/,
  ],
  ['no traffic at all', { sli: { ...ratio, eventsPerHour: 0 } }, /eventsPerHour must be a number above 0/],
  [
    'a rare window that is shorter',
    {
      sli: {
        kind: 'runs',
        by: ['route'],
        runs: { total: requests, bad: requests },
        interval,
        rareWindowDays: 7,
      },
    },
    /rareWindowDays must be a whole number not below windowDays/,
  ],
])('%s is refused', (_, changes, message) => {
  expect(problems(changes).join('\n')).toMatch(message);
});

test('an alert that can never fire is refused, with what to change', () => {
  expect(problems({ objective: 0.9 })).toEqual([
    'the page for 2 % of the budget in 1h can never fire: it waits for 144 % bad events (14.4 × 10 %). Raise objective above 93.0556 %, lower windowDays to 20 or less, or count the events with kind "runs"',
  ]);
  expect(problems({ objective: 0.9, windowDays: 20 })).toEqual([]);
  expect(problems({ objective: 0.9306 })).toEqual([]);
  expect(problems({ objective: 0.9305 })).toHaveLength(1);
  expect(problems({ objective: 0.9, sli: freshness })).toHaveLength(1);
});

test('three bad events must be possible where one alone would burn too fast', () => {
  expect(problems({ sli: { ...ratio, eventsPerHour: 2 } })).toEqual([
    'the page for 2 % of the budget in 1h can never fire: it asks for 3 bad events, and 2 an hour are 2 in that time. Events so rare are counted with kind "runs"',
  ]);
  expect(problems({ sli: { ...ratio, eventsPerHour: 3 } })).toEqual([]);
});

const expressionsOf = (changes: Partial<SloOptions>): { readonly [alert: string]: string } =>
  Object.fromEntries(
    sloGroups({ slos: [{ ...slo(options(changes)), component: 'test' }], composites: [] })
      .flatMap(({ rules }) => rules.filter(isAlert))
      .map(({ alert, expr }) => [alert, renderQuery(expr)]),
  );

test('only pairs that one bad event could fire ask for three', () => {
  const floors = (eventsPerHour: number) => {
    const fast = expressionsOf({ sli: { ...ratio, eventsPerHour } }).SloTestRequestsBurnsFast!;
    return [...fast.matchAll(/bad_events:increase(\w+)/g)].map(([, window]) => window);
  };
  // One event is enough for 14.4 × 0.1 % up to 69 events, in an hour, and for 6 × 0.1 % up to 166 in six.
  expect(floors(10)).toEqual(['1h', '6h']);
  expect(floors(28)).toEqual(['1h']);
  expect(floors(70)).toEqual([]);
});

test('a dependency pages nobody, and runs are counted', () => {
  expect(
    Object.keys(expressionsOf({ dependency: true })).filter((name) => name.startsWith('SloTest')),
  ).toEqual(['SloTestRequestsBurnsSlowly']);
  const runs = {
    kind: 'runs',
    by: ['route'],
    runs: { total: requests, bad: requests.where({ ok: 'no' }) },
    interval,
    rareWindowDays: 30,
  } as const;
  expect(Object.keys(expressionsOf({ sli: runs })).filter((name) => name.startsWith('SloTest'))).toEqual([
    'SloTestRequestsBroken',
  ]);
});

test('an SLO that must not page warns, and holds back while another alert says why', () => {
  const [alert] = sloGroups({
    slos: [{ ...slo(options({ pages: false, explainedBy: ['Gone', 'Stopped'] })), component: 'test' }],
    composites: [],
  })
    .flatMap(({ rules }) => rules.filter(isAlert))
    .filter(({ alert }) => alert === 'SloTestRequestsBurnsFast');
  expect(alert!.severity).toBe('warning');
  expect(renderQuery(alert!.expr)).toMatch(
    /\)\nunless on \(route\)\nmax_over_time\(ALERTS\{alertname=~"Gone\|Stopped",alertstate="firing"\}\[1h\]\)$/,
  );
  expect(problems({ explainedBy: ['job gone'] })).toEqual([
    'explainedBy must list names of alerts, such as "JobGone"',
  ]);
});

test('a share within a bound is counted by its bucket, as either Prometheus writes it', () => {
  const sli = {
    kind: 'latency',
    by: ['route'],
    histogram: took,
    withinSeconds: 1,
    eventsPerHour: 1_000,
  } as const;
  const [group] = sloGroups({ slos: [{ ...slo(options({ sli })), component: 'test' }], composites: [] });
  const good = group!.rules.find(
    (rule) => 'record' in rule && rule.record === 'slo:good_events_by_process:slo',
  )!;
  expect(renderQuery(good.expr)).toContain('slo_test_duration_seconds_bucket{le=~"1|1\\\\.0"}');
});

test('each level of the policy includes its lower edge', () => {
  expect(
    [1, 0.75, 0.7499, 0.5, 0.25, 0.2499, 0, -0.0001].map((rest) => levelOf(BUDGET_POLICY, rest)),
  ).toEqual([0, 0, 1, 1, 2, 3, 3, 4]);
});

test('a composite is of SLOs with the same subjects, and a product has no weights', () => {
  const one = slo(options());
  const of = [{ slo: one, weight: 1 }];
  const whole = {
    name: 'x',
    description: 'X.',
    by: ['table'],
    method: 'product',
    of: [...of, { slo: one, weight: 2 }],
  } as const;
  expect(() => composite(whole)).toThrow(
    expect.objectContaining({
      problems: [
        'the SLO test-requests has no label table',
        'the SLO test-requests has no label table',
        'a product has no weights: that of test-requests must be 1',
      ],
    }),
  );
  expect(() => composite({ ...whole, by: ['route'], of })).toThrow(/of must name two SLOs or more/);
});

test.each<[string, unknown, string]>([
  ['none', undefined, 'sli must say its kind, and by which labels it tells subjects apart: { kind, by, … }'],
  [
    'a number',
    { kind: 'ratio', by: [], total: 2, bad: 1, eventsPerHour: 9 },
    'total must be a counter or what is recorded of one',
  ],
  [
    'no histogram',
    { kind: 'latency', by: [], withinSeconds: 1, eventsPerHour: 9 },
    'histogram must be a histogram or what is recorded of one',
  ],
])('an SLO on %s says what it needs', (_, sli, message) => {
  expect(problems({ sli } as never)).toContain(message);
});
