import { days, hours, type Pace } from '../scenario/world/time.ts';
import type { History, Told, Values } from './history.ts';
import { sliceClaims, together } from './reference.ts';
import { declared, HOURLY, SIX_HOURS } from './told.ts';

const JOB = 'pricing-sync';
const MONTH = days(30);
const of = (slo: string, value: number): Values => [[{ job_name: JOB, slo }, value]];

/** How old is what happens at each multiple of the interval, but for these times; of what never happened, how long it has been waited for. */
export const ageOf =
  (interval: number, skipped: (time: number) => boolean = () => false): ((time: number) => number) =>
  (time) => {
    let latest = Math.floor(time / interval) * interval;
    while (latest > 0 && skipped(latest)) latest -= interval;
    return time - latest;
  };

const MINUTELY: Pace = { scrape: 60, evaluation: 60 };

/** An age that grows for some minutes and begins again. Faster than time, so that it passes every limit. */
const wave =
  (period: number) =>
  (time: number): number =>
    ((time / 60) % period) * 100;

/** A slice is an hour here, so 30 days have 720 of them, and 1 % of these are 7.2: the 7.2 hours of 002. */
export const sliceHistories: readonly History[] = [
  {
    title: 'an outage of 24 hours of a six-hourly scheduler is 15 bad slices of 720: 1 - 15 / 7.2',
    pace: HOURLY,
    end: MONTH,
    slos: ['job-availability'],
    // The runs at 102, 108 and 114 h are missing. The last one is older than 8 h from 105 h on, and 120 h brings the next.
    series: declared(JOB, { runAge: ageOf(SIX_HOURS, (end) => end > hours(96) && end < hours(120)) }),
    expects: {
      [hours(104)]: { 'good_slice:bool': of('job-availability', 1) },
      [hours(105)]: { 'good_slice:bool': of('job-availability', 0) },
      [hours(119)]: { 'good_slice:bool': of('job-availability', 0) },
      [hours(120)]: {
        'good_slice:bool': of('job-availability', 1),
        'bad_events:increase1d': of('job-availability', 15),
        // Of the six slices up to now the last one is good.
        'burn_rate:ratio6h': of('job-availability', 5 / 6 / 0.01),
        'burn_rate:ratio3d': of('job-availability', 15 / 72 / 0.01),
      },
      [MONTH - hours(1)]: {
        'events:increase_window': of('job-availability', 720),
        'bad_events:increase_window': of('job-availability', 15),
        'good_events:ratio_window': of('job-availability', 705 / 720),
        'error_budget_remaining:ratio': of('job-availability', Number((1 - 15 / 7.2).toFixed(6))),
        'error_budget_policy:level': of('job-availability', 4),
        'events:increase1d': of('job-availability', 24),
        'bad_events:increase1d': of('job-availability', 0),
      },
    },
  },
  {
    title: 'time in which a job is disabled counts neither for its availability nor for its freshness',
    pace: HOURLY,
    end: hours(120),
    slos: ['job-availability', 'job-freshness'],
    series: {
      ...declared('another', { freshness: hours(8), enabled: () => 1, runAge: () => 0, dataAge: () => 0 }),
      ...declared(JOB, {
        freshness: hours(8),
        enabled: (time) => (time >= hours(50) && time < hours(100) ? 0 : 1),
        runAge: (time) => (time >= hours(50) && time < hours(100) ? 0 : ageOf(SIX_HOURS)(time)),
        dataAge: ageOf(SIX_HOURS, (end) => end > hours(48) && end < hours(102)),
      }),
    },
    expects: {
      [hours(60)]: {
        'good_slice:bool': [
          [{ job_name: 'another', slo: 'job-availability' }, 1],
          [{ job_name: 'another', slo: 'job-freshness' }, 1],
        ],
      },
      [hours(120)]: {
        'events:increase_window': [
          ...of('job-availability', 121 - 50),
          ...of('job-freshness', 121 - 50),
          [{ job_name: 'another', slo: 'job-availability' }, 121],
          [{ job_name: 'another', slo: 'job-freshness' }, 121],
        ],
        'bad_events:increase_window': [
          ...of('job-availability', 0),
          // The last success before it was disabled was at 48 h, the next one is due at 102 h.
          ...of('job-freshness', 2),
          [{ job_name: 'another', slo: 'job-availability' }, 0],
          [{ job_name: 'another', slo: 'job-freshness' }, 0],
        ],
      },
    },
  },
  {
    title: 'a job that has not succeeded yet is fresh for as long as a success may be old',
    pace: HOURLY,
    end: hours(24),
    slos: ['job-freshness'],
    series: {
      // It has been waited for since then.
      ...declared(JOB, { freshness: hours(12), dataAge: (time) => time - hours(2) }),
      ...declared('another', { freshness: hours(12), dataAge: () => 0 }),
    },
    expects: {
      [hours(14)]: {
        'good_slice:bool': [...of('job-freshness', 1), [{ job_name: 'another', slo: 'job-freshness' }, 1]],
      },
      [hours(15)]: {
        'good_slice:bool': [...of('job-freshness', 0), [{ job_name: 'another', slo: 'job-freshness' }, 1]],
      },
    },
  },
  {
    title: 'a run may end a third of the interval late, and never less than five minutes',
    pace: { scrape: 60, evaluation: 60 },
    end: 2_000,
    slos: ['job-availability'],
    series: {
      ...declared('quick', { interval: 60, runAge: (time) => time }),
      ...declared('quarter', { interval: 810, runAge: (time) => time }),
      ...declared('slow', { interval: 1_200, runAge: (time) => time }),
    },
    expects: (() => {
      const is = (quick: number, quarter: number, slow: number): { readonly [record: string]: Values } => ({
        'good_slice:bool': [
          [{ job_name: 'quick', slo: 'job-availability' }, quick],
          [{ job_name: 'quarter', slo: 'job-availability' }, quarter],
          [{ job_name: 'slow', slo: 'job-availability' }, slow],
        ],
      });
      return {
        360: is(1, 1, 1),
        420: is(0, 1, 1),
        1080: is(0, 1, 1),
        1140: is(0, 0, 1),
        1560: is(0, 0, 1),
        1620: is(0, 0, 0),
      };
    })(),
  },
  {
    title: 'each source of a sync is judged alone, by the promise of its job, as long as it is known',
    pace: HOURLY,
    end: hours(72),
    slos: ['source-freshness'],
    series: (() => {
      const source = (job: string, name: string, age: Told) => ({
        [`job_name_source:sync_source_age_seconds:last_known{job_name="${job}",source="${name}"}`]: age,
      });
      return {
        ...declared('prices', { freshness: hours(8) }),
        ...declared('stocks', { freshness: hours(20) }),
        ...source('prices', 'good', ageOf(SIX_HOURS)),
        ...source('prices', 'dead', (time) => time),
        ...source('prices', 'retired', (time) => (time < hours(10) ? time : undefined)),
        ...source('stocks', 'dead', (time) => time),
      };
    })(),
    expects: (() => {
      const is = (job_name: string, source: string, value: number) =>
        [{ job_name, slo: 'source-freshness', source }, value] as const;
      return {
        [hours(9)]: {
          'good_slice:bool': [
            is('prices', 'good', 1),
            is('prices', 'dead', 0),
            is('prices', 'retired', 0),
            is('stocks', 'dead', 1),
          ],
        },
        [hours(20)]: {
          'good_slice:bool': [is('prices', 'good', 1), is('prices', 'dead', 0), is('stocks', 'dead', 1)],
          'events:increase_window': [
            is('prices', 'good', 21),
            is('prices', 'dead', 21),
            is('stocks', 'dead', 21),
          ],
          'objective:ratio': [
            is('prices', 'good', 0.95),
            is('prices', 'dead', 0.95),
            is('stocks', 'dead', 0.95),
          ],
          'burn_rate:ratio6h': [is('prices', 'good', 0), is('prices', 'dead', 20), is('stocks', 'dead', 0)],
        },
        [hours(21)]: {
          'good_slice:bool': [is('prices', 'good', 1), is('prices', 'dead', 0), is('stocks', 'dead', 0)],
          'burn_rate:ratio6h': [
            is('prices', 'good', 0),
            is('prices', 'dead', 20),
            is('stocks', 'dead', 1 / 6 / 0.05),
          ],
        },
      };
    })(),
  },
  {
    title: 'burn rates of minutes, in every window',
    pace: MINUTELY,
    end: hours(3),
    slos: ['job-availability', 'job-freshness', 'source-freshness'],
    series: {
      ...declared('one', { interval: 600, freshness: 600, runAge: wave(13), dataAge: wave(21) }),
      ...declared('two', { interval: 600, freshness: 600, runAge: wave(17), dataAge: wave(60) }),
      'job_name_source:sync_source_age_seconds:last_known{job_name="one",source="a"}': wave(29),
    },
    expects: Object.fromEntries(
      [hours(2.1), hours(2.5), hours(3)].map((time) => [
        time,
        together(
          ...(
            [
              ['one', 'job-availability', 13, 900],
              ['one', 'job-freshness', 21, 600],
              ['two', 'job-availability', 17, 900],
              ['two', 'job-freshness', 60, 600],
            ] as const
          ).map(([job_name, slo, period, limit]) =>
            sliceClaims(time, {
              labels: { job_name, slo },
              objective: 0.99,
              step: 60,
              good: (at) => wave(period)(at) <= limit,
            }),
          ),
          sliceClaims(time, {
            labels: { job_name: 'one', slo: 'source-freshness', source: 'a' },
            objective: 0.95,
            step: 60,
            good: (at) => wave(29)(at) <= 600,
          }),
        ),
      ]),
    ),
  },
];
