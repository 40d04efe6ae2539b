import type { AnomalyMethod } from './index.ts';

/*
 * Histories of metrics, and what each method must say of them. Each is five weeks of hours; something happens in the hours `event`, or nothing does, and everything is watched from
 * the end of the third week on.
 */

/**
 * - `found`: unusual in the hours of the event, and in none besides.
 * - `found, and more`: in these, and in others too: a false alarm.
 * - `missed`: not unusual in any hour of the event.
 * - `quiet`: nothing happens, and it says nothing.
 * - `false alarm`: nothing happens, and it says that something does.
 * - `not judged`: too little is known, or the spread is 0.
 */
export type Verdict = 'found' | 'found, and more' | 'missed' | 'quiet' | 'false alarm' | 'not judged';

export interface History {
  readonly name: string;
  /** What it is, in a sentence without its end. */
  readonly about: string;
  /** What the metric is in an hour; undefined for no sample. */
  readonly value: (hour: number) => number | undefined;
  /** The hours of the event, the last excluded. Default: none. */
  readonly event?: readonly [from: number, to: number];
  /** How long it is. Default {@link HOURS}. */
  readonly hours?: number;
  /** From which hour on it is watched. Default {@link WATCHED_FROM}. */
  readonly watched?: number;
  /** Whether it is a number of events, with what chance does to them. Default false. */
  readonly counts?: true;
  readonly verdicts: { readonly [method in AnomalyMethod]: Verdict };
}

export const HOURS = 35 * 24;
export const WATCHED_FROM = 21 * 24;

/** A number between 0 and 1 that an hour always has: 32 bits of a hash (Mueller's, public domain). */
function chance(hour: number, of: number): number {
  let x = (hour * 7_919 + of * 104_729 + 1) | 0;
  for (let i = 0; i < 2; i++) x = Math.imul((x >>> 16) ^ x, 0x45d9f3b);
  return (((x >>> 16) ^ x) >>> 0) / 2 ** 32;
}

/** Noise of a normal distribution with deviation 1 (Box and Muller). */
const noise = (hour: number, of = 1): number =>
  Math.sqrt(-2 * Math.log(chance(hour, of) || 1e-9)) * Math.cos(2 * Math.PI * chance(hour, of + 50));

const hourOfDay = (hour: number) => hour % 24;
const dayOfWeek = (hour: number) => Math.floor(hour / 24) % 7;
const isIn = (hour: number, [from, to]: readonly [number, number]) => hour >= from && hour < to;

const steady = (hour: number) => 100 + 5 * noise(hour);
/** From 20 at night to 180 at noon. */
const daily = (hour: number) =>
  100 - 80 * Math.cos((2 * Math.PI * hourOfDay(hour)) / 24) + 3 * noise(hour, 2);
/** The same on five days, and a quarter of it at the weekend. */
const weekly = (hour: number) => (dayOfWeek(hour) < 5 ? daily(hour) : daily(hour) / 4);
const nightly = (hour: number) => (hourOfDay(hour) === 2 ? 1_000 + 10 * noise(hour, 3) : 0);

/** Monday of the fifth week. */
const MONDAY = 28 * 24;
const NOON = MONDAY + 24 + 10;
const NIGHT = MONDAY + 24;

const during = (
  event: readonly [number, number],
  usual: (hour: number) => number | undefined,
  then: (hour: number) => number | undefined,
) => ({ event, value: (hour: number) => (isIn(hour, event) ? then(hour) : usual(hour)) });

const QUIET = { z: 'quiet', robust: 'quiet', seasonal: 'quiet' } as const;
const FOUND = { z: 'found', robust: 'found', seasonal: 'found' } as const;
const NOT_JUDGED = { z: 'not judged', robust: 'not judged', seasonal: 'not judged' } as const;

