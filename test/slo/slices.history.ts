import { days, hours } from '../scenario/world/time.ts';
import type { History, Told, Values } from './history.ts';
import { declared, HOURLY, SIX_HOURS } from './told.ts';

const JOB = 'pricing-sync';
const MONTH = days(30);
const of = (slo: string, value: number): Values => [[{ job_name: JOB, slo }, value]];

/** When something last happened that happens at each multiple of the interval, but for these times. */
const last =
  (interval: number, skipped: (time: number) => boolean = () => false): Told =>
  (time) => {
    let latest = Math.floor(time / interval) * interval;
    while (latest > 0 && skipped(latest)) latest -= interval;
    return latest > 0 ? latest : undefined;
  };

const gauge = (
  name: string,
  told: Told,
  labels = `job_name="${JOB}"`,
): { readonly [series: string]: Told } => ({
  [`${name}{instance="a",${labels}}`]: told,
});
const bornAt = (time: number): { readonly [series: string]: Told } =>
  gauge('job_declared_timestamp_seconds', () => time);

/** A slice is an hour here, so 30 days have 720 of them, and 1 % of these are 7.2: the 7.2 hours of 002. */
export const sliceHistories: readonly History[] = [
  {
    title: 'an outage of 24 hours of a six-hourly scheduler is 15 bad slices of 720: 1 - 15 / 7.2',
    pace: HOURLY,
    end: MONTH,
    slos: ['job-availability'],
    series: {
      ...declared(JOB),
      ...bornAt(1),
      // The runs at 102, 108 and 114 h are missing. The last one is older than 8 h from 105 h on, and 120 h brings the next.
      ...gauge(
        'job_last_run_timestamp_seconds',
        last(SIX_HOURS, (end) => end > hours(96) && end < hours(120)),
      ),
    },
    expects: {
      [hours(104)]: {
        'good_slice:bool': of('job-availability', 1),
        'burn_rate:ratio5m': of('job-availability', 0),
      },
      [hours(105)]: {
        'good_slice:bool': of('job-availability', 0),
        'burn_rate:ratio5m': of('job-availability', 100),
      },
      [hours(119)]: { 'good_slice:bool': of('job-availability', 0) },
      [hours(120)]: { 'good_slice:bool': of('job-availability', 1) },
      [MONTH - hours(1)]: {
        'events:increase_window': of('job-availability', 720),
        'bad_events:increase_window': of('job-availability', 15),
        'good_events:ratio_window': of('job-availability', 705 / 720),
        'error_budget_remaining:ratio': of('job-availability', Number((1 - 15 / 7.2).toFixed(6))),
        'error_budget_policy:level': of('job-availability', 4),
        'objective:ratio': of('job-availability', 0.99),
        'window:seconds': of('job-availability', MONTH),
        'events:increase1d': of('job-availability', 25),
        'bad_events:increase1d': of('job-availability', 0),
      },
      [hours(119) + hours(1)]: {
        // Closed windows of Prometheus 2 hold both of their ends: 25 hours in a day.
        'bad_events:increase1d': of('job-availability', 15),
        'burn_rate:ratio6h': of('job-availability', 6 / 7 / 0.01),
        'burn_rate:ratio3d': of('job-availability', 15 / 73 / 0.01),
      },
    },
  },
  {
    title: 'a dead process makes bad slices as long as it is remembered',
    pace: HOURLY,
    end: hours(48 + 170),
    slos: ['job-availability', 'job-freshness'],
    series: (() => {
      const alive = (time: number) => time <= hours(48);
      const until =
        (told: Told): Told =>
        (time) =>
          alive(time) ? told(time) : undefined;
      return {
        ...declared(JOB, { alive, freshness: hours(8) }),
        ...gauge(
          'job_declared_timestamp_seconds',
          until(() => 1),
        ),
        ...gauge('job_last_run_timestamp_seconds', until(last(SIX_HOURS))),
        ...gauge('job_last_success_timestamp_seconds', until(last(SIX_HOURS))),
      };
    })(),
    expects: {
      [hours(56)]: { 'good_slice:bool': [...of('job-availability', 1), ...of('job-freshness', 1)] },
      [hours(57)]: { 'good_slice:bool': [...of('job-availability', 0), ...of('job-freshness', 0)] },
      [hours(48 + 168)]: {
        'good_slice:bool': [...of('job-availability', 0), ...of('job-freshness', 0)],
        // Good from 0 h (when nothing had happened yet, it was declared 1 s later) to 56 h, bad for 160 h.
        'bad_events:increase_window': [...of('job-availability', 160), ...of('job-freshness', 160)],
      },
      [hours(48 + 169)]: { 'good_slice:bool': [] },
    },
  },
  {
    title:
      'time in which a job is disabled counts for its availability not at all, for its freshness as it is',
    pace: HOURLY,
    end: hours(120),
    slos: ['job-availability', 'job-freshness'],
    series: {
      ...declared(JOB, { freshness: hours(8) }),
      ...bornAt(1),
      ...gauge('job_enabled', (time) => (time >= hours(50) && time < hours(100) ? 0 : 1)),
      ...gauge(
        'job_last_run_timestamp_seconds',
        last(SIX_HOURS, (end) => end > hours(48) && end < hours(102)),
      ),
      ...gauge(
        'job_last_success_timestamp_seconds',
        last(SIX_HOURS, (end) => end > hours(48) && end < hours(102)),
      ),
    },
    expects: {
      [hours(60)]: { 'good_slice:bool': of('job-freshness', 0) },
      // Enabled at 100 h, with the next run at 102 h: two slices.
      [hours(120)]: {
        'events:increase_window': [...of('job-availability', 121 - 50), ...of('job-freshness', 121)],
        'bad_events:increase_window': [...of('job-availability', 2), ...of('job-freshness', 101 - 56)],
      },
    },
  },
  {
    title: 'a job that never ran is waited for since it was first declared, whatever restarts',
    pace: HOURLY,
    end: hours(24),
    slos: ['job-availability', 'job-freshness'],
    series: {
      ...declared(JOB, { freshness: hours(12) }),
      // It is declared anew each hour, as by a process that is restarted again and again.
      ...gauge('job_declared_timestamp_seconds', (time) => Math.max(1, time)),
    },
    expects: {
      [hours(8)]: { 'good_slice:bool': [...of('job-availability', 1), ...of('job-freshness', 1)] },
      [hours(9)]: { 'good_slice:bool': [...of('job-availability', 0), ...of('job-freshness', 1)] },
      [hours(13)]: { 'good_slice:bool': [...of('job-availability', 0), ...of('job-freshness', 0)] },
    },
  },
  {
    title: 'the newest of two replicas counts, and the promise of the living one',
    pace: HOURLY,
    end: hours(40),
    slos: ['job-freshness'],
    series: {
      // Until it dies at 10 h, a former deployment promised 30 h.
      ...declared(JOB, { freshness: hours(30), alive: (time) => time <= hours(10) }, 'old'),
      ...declared(JOB, { freshness: hours(8) }, 'b'),
      [`job_declared_timestamp_seconds{instance="b",job_name="${JOB}"}`]: () => 1,
      [`job_last_success_timestamp_seconds{instance="a",job_name="${JOB}"}`]: () => hours(6),
      [`job_last_success_timestamp_seconds{instance="b",job_name="${JOB}"}`]: (time) =>
        time < hours(18) ? undefined : hours(18),
    },
    expects: {
      [hours(14)]: { 'good_slice:bool': of('job-freshness', 1) },
      [hours(15)]: { 'good_slice:bool': of('job-freshness', 0) },
      [hours(18)]: { 'good_slice:bool': of('job-freshness', 1) },
      [hours(27)]: { 'good_slice:bool': of('job-freshness', 0) },
    },
  },
  {
    title: 'a job every minute is not late before five minutes are over',
    pace: { scrape: 60, evaluation: 60 },
    end: 1_200,
    slos: ['job-availability'],
    series: {
      ...declared(JOB, { interval: 60 }),
      ...bornAt(1),
      ...gauge('job_last_run_timestamp_seconds', () => 60),
    },
    expects: {
      420: { 'good_slice:bool': of('job-availability', 1) },
      480: {
        'good_slice:bool': of('job-availability', 0),
        'burn_rate:ratio5m': of('job-availability', (1 / 6) * 100),
      },
    },
  },
  {
    title: 'each source of a sync is judged alone, and one that is given up no longer',
    pace: HOURLY,
    end: hours(72),
    slos: ['source-freshness'],
    series: (() => {
      const source = (name: string) => `job_name="${JOB}",source="${name}"`;
      const seen = (name: string, told: Told) =>
        gauge('sync_source_first_seen_timestamp_seconds', told, source(name));
      const synced = (name: string, told: Told) =>
        gauge('sync_source_last_success_timestamp_seconds', told, source(name));
      const alive = (time: number) => time <= hours(60);
      const until =
        (end: number, told: Told): Told =>
        (time) =>
          time <= end ? told(time) : undefined;
      return {
        ...declared(JOB, { freshness: hours(8), alive }),
        ...seen(
          'good',
          until(hours(60), () => 1),
        ),
        ...synced('good', until(hours(60), last(SIX_HOURS))),
        ...seen(
          'dead',
          until(hours(60), () => 1),
        ),
        ...synced(
          'dead',
          until(hours(60), () => hours(6)),
        ),
        ...seen(
          'retired',
          until(hours(20), () => 1),
        ),
        ...synced(
          'retired',
          until(hours(20), () => hours(6)),
        ),
        ...seen('new', (time) => (time < hours(30) || time > hours(60) ? undefined : hours(30))),
      };
    })(),
    expects: (() => {
      const is = (source: string, value: number) =>
        [{ job_name: JOB, slo: 'source-freshness', source }, value] as const;
      return {
        [hours(20)]: { 'good_slice:bool': [is('good', 1), is('dead', 0), is('retired', 0)] },
        [hours(21)]: { 'good_slice:bool': [is('good', 1), is('dead', 0)] },
        [hours(38)]: { 'good_slice:bool': [is('good', 1), is('dead', 0), is('new', 1)] },
        [hours(39)]: { 'good_slice:bool': [is('good', 1), is('dead', 0), is('new', 0)] },
        // The process is dead, and with it nobody says which sources are configured.
        [hours(68)]: { 'good_slice:bool': [is('good', 1), is('dead', 0), is('new', 0), is('retired', 0)] },
        [hours(69)]: { 'good_slice:bool': [is('good', 0), is('dead', 0), is('new', 0), is('retired', 0)] },
      };
    })(),
  },
];
