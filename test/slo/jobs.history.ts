import { days, hours, type Pace } from '../scenario/world/time.ts';
import type { History, Told } from './history.ts';
import { runClaims, sliceClaims, together } from './reference.ts';
import { type Count, declared, SIX_HOURS, slow } from './told.ts';

/*
 * Two jobs over a month, on two replicas, with all that can happen to runs. What is expected is counted run by run and slice by slice.
 */

type Status = 'success' | 'partial' | 'failed' | 'timeout' | 'cancelled';

interface TestRun {
  readonly end: number;
  readonly status: Status;
  readonly seconds: number;
  readonly replica: 'a' | 'b';
}

interface TestJob {
  readonly name: string;
  readonly interval: number;
  readonly objective: number;
  readonly bound: number;
  readonly freshness: number;
  readonly window: number;
  readonly runs: readonly TestRun[];
}

const END = days(32);
const EVERY_FOUR_HOURS: Pace = { scrape: hours(4), evaluation: hours(4) };

/** Runs end half an hour past each multiple of the interval; statuses and durations come in the order of the lists, again and again. */
function runsOf(interval: number, statuses: readonly Status[], durations: readonly number[]): TestRun[] {
  return Array.from({ length: Math.floor(END / interval) }, (_, i) => ({
    end: (i + 1) * interval + hours(0.5),
    status: statuses[i % statuses.length]!,
    seconds: durations[i % durations.length]!,
    replica: i % 3 === 0 ? 'b' : 'a',
  }));
}

const many = (count: number, status: Status): Status[] => Array.from({ length: count }, () => status);

const SIX: TestJob = {
  name: 'six-hourly',
  interval: SIX_HOURS,
  objective: 0.9,
  bound: 60,
  freshness: hours(8),
  window: days(7),
  runs: runsOf(
    SIX_HOURS,
    [
      ...many(17, 'success'),
      'failed',
      ...many(6, 'success'),
      'partial',
      'cancelled',
      ...many(20, 'success'),
      'timeout',
    ],
    [20, 20, 20, 50, 20, 61, 20, 20, 20, 20, 600, 20, 20],
  ),
};

const NIGHTLY: TestJob = {
  name: 'nightly',
  interval: days(1),
  objective: 0.95,
  bound: 45,
  freshness: hours(30),
  window: days(30),
  runs: runsOf(
    days(1),
    [
      'failed',
      ...many(3, 'success'),
      'timeout',
      ...many(4, 'success'),
      'failed',
      'success',
      'cancelled',
      'success',
    ],
    [20, 50, 20, 20, 20, 300, 20],
  ),
};

const counting =
  (runs: readonly TestRun[]): Count =>
  (time) =>
    runs.filter(({ end }) => end <= time).length;

const is =
  (...statuses: readonly Status[]) =>
  ({ status }: TestRun): boolean =>
    statuses.includes(status);

/** A run that took longer than its job declares; one that failed or was cancelled says nothing of that. */
const isSlow =
  ({ bound }: TestJob) =>
  ({ status, seconds }: TestRun): boolean =>
    status === 'timeout' || ((status === 'success' || status === 'partial') && seconds > bound);

function seriesOf(job: TestJob): { readonly [series: string]: Told } {
  const { name, runs, interval, bound, freshness } = job;
  const ends = runs.map(({ end }) => end);
  const successes = runs.filter(is('success')).map(({ end }) => end);
  const age = (times: readonly number[]) => (time: number) =>
    time - (times.findLast((end) => end <= time) ?? 0);
  const counters = (['a', 'b'] as const).flatMap((replica) =>
    (['success', 'partial', 'failed', 'timeout', 'cancelled'] as const).flatMap((status) => {
      const own = runs.filter((run) => run.replica === replica && run.status === status);
      const labels = `instance="${replica}",job_name="${name}",status="${status}"`;
      return [[`job_runs_total{${labels},trigger="scheduled"}`, counting(own)]] as [string, Told][];
    }),
  );
  const slowRuns = (replica: string) =>
    slow(name, counting(runs.filter((run) => run.replica === replica && isSlow(job)(run))), replica);
  return {
    ...slowRuns('a'),
    ...slowRuns('b'),
    ...declared(name, {
      interval,
      bound,
      freshness,
      enabled: () => 1,
      runAge: age(ends),
      dataAge: age(successes),
    }),
    ...Object.fromEntries(counters),
  };
}

