import { hours, minutes, type Pace } from '../scenario/world/time.ts';
import type { AlertStory } from './alert-story.ts';
import type { Told } from './history.ts';

/*
 * What alerts compare, at each threshold and beside it, for subjects side by side. The series are told directly as their rules would record
 * them; each subject is also there under another SLO, where everything is the other way round.
 */

const PACE: Pace = { scrape: 60, evaluation: 60 };

interface Case {
  /** The values of recorded series, by the name after `slo:`. */
  readonly values: { readonly [record: string]: number };
  readonly holds: boolean;
}

/** One story of an alert: each case is a subject of its own, named after its place. */
function story(
  alert: string,
  slo: string,
  label: 'job_name' | 'http_route',
  cases: readonly Case[],
  { end = hours(2), more = {} }: { end?: number; more?: { readonly [label: string]: string } } = {},
): AlertStory {
  const good = cases.find(({ holds }) => !holds)!.values;
  const extra = Object.entries(more)
    .map(([name, value]) => `,${name}="${value}"`)
    .join('');
  const series: [string, Told][] = cases.flatMap(({ values, holds }, i) => [
    ...Object.entries(values).map(([record, value]): [string, Told] => [
      `slo:${record}{${label}="case-${i}",slo="${slo}"${extra}}`,
      () => value,
    ]),
    ...Object.entries(holds ? good : badAsCanBe(good)).map(([record, value]): [string, Told] => [
      `slo:${record}{${label}="case-${i}",slo="another"${extra}}`,
      () => value,
    ]),
  ]);
  return {
    alert,
    title: 'compares as it says, each subject by itself and no other SLO',
    pace: PACE,
    end,
    series: Object.fromEntries(series),
    held: cases.flatMap(({ holds }, i) =>
      holds ? [{ labels: { [label]: `case-${i}`, slo, ...more }, from: 0 }] : [],
    ),
    quietAt: [end],
  };
}

/** Everything far beyond its threshold. */
const badAsCanBe = (values: Case['values']): Case['values'] =>
  Object.fromEntries(
    Object.keys(values).map((record) => [record, record.startsWith('error_budget_remaining') ? -100 : 100]),
  );

const NONE = {
  'burn_rate:ratio5m': 0,
  'burn_rate:ratio30m': 0,
  'burn_rate:ratio1h': 0,
  'burn_rate:ratio6h': 0,
};
/** Errors enough for any floor. */
const MANY = { 'bad_events:increase1h': 100, 'bad_events:increase6h': 100 };

const fast = (gated: boolean): readonly Case[] => {
  const floor = gated ? MANY : {};
  const on = (values: Case['values'], holds: boolean): Case => ({
    values: { ...NONE, ...floor, ...values },
    holds,
  });
  return [
    on({}, false),
    on({ 'burn_rate:ratio1h': 14.5, 'burn_rate:ratio5m': 14.5 }, true),
    on({ 'burn_rate:ratio1h': 14.4, 'burn_rate:ratio5m': 100 }, false),
    on({ 'burn_rate:ratio1h': 100, 'burn_rate:ratio5m': 14.4 }, false),
    on({ 'burn_rate:ratio1h': 15, 'burn_rate:ratio5m': 100 }, true),
    on({ 'burn_rate:ratio1h': 100, 'burn_rate:ratio5m': 15 }, true),
    on({ 'burn_rate:ratio1h': 14, 'burn_rate:ratio5m': 100 }, false),
    on({ 'burn_rate:ratio1h': 100, 'burn_rate:ratio5m': 14 }, false),
    on({ 'burn_rate:ratio6h': 6.1, 'burn_rate:ratio30m': 6.1 }, true),
    on({ 'burn_rate:ratio6h': 6, 'burn_rate:ratio30m': 50 }, false),
    on({ 'burn_rate:ratio6h': 50, 'burn_rate:ratio30m': 6 }, false),
    ...(gated
      ? [
          on({ 'burn_rate:ratio1h': 50, 'burn_rate:ratio5m': 50, 'bad_events:increase1h': 2 }, false),
          on({ 'burn_rate:ratio1h': 50, 'burn_rate:ratio5m': 50, 'bad_events:increase1h': 3 }, true),
          on({ 'burn_rate:ratio6h': 50, 'burn_rate:ratio30m': 50, 'bad_events:increase6h': 2 }, false),
          on({ 'burn_rate:ratio6h': 50, 'burn_rate:ratio30m': 50, 'bad_events:increase6h': 3 }, true),
        ]
      : []),
  ];
};

const slow = (gated: boolean): readonly Case[] => {
  const on = (long: number, short: number, holds: boolean, bad = 100): Case => ({
    values: {
      'burn_rate:ratio3d': long,
      'burn_rate:ratio6h': short,
      ...(gated ? { 'bad_events:increase3d': bad } : {}),
    },
    holds,
  });
  return [
    on(0, 0, false),
    on(1.01, 1.01, true),
    on(1, 50, false),
    on(50, 1, false),
    on(1.5, 1.5, true),
    ...(gated ? [on(50, 50, false, 2), on(50, 50, true, 3)] : []),
  ];
};