export const histories: readonly History[] = [
  { name: 'flat', about: 'always 100', value: () => 100, verdicts: QUIET },
  {
    name: 'noisy',
    about: '100, with a deviation of 20',
    value: (h) => 100 + 20 * noise(h, 4),
    verdicts: QUIET,
  },
  { name: 'daily cycle', about: 'from 20 at night to 180 at noon', value: daily, verdicts: QUIET },
  {
    name: 'weekly cycle',
    about: 'the same, and a quarter of it at weekends',
    value: weekly,
    verdicts: QUIET,
  },
  {
    name: 'spike',
    about: 'twice as much for three hours',
    ...during([NOON, NOON + 3], steady, (h) => 2 * steady(h)),
    verdicts: FOUND,
  },
  {
    name: 'spike at night',
    about: 'in a daily cycle, as much as by day for three hours of a night',
    ...during([NIGHT, NIGHT + 3], daily, () => 150),
    verdicts: { z: 'missed', robust: 'missed', seasonal: 'found' },
  },
  {
    name: 'drop at noon',
    about: 'in a daily cycle, as little as at night for four hours of a day',
    ...during([NOON, NOON + 4], daily, () => 20),
    verdicts: { z: 'missed', robust: 'missed', seasonal: 'found' },
  },
  {
    name: 'outage',
    about: 'nothing for twelve hours',
    ...during([NOON, NOON + 12], steady, () => 0),
    verdicts: FOUND,
  },
  {
    name: 'step',
    about: 'half as much again, from one hour on for a day',
    ...during([NOON, NOON + 24], steady, (h) => 1.5 * steady(h)),
    verdicts: FOUND,
  },
  {
    name: 'slow drift',
    about: '½ % more each day for a week',
    ...during([MONDAY, MONDAY + 168], steady, (h) => steady(h) * (1 + (h - MONDAY) / 4_800)),
    verdicts: { z: 'missed', robust: 'missed', seasonal: 'missed' },
  },
  {
    name: 'gap',
    about: 'a day without a sample',
    value: (h) => (isIn(h, [NOON, NOON + 24]) ? undefined : steady(h)),
    verdicts: QUIET,
  },
  {
    name: 'too short',
    about: 'twice as much after six days',
    hours: 150,
    watched: 0,
    ...during([146, 150], steady, (h) => 2 * steady(h)),
    verdicts: NOT_JUDGED,
  },
  {
    name: 'zero',
    about: 'always 0, and 50 for an hour',
    ...during(
      [NOON, NOON + 1],
      () => 0,
      () => 50,
    ),
    hours: NOON + 1,
    verdicts: NOT_JUDGED,
  },
  {
    name: 'zero, of events',
    about: 'the same of what is counted',
    ...during(
      [NOON, NOON + 1],
      () => 0,
      () => 50,
    ),
    counts: true,
    verdicts: FOUND,
  },
  {
    name: 'few events',
    about: 'none to five an hour by chance',
    value: (h) => Math.floor(6 * chance(h, 5) ** 3),
    counts: true,
    verdicts: { z: 'quiet', robust: 'false alarm', seasonal: 'quiet' },
  },
  {
    name: 'four runs a day',
    about: '1,000 at every sixth hour, and one run is missing',
    ...during(
      [MONDAY + 30, MONDAY + 31],
      (h) => (h % 6 === 0 ? 1_000 : 0),
      () => 0,
    ),
    verdicts: { z: 'missed', robust: 'not judged', seasonal: 'found' },
  },
  {
    name: 'nightly run',
    about: '1,000 at two in the night',
    value: nightly,
    verdicts: { z: 'false alarm', robust: 'not judged', seasonal: 'quiet' },
  },
  {
    name: 'late run',
    about: 'the same, once three hours late',
    ...during([MONDAY + 26, MONDAY + 30], nightly, (h) => (hourOfDay(h) === 5 ? 1_000 : 0)),
    verdicts: { z: 'found, and more', robust: 'not judged', seasonal: 'found' },
  },
  {
    name: 'by day only',
    about: '400 by day, 0 at night, and nothing for two hours of a day',
    ...during(
      [MONDAY + 38, MONDAY + 40],
      (h) => (hourOfDay(h) < 11 ? 0 : 400),
      () => 0,
    ),
    verdicts: { z: 'missed', robust: 'found, and more', seasonal: 'found' },
  },
  {
    name: 'holiday',
    about: 'in a weekly cycle, a Tuesday like a Sunday',
    ...during([MONDAY + 24, MONDAY + 48], weekly, (h) => daily(h) / 4),
    verdicts: { z: 'missed', robust: 'missed', seasonal: 'found' },
  },
  {
    name: 'week after a holiday',
    about: 'a usual Tuesday, a week after one like a Sunday',
    value: (h) => (isIn(h, [MONDAY - 144, MONDAY - 120]) ? daily(h) / 4 : weekly(h)),
    watched: MONDAY - 100,
    verdicts: { z: 'quiet', robust: 'quiet', seasonal: 'false alarm' },
  },
  {
    name: 'month end',
    about: 'three times as much on the last day of the month, as in the one before',
    ...during(
      [MONDAY + 48, MONDAY + 72],
      (h) => steady(h) * (isIn(h, [0, 24]) ? 3 : 1),
      (h) => 3 * steady(h),
    ),
    verdicts: FOUND,
  },
  {
    name: 'growth',
    about: 'a daily cycle that grows by a tenth each week',
    value: (h) => daily(h) * (1 + h / 1_680),
    verdicts: QUIET,
  },
  {
    name: 'negative',
    about: '-100, and -150 for six hours',
    ...during(
      [NOON, NOON + 6],
      (h) => -steady(h),
      (h) => -1.5 * steady(h),
    ),
    verdicts: FOUND,
  },
  {
    name: 'around zero',
    about: 'between -5 and 5, and 60 for three hours',
    ...during(
      [NOON, NOON + 3],
      (h) => 2 * noise(h, 6),
      () => 60,
    ),
    verdicts: FOUND,
  },
  {
    name: 'constant, then one change',
    about: 'always 100, then 130',
    ...during(
      [NOON, NOON + 12],
      () => 100,
      () => 130,
    ),
    verdicts: FOUND,
  },
  {
    name: 'constant, then a little more',
    about: 'always 100, then 110',
    ...during(
      [NOON, NOON + 12],
      () => 100,
      () => 110,
    ),
    verdicts: { z: 'missed', robust: 'missed', seasonal: 'missed' },
  },
  {
    name: 'bimodal',
    about: '50 or, two times in five, 150',
    value: (h) => (chance(h, 7) < 0.4 ? 150 : 50) + noise(h, 8),
    verdicts: { z: 'quiet', robust: 'false alarm', seasonal: 'false alarm' },
  },
  {
    name: 'outlier in training',
    about: 'twice as much for three hours, a week after an hour with 50 times as much',
    ...during(
      [NOON, NOON + 3],
      (h) => steady(h) * (h === MONDAY - 100 ? 50 : 1),
      (h) => 2 * steady(h),
    ),
    watched: MONDAY - 20,
    verdicts: { z: 'missed', robust: 'found', seasonal: 'found, and more' },
  },
  {
    name: 'restarted process',
    about: 'no sample for two hours, and a third of the usual in the hour after',
    ...during(
      [NOON + 2, NOON + 3],
      (h) => (isIn(h, [NOON, NOON + 2]) ? undefined : steady(h)),
      (h) => steady(h) / 3,
    ),
    verdicts: FOUND,
  },
  {
    name: 'weekend only',
    about: '100 at weekends, and 0 besides',
    value: (h) => (dayOfWeek(h) < 5 ? 0 : steady(h)),
    verdicts: { z: 'quiet', robust: 'not judged', seasonal: 'quiet' },
  },
];