function claimsOf(job: TestJob, time: number) {
  const { name: job_name, interval, objective, bound, freshness, window, runs } = job;
  const about = (slo: string) => ({ job_name, slo });
  const ended = runs.filter(is('success', 'partial', 'failed', 'timeout'));
  const timed = runs.filter(is('success', 'partial', 'timeout'));
  const last = (times: readonly number[], at: number) => at - (times.findLast((end) => end <= at) ?? 0);
  const ends = runs.map(({ end }) => end);
  const successes = runs.filter(is('success')).map(({ end }) => end);
  return together(
    runClaims(time, {
      labels: about('job-success'),
      objective,
      window,
      total: counting(ended),
      bad: counting(ended.filter(is('partial', 'failed', 'timeout'))),
    }),
    runClaims(time, {
      labels: about('job-duration'),
      objective: 0.95,
      window,
      total: counting(timed),
      bad: counting(timed.filter(isSlow(job))),
    }),
    sliceClaims(time, {
      labels: about('job-availability'),
      objective: 0.99,
      step: EVERY_FOUR_HOURS.evaluation,
      good: (at) => last(ends, at) <= (interval * 4) / 3 + bound,
    }),
    sliceClaims(time, {
      labels: about('job-freshness'),
      objective: 0.99,
      step: EVERY_FOUR_HOURS.evaluation,
      good: (at) => last(successes, at) <= freshness,
    }),
  );
}

/** What composites are: of what was attained by each SLO of a job. */
function composites(claims: ReturnType<typeof claimsOf>) {
  const attained = claims['good_events:ratio_window']!;
  const of = (job_name: string, slo: string) =>
    attained.find(([labels]) => labels.job_name === job_name && labels.slo === slo)![1];
  return [SIX, NIGHTLY].flatMap(({ name: job_name }) => {
    const [success, availability, duration, freshness] = [
      'success',
      'availability',
      'duration',
      'freshness',
    ].map((slo) => of(job_name, `job-${slo}`)) as [number, number, number, number];
    return [
      [{ composite: 'job-reliability', job_name }, success * availability * duration * freshness],
      [
        { composite: 'job-experience', job_name },
        (4 * freshness + 3 * success + 2 * availability + duration) / 10,
      ],
    ] as const;
  });
}

/** A source that is late every other day. */
const sourceAge = (time: number): number => time % days(2);

const at = (time: number) => {
  const source = sliceClaims(time, {
    labels: { job_name: SIX.name, slo: 'source-freshness', source: 'p' },
    objective: 0.95,
    step: EVERY_FOUR_HOURS.evaluation,
    good: (at) => sourceAge(at) <= SIX.freshness,
  });
  const claims = together(claimsOf(SIX, time), claimsOf(NIGHTLY, time), source);
  return { ...claims, 'reliability:ratio_window': composites(claims) };
};

export const jobHistories: readonly History[] = [
  {
    title: 'two jobs on two replicas, counted run by run and slice by slice',
    pace: EVERY_FOUR_HOURS,
    end: days(31) + hours(4),
    slos: ['job-success', 'job-duration', 'job-availability', 'job-freshness', 'source-freshness'],
    series: {
      ...seriesOf(SIX),
      ...seriesOf(NIGHTLY),
      [`job_name_source:sync_source_age_seconds:last_known{job_name="${SIX.name}",source="p"}`]: sourceAge,
      // While it is deployed, one replica already promises less.
      'job_name:job_success_objective_ratio:last_known{job_name="six-hourly"}': () => 0.9,
    },
    expects: Object.fromEntries(
      [days(5), days(7), days(9), days(31) + hours(4)].map((time) => [time, at(time)]),
    ),
  },
];