const counted: readonly Case[] = (
  [
    [0.5, 0, 0, false],
    [-0.01, 2, 1, true],
    [0, 2, 1, false],
    [-1, 1, 1, false],
    [-1, 2, 1, true],
    [-1, 2, 0, false],
    [-1, 3, 2, true],
    [0.1, 20, 20, false],
  ] as const
).map(([remaining, bad, recent, holds]) => ({
  values: {
    'error_budget_remaining:ratio': remaining,
    'bad_events:increase_window': bad,
    'bad_events:increase1d': recent,
  },
  holds,
}));

const levels: readonly Case[] = [0, 1, 2, 3, 4].map((level) => ({
  values: { 'error_budget_policy:level': level },
  holds: level === 1 || level === 2,
}));

/** An alert that holds for a while and then no more, to the minute. */
function ending(
  alert: string,
  labels: { readonly [label: string]: string },
  values: Case['values'],
  held: number,
  end: number,
): AlertStory {
  const selector = Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');
  return {
    alert,
    title: 'waits and goes on firing to the minute',
    pace: PACE,
    end,
    series: Object.fromEntries(
      Object.entries(values).map(([record, value]) => [
        `slo:${record}{${selector}}`,
        (time: number) => (time < held ? value : record.startsWith('error_budget_remaining') ? 1 : 0),
      ]),
    ),
    held: [{ labels, from: 0, to: held }],
  };
}

const SLOW = { 'burn_rate:ratio3d': 2, 'burn_rate:ratio6h': 2, 'bad_events:increase3d': 9 };
const BROKEN = {
  'error_budget_remaining:ratio': -1,
  'bad_events:increase_window': 2,
  'bad_events:increase1d': 2,
};

const endingStories: readonly AlertStory[] = [
  ...['job-success', 'job-duration'].map((slo) =>
    ending(
      slo === 'job-success' ? 'SloJobSuccessBroken' : 'SloJobDurationBroken',
      { job_name: 'j', slo },
      BROKEN,
      minutes(10),
      minutes(30),
    ),
  ),
  ending(
    'SloJobAvailabilityBurnsSlowly',
    { job_name: 'j', slo: 'job-availability' },
    SLOW,
    minutes(70),
    minutes(140),
  ),
  ending(
    'SloJobFreshnessBurnsSlowly',
    { job_name: 'j', slo: 'job-freshness' },
    SLOW,
    minutes(70),
    minutes(140),
  ),
  ending(
    'SloAdminAvailabilityBurnsSlowly',
    { http_route: '/', slo: 'admin-availability' },
    SLOW,
    minutes(70),
    minutes(140),
  ),
  ending(
    'SloSourceFreshnessBurnsSlowly',
    { job_name: 'j', slo: 'source-freshness', source: 's' },
    SLOW,
    minutes(70),
    minutes(140),
  ),
];

export const conditionStories: readonly AlertStory[] = [
  ...endingStories,
  story('SloJobAvailabilityBurnsFast', 'job-availability', 'job_name', fast(false), { end: minutes(5) }),
  story('SloJobFreshnessBurnsFast', 'job-freshness', 'job_name', fast(false), { end: minutes(5) }),
  story('SloAdminAvailabilityBurnsFast', 'admin-availability', 'http_route', fast(true), { end: minutes(5) }),
  story('SloJobAvailabilityBurnsSlowly', 'job-availability', 'job_name', slow(false)),
  story('SloJobFreshnessBurnsSlowly', 'job-freshness', 'job_name', slow(false)),
  story('SloAdminAvailabilityBurnsSlowly', 'admin-availability', 'http_route', slow(true)),
  story('SloSourceFreshnessBurnsSlowly', 'source-freshness', 'job_name', slow(false), {
    more: { source: 'a' },
  }),
  {
    ...story('SloSourceFreshnessBurnsSlowly', 'source-freshness', 'job_name', slow(false), {
      more: { source: 'a' },
    }),
    title: 'compares the windows of one source, whatever those of another are',
    series: {
      'slo:burn_rate:ratio3d{job_name="j",slo="source-freshness",source="a"}': () => 50,
      'slo:burn_rate:ratio6h{job_name="j",slo="source-freshness",source="a"}': () => 0,
      'slo:burn_rate:ratio3d{job_name="j",slo="source-freshness",source="b"}': () => 0,
      'slo:burn_rate:ratio6h{job_name="j",slo="source-freshness",source="b"}': () => 50,
    },
    held: [],
  },
  story('SloJobSuccessBroken', 'job-success', 'job_name', counted, { end: minutes(30) }),
  story('SloJobDurationBroken', 'job-duration', 'job_name', counted, { end: minutes(30) }),
  {
    ...story('SloErrorBudgetShrinking', 'job-success', 'job_name', levels, { end: minutes(30) }),
    series: Object.fromEntries(
      levels.map(({ values }, i) => [
        `slo:error_budget_policy:level{job_name="case-${i}",slo="job-success"}`,
        () => values['error_budget_policy:level'],
      ]),
    ),
  },
];
