import { days, type Pace } from '../scenario/world/time.ts';
import type { History, Told, Values } from './history.ts';

/*
 * What all SLOs share, from what the rules of each of them record: told directly, every SLO with several subjects side by side.
 */

const PACE: Pace = { scrape: 60, evaluation: 60 };
const END = 300;

interface Subject {
  readonly slo: string;
  readonly labels: { readonly [label: string]: string };
  readonly objective: number;
  readonly events: number;
  readonly bad: number;
  /** Bad events that are allowed at least. */
  readonly least?: number;
  /** Slices of the whole window. */
  readonly whole?: number;
}

/** Around each edge of the policy: of 1,000 runs 50 may be bad. */
const edges: readonly Subject[] = [0, 12, 12.5, 13, 24.5, 25, 25.5, 37, 37.5, 38, 49.5, 50, 50.5, 900].map(
  (bad, i) => ({
    slo: i % 2 === 0 ? 'job-success' : 'job-duration',
    labels: { job_name: `job-${i}` },
    objective: 0.95,
    events: 1_000,
    bad,
  }),
);

const few: readonly Subject[] = [
  { slo: 'job-success', labels: { job_name: 'one-run' }, objective: 0.95, events: 1, bad: 1, least: 1 },
  { slo: 'job-success', labels: { job_name: 'none' }, objective: 0.95, events: 0, bad: 0, least: 1 },
  { slo: 'job-duration', labels: { job_name: 'ten-runs' }, objective: 0.95, events: 10, bad: 1, least: 1 },
  { slo: 'job-duration', labels: { job_name: 'forty' }, objective: 0.95, events: 40, bad: 1, least: 1 },
];

const WINDOWS = { '5m': 5, '30m': 30, '1h': 60, '6h': 360, '3d': 4_320 } as const;

/** Routes without, with one and with many requests. */
const routes: readonly Subject[] = [
  { slo: 'admin-availability', labels: { http_route: '/admin/none' }, objective: 0.999, events: 0, bad: 0 },
  { slo: 'admin-availability', labels: { http_route: '/admin/one' }, objective: 0.999, events: 1, bad: 1 },
  {
    slo: 'admin-availability',
    labels: { http_route: '/admin/many' },
    objective: 0.999,
    events: 1_000,
    bad: 5,
  },
];

const counted = [...edges, ...few, ...routes];

/** Good and bad slices, of two sources of the same job too. */
const slices = [
  { slo: 'job-availability', labels: { job_name: 'up' }, objective: 0.99, good: 1 },
  { slo: 'job-availability', labels: { job_name: 'down' }, objective: 0.99, good: 0 },
  { slo: 'job-freshness', labels: { job_name: 'up' }, objective: 0.99, good: 0 },
  { slo: 'job-freshness', labels: { job_name: 'down' }, objective: 0.99, good: 1 },
  { slo: 'source-freshness', labels: { job_name: 'up', source: 'a' }, objective: 0.95, good: 1 },
  { slo: 'source-freshness', labels: { job_name: 'up', source: 'b' }, objective: 0.95, good: 0 },
  { slo: 'source-freshness', labels: { job_name: 'down', source: 'a' }, objective: 0.95, good: 0 },
];
/** One a minute, from the first on. */
const SLICES = END / 60;
const slicesOf =
  (share: number): Told =>
  (time) =>
    time < 60 ? undefined : (share * time) / 60;

const selector = (labels: { readonly [label: string]: string }): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');

const series = (name: string, labels: { readonly [label: string]: string }, slo: string, value: number) =>
  [`slo:${name}{${selector({ ...labels, slo })}}`, () => value] as const;

const allowedOf = ({ events, objective, least = 0, whole = 0 }: Subject): number =>
  Math.max(least, (1 - objective) * Math.max(events, whole));
const millionth = (value: number): number => Number(value.toFixed(6));
const levelOf = (rest: number): number => [0.75, 0.5, 0.25, 0].filter((edge) => rest < edge).length;

