import type { Recording } from '../model/rule.ts';
import { windowsFor } from '../model/windows.ts';
import { type Duration, days, hours, minutes } from '../promql/duration.ts';
import { promql, type Query, type RecordedSeries, where } from '../promql/promql.ts';
import { grownIn } from './counting.ts';
import { copyOf } from './memory.ts';
import type { Reading, Stories } from './promtool.support.ts';

/*
 * What a total grew by in a window, at every edge of what is read at its far end. The totals and their copies are told, a sample a minute where there
 * is one, and rules are evaluated once a day, so that a window of a month costs nothing.
 */

const DAY = 24 * 60;
/** When all is read, in minutes: a day after the first of what is told. */
const nowOf = (windows: readonly Duration[]): number => {
  const first = windows.flatMap((window) =>
    Object.values(casesOf(window)).flatMap(({ total, copy = {} }) =>
      [...Object.keys(total), ...Object.keys(copy)].map(Number),
    ),
  );
  return DAY * (Math.ceil(Math.max(...first) / DAY) + 1);
};

/** Samples by how many minutes ago they were. */
type Past = { readonly [minutesAgo: number]: number };

/** promtool's notation of samples, a step of a minute each. */
function told(past: Past, now: number): string {
  const parts: string[] = [];
  let next = 0;
  for (const [ago, value] of Object.entries(past).sort(([a], [b]) => Number(b) - Number(a))) {
    const at = now - Math.round(Number(ago));
    if (at > next) parts.push(`_x${at - next}`);
    parts.push(String(value));
    next = at + 1;
  }
  return parts.join(' ');
}

interface Case {
  readonly total: Past;
  readonly copy?: Past;
  readonly grown: number;
}

/** A thing for each way in which a total may be known, or not, at the far end of a window. It is 100 now, unless it is said. */
function casesOf(window: Duration): { readonly [name: string]: Case } {
  const far = window.durationSeconds / 60;
  const [near, beyond] = [Math.ceil(far / 2), 2 * far];
  return {
    // The last sample counts, neither the largest nor the smallest, and none of half or of twice as long ago.
    sampled: {
      total: {
        0: 100,
        [near]: 45,
        [far]: 40,
        [far + 3]: 70,
        [far + 6]: 10,
        [beyond + 20]: 15,
        [beyond + 1]: 20,
      },
      grown: 60,
    },
    'ten minutes before': { total: { 0: 100, [far + 10]: 30 }, grown: 70 },
    'twenty minutes before': { total: { 0: 100, [far + 20]: 30 }, grown: 100 },
    copied: {
      total: { 0: 100 },
      copy: { [near]: 45, [far + 1]: 25, [far + 60]: 50, [far + 120]: 5, [beyond + 180]: 15 },
      grown: 75,
    },
    'copied five days before': { total: { 0: 100 }, copy: { [far + 5 * DAY]: 25 }, grown: 75 },
    'copied ten days before': { total: { 0: 100 }, copy: { [far + 10 * DAY]: 25 }, grown: 100 },
    fallen: { total: { 0: 100, [far]: 140 }, grown: 0 },
    nothing: { total: { 0: 0 }, grown: 0 },
  };
}

const KINDS = ['one', 'two', 'three', 'four'];
const WINDOWS = [minutes(5), minutes(15), minutes(30), hours(1), hours(6), days(1), days(3), days(30)];
const TIERS = [minutes(15), hours(1), hours(6), days(1), days(7)];

const seriesOf = (record: string, labels: readonly string[]): RecordedSeries => ({ record, labels });
const plain = seriesOf('name:window_test_plain:total', ['name']);
const ofKinds = seriesOf('name_kind:window_test_kinds:total', ['name', 'kind']);
const inParts = seriesOf('name_part_kind:window_test_parts:total', ['name', 'part', 'kind']);
const chosen = where(ofKinds, { kind: KINDS });