const all: readonly Subject[] = [
  ...counted.map((each) => (each.slo.startsWith('job-') ? { least: 1, ...each } : each)),
  ...slices.map(({ good, ...each }) => ({
    ...each,
    events: SLICES,
    bad: good === 1 ? 0 : SLICES,
    whole: days(30) / 60,
  })),
];

const values = (of: (subject: Subject) => number | undefined, subjects = all): Values =>
  subjects.flatMap((subject): Values => {
    const value = of(subject);
    return value === undefined ? [] : [[{ ...subject.labels, slo: subject.slo }, value]];
  });

const remainingOf = (subject: Subject): number | undefined =>
  allowedOf(subject) > 0 ? millionth(1 - subject.bad / allowedOf(subject)) : undefined;

const judged = all.filter(({ slo }) => !slo.startsWith('job-success') && !slo.startsWith('job-duration'));

const WEIGHTS: { readonly [slo: string]: number } = {
  'job-freshness': 4,
  'job-success': 3,
  'job-availability': 2,
  'job-duration': 1,
};

/** Composites of each job, from those of its SLOs that have events: many of these jobs have one SLO alone. */
const composites: Values = [...new Set(all.flatMap(({ labels }) => labels.job_name ?? []))].flatMap(
  (job_name): Values => {
    const own = all.filter(
      ({ slo, labels, events }) => labels.job_name === job_name && slo in WEIGHTS && events > 0,
    );
    if (own.length === 0) return [];
    const attained = own.map(({ slo, events, bad }) => ({ weight: WEIGHTS[slo]!, good: 1 - bad / events }));
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    return [
      [{ composite: 'job-reliability', job_name }, attained.reduce((product, { good }) => product * good, 1)],
      [
        { composite: 'job-experience', job_name },
        sum(attained.map(({ weight, good }) => weight * good)) / sum(attained.map(({ weight }) => weight)),
      ],
    ];
  },
);

export const sharedHistories: readonly History[] = [
  {
    title: 'objectives, budgets, levels and burn rates of all SLOs at once, each subject by itself',
    pace: PACE,
    end: END,
    slos: [
      'job-success',
      'job-duration',
      'job-availability',
      'job-freshness',
      'source-freshness',
      'admin-availability',
    ],
    series: Object.fromEntries([
      ...counted.flatMap(({ slo, labels, events, bad }) => [
        series('events:increase_window', labels, slo, events),
        series('bad_events:increase_window', labels, slo, bad),
      ]),
      ...routes.flatMap(({ slo, labels, events, bad }) =>
        Object.keys(WINDOWS).flatMap((window) => [
          series(`events:increase${window}`, labels, slo, events),
          series(`bad_events:increase${window}`, labels, slo, bad),
        ]),
      ),
      ...slices.flatMap(({ slo, labels, good }): [string, Told][] => [
        [`slo:events:total{${selector({ ...labels, slo })}}`, slicesOf(1)],
        [`slo:bad_events:total{${selector({ ...labels, slo })}}`, slicesOf(1 - good)],
      ]),
    ]),
    expects: {
      [END]: {
        'objective:ratio': values(({ objective }) => objective),
        'window:seconds': values(() => days(30), judged),
        'allowed_events:increase_window': values(allowedOf),
        'good_events:ratio_window': values(({ events, bad }) => (events > 0 ? 1 - bad / events : undefined)),
        'error_budget_remaining:ratio': values(remainingOf),
        'error_budget_policy:level': values((subject) => {
          const rest = remainingOf(subject);
          return rest === undefined ? undefined : levelOf(rest);
        }),
        'reliability:ratio_window': composites,
        ...Object.fromEntries(
          Object.entries(WINDOWS).map(([window, slicesInIt]) => [
            `burn_rate:ratio${window}`,
            values(({ events, bad, objective, whole }) => {
              const of = whole === undefined ? events : Math.max(events, slicesInIt);
              return of > 0 ? bad / of / (1 - objective) : undefined;
            }, judged),
          ]),
        ),
      },
    },
  },
];