/** The same total of things as a series without more labels, of five kinds, and in two parts of which the other grew by 10. */
function toldOf(windows: readonly Duration[]) {
  const now = nowOf(windows);
  const cases = windows.flatMap((window) =>
    Object.entries(casesOf(window)).map(([name, each]) => ({
      name: `${window.durationSeconds} ${name}`,
      window: window.durationSeconds,
      ...each,
    })),
  );
  const of = (total: RecordedSeries, labels: string, { total: past, copy = {} }: Omit<Case, 'grown'>) => ({
    [`${total.record}{${labels}}`]: told(past, now),
    ...(Object.keys(copy).length === 0 ? {} : { [`${copyOf(total).record}{${labels}}`]: told(copy, now) }),
  });
  const series = Object.assign(
    {},
    ...cases.flatMap(({ name, ...each }) => [
      of(plain, byName(name), each),
      // There is one more kind, which no rule counts.
      ...[...KINDS, 'five'].map((kind) => of(ofKinds, byKind(name, kind), each)),
      of(inParts, `${byKind(name, 'one')},part="a"`, each),
      of(inParts, `${byKind(name, 'one')},part="b"`, { total: { 0: 10 } }),
    ]),
  ) as { readonly [series: string]: string };
  const grown = (record: string, kinds?: readonly string[], more = 0): Reading =>
    Object.fromEntries(
      cases.flatMap(({ name, grown }) =>
        (kinds?.map((kind) => byKind(name, kind)) ?? [byName(name)]).map((labels) => [
          `${record}{${labels}}`,
          grown + more,
        ]),
      ),
    );
  return { cases, series, grown, now };
}
const byName = (name: string) => `name="${name}"`;
const byKind = (name: string, kind: string) => `kind="${kind}",name="${name}"`;

const interval = seriesOf('name:window_test_interval_seconds:last_known', ['name']);
const { windowSeconds, overWindow } = windowsFor(
  { ...interval, expr: promql`${interval}` },
  'name:window_test_window_seconds:selected',
);

export const windowStories: Stories = {
  'the window of a thing holds four of its intervals, and is a week at most': () => {
    const windows = {
      1: 900,
      225: 900,
      226: 3_600,
      900: 3_600,
      901: 21_600,
      5400: 21_600,
      5401: 86_400,
      21600: 86_400,
      21601: 604_800,
      1000000: 604_800,
    };
    const things = Object.entries(windows);
    return {
      recordings: [windowSeconds],
      series: Object.fromEntries(
        things.map(([seconds]) => [`${interval.record}{name="${seconds}"}`, `${seconds}x5`]),
      ),
      reads: [
        [
          5,
          windowSeconds.record,
          Object.fromEntries(
            things.map(([name, value]) => [`${windowSeconds.record}{name="${name}"}`, value]),
          ),
        ],
      ],
    };
  },

  ...Object.fromEntries(
    WINDOWS.map((window) => [
      `in ${window.durationSeconds} s a total grew by the difference of two samples`,
      () => {
        const { series, grown, now } = toldOf([window]);
        const [ofAll, ofSome] = [plain, chosen].map((total) => ({
          record: `${total.record.replace(':total', '')}:increase_${window.durationSeconds}`,
          labels: total.labels,
          expr: grownIn(total, window),
        })) as [Recording, Recording];
        return {
          recordings: [ofAll, ofSome],
          series,
          every: DAY,
          reads: [
            [now, ofAll.record, grown(ofAll.record)],
            [now, ofSome.record, grown(ofSome.record, KINDS)],
          ],
        };
      },
    ]),
  ),

  'each thing has grown in the window that fits it': () => {
    const { cases, series, grown, now } = toldOf(TIERS);
    const recording = (
      name: string,
      labels: readonly string[],
      over: (window: Duration) => Query,
    ): Recording => ({
      record: `${name}:increase_window`,
      labels,
      expr: overWindow(over),
    });
    const ofAll = recording('name:window_test_plain', ['name'], (window) => grownIn(plain, window));
    const ofSome = recording('name_kind:window_test_kinds', ['name', 'kind'], (window) =>
      grownIn(chosen, window),
    );
    const ofEvery = recording('name_kind:window_test_every', ['name', 'kind'], (window) =>
      grownIn(ofKinds, window),
    );
    const summed = recording(
      'name_kind:window_test_parts',
      ['name', 'kind'],
      (window) => promql`sum by (name, kind) (${grownIn(inParts, window)})`,
    );
    return {
      recordings: [ofAll, ofSome, ofEvery, summed],
      series: {
        ...series,
        // Nobody knows the window of this one.
        [`${plain.record}{name="unknown"}`]: told({ 0: 100 }, now),
        [`${ofKinds.record}{kind="one",name="unknown"}`]: told({ 0: 100 }, now),
        [`${inParts.record}{kind="one",name="unknown",part="a"}`]: told({ 0: 100 }, now),
        ...Object.fromEntries(
          cases.map(({ name, window }) => [
            `${windowSeconds.record}{name="${name}"}`,
            told({ 0: window }, now),
          ]),
        ),
      },
      every: DAY,
      reads: [
        [now, ofAll.record, grown(ofAll.record)],
        [now, ofSome.record, grown(ofSome.record, KINDS)],
        [now, ofEvery.record, grown(ofEvery.record, [...KINDS, 'five'])],
        [now, summed.record, grown(summed.record, ['one'], 10)],
      ],
    };
  },
};
