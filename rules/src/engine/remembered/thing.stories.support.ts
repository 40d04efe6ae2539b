import { gauge } from '@sightglass/core';
import { hours, minutes } from '../promql/duration.ts';
import { promql } from '../promql/promql.ts';
import { threshold } from '../promql/threshold.ts';
import { copyOf } from './memory.ts';
import type { Reading, Stories } from './promtool.support.ts';
import { thing } from './thing.ts';

const clockTolerance = threshold('', minutes(5), 'As elsewhere.');
const metric = (name: string, labels: readonly ['name', ...string[]] = ['name']) =>
  gauge(`remembered_test_${name}`, { help: 'A test.', labels });

const state = metric('failures');
const limit = metric('limit');
const owner = metric('owner', ['name', 'owner']);
const acted = metric('acted_timestamp_seconds');
const retired = metric('retired');

/** A thing that processes declare, and that a person may retire. */
export const things = thing({
  labels: ['name'],
  noun: 'remembered_test',
  declared: metric('interval_seconds'),
  keptFor: hours(10),
  retired: promql`(${retired} == 1)`,
  clockTolerance,
});

// What is known of it: a state, what is only stated while it holds, and by whom, its newest and its first act, and the state by who acted last.
const known = things.lastKnown(state);
const stated = things.stated(limit);
const owned = things.stated(owner, ['owner']);
const newest = things.newest(acted);
const first = things.first(acted);
const latest = things.ofLatest(state, acted, newest, 'latest');
const recordings = [...things.register, known, stated, owned, newest, first, latest];

/** The same without copies of what is recorded, and without the register. */
const unremembered = [known, stated, owned, newest, first, latest].map((each) => ({ ...each, kept: false }));

/** The samples of a recorded series, by the name of the thing. */
const of = (series: { readonly record: string }, values: { readonly [name: string]: number }): Reading =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${series.record}{name="${name}"}`, value]),
  );

/** What a process of one instance exports of a thing. */
const exported = (name: string, values: { readonly [metric: string]: string }, instance = '1') =>
  Object.fromEntries(
    Object.entries(values).map(([each, told]) => [
      `remembered_test_${each}{name="${name}",job="j",instance="${instance}"}`,
      told,
    ]),
  );

export const thingStories: Stories = {
  'is carried on when the process is gone, until it is forgotten': {
    recordings,
    series: exported('a', { interval_seconds: '60x9 stale', failures: '3x9 stale' }),
    reads: [
      [9, known.record, of(known, { a: 3 })],
      [600, known.record, of(known, { a: 3 })],
      [608, known.record, of(known, { a: 3 })],
      [609, known.record, {}],
      [700, known.record, {}],
    ],
  },

  'is forgotten at once when a person says that it is retired': {
    recordings,
    series: exported('a', {
      interval_seconds: '60x9 stale',
      failures: '3x9 stale',
      retired: '_x20 1x100',
    }),
    reads: [
      [19, known.record, of(known, { a: 3 })],
      [20, known.record, {}],
      [200, known.record, {}],
    ],
  },

  'is not taken up by one that is declared again after it was retired, however long ago; what it says then is':
    {
      recordings,
      series: {
        ...exported('a', {
          interval_seconds: '60x9 stale _x189 60x100 stale',
          failures: '3x9 stale _x229 2x10 stale',
          acted_timestamp_seconds: '60x9 stale',
          limit: '7x9 stale',
          retired: '_x10 1x5 stale',
        }),
        // Another, which nobody retired: it is away as long.
        ...exported('b', {
          interval_seconds: '60x9 stale _x189 60x100 stale',
          acted_timestamp_seconds: '60x9 stale',
          limit: '7x9 stale',
        }),
      },
      reads: [
        [9, known.record, of(known, { a: 3 })],
        [9, newest.record, of(newest, { a: 60, b: 60 })],
        [20, newest.record, of(newest, { b: 60 })],
        [20, first.record, of(first, { b: 60 })],
        [20, stated.record, of(stated, { b: 7 })],
        [198, stated.record, of(stated, { b: 7 })],
        // It no longer says so.
        [200, stated.record, {}],
        [200, newest.record, of(newest, { b: 60 })],
        [201, newest.record, of(newest, { b: 60 })],
        [201, first.record, of(first, { b: 60 })],
        [239, known.record, {}],
        [240, known.record, of(known, { a: 2 })],
        // It has stopped to say so, and later on it is gone, and remembered as any other is.
        [280, known.record, of(known, { a: 2 })],
        [800, known.record, of(known, { a: 2 })],
        [800, newest.record, of(newest, { b: 60 })],
        [899, known.record, of(known, { a: 2 })],
        [900, known.record, {}],
      ],
    },

  'nor by what belongs to such a thing, whether or not it is declared again with it': () => {
    const parts = thing({
      labels: ['name', 'part'],
      noun: 'remembered_test_part',
      declared: metric('part', ['name', 'part']),
      keptFor: hours(10),
      of: things,
      clockTolerance,
    });
    const sizes = parts.lastKnown(metric('part_size', ['name', 'part']));
    const at = (part: string) => `${sizes.record}{name="a",part="${part}"}`;
    return {
      recordings: [...things.register, ...parts.register, sizes],
      series: {
        'remembered_test_interval_seconds{name="a"}': '60x9 stale _x189 60x100',
        'remembered_test_retired{name="a"}': '_x10 1x5 stale',
        'remembered_test_part{name="a",part="x"}': '1x9 stale _x189 1x100',
        'remembered_test_part_size{name="a",part="x"}': '5x9 stale _x239 6x50',
        'remembered_test_part{name="a",part="y"}': '1x9 stale',
        'remembered_test_part_size{name="a",part="y"}': '7x9 stale',
      },
      reads: [
        [9, sizes.record, { [at('x')]: 5, [at('y')]: 7 }],
        [20, sizes.record, {}],
        [230, sizes.record, {}],
        [230, `count by (part) (${parts.seen.record})`, { '{part="x"}': 1 }],
        [260, sizes.record, { [at('x')]: 6 }],
      ],
    };
  },

  'is the largest of several replicas, or the smallest for what comes first; what one says again ends what was carried on':
    {
      recordings,
      series: {
        ...exported('a', {
          interval_seconds: '60x9 stale _x20 60x100',
          failures: '3x9 stale _x20 0x100',
          limit: '3x9 stale _x20 0x100',
          acted_timestamp_seconds: '60x9 stale _x20 240x100',
        }),
        ...exported(
          'a',
          {
            interval_seconds: '60x9 stale',
            failures: '1x9 stale',
            limit: '1x9 stale',
            acted_timestamp_seconds: '120x9 stale',
          },
          '2',
        ),
        ...exported('b', { interval_seconds: '60x130', failures: '8x9 stale', limit: '8x9 stale' }),
        'remembered_test_owner{name="a",owner="us",instance="1"}': '1x9 stale',
        'remembered_test_owner{name="a",owner="us",instance="2"}': '1x9 stale',
        'remembered_test_owner{name="b",owner="them",instance="1"}': '1x130',
      },
      reads: [
        [5, known.record, of(known, { a: 3, b: 8 })],
        [5, stated.record, of(stated, { a: 3, b: 8 })],
        [5, newest.record, of(newest, { a: 120 })],
        [5, first.record, of(first, { a: 60 })],
        [5, latest.record, of(latest, { a: 1 })],
        [20, known.record, of(known, { a: 3, b: 8 })],
        // A living process that no longer says so takes it back; of one that is gone it is remembered.
        [20, stated.record, of(stated, { a: 3 })],
        [
          20,
          owned.record,
          { [`${owned.record}{name="a",owner="us"}`]: 1, [`${owned.record}{name="b",owner="them"}`]: 1 },
        ],
        [20, newest.record, of(newest, { a: 120 })],
        [20, latest.record, of(latest, { a: 1 })],
        [40, known.record, of(known, { a: 0, b: 8 })],
        [40, stated.record, of(stated, { a: 0 })],
        [40, owned.record, { [`${owned.record}{name="b",owner="them"}`]: 1 }],
        [40, newest.record, of(newest, { a: 240 })],
        [40, first.record, of(first, { a: 60 })],
        [40, latest.record, of(latest, { a: 0 })],
      ],
    },

  'survives a gap of two days in which Prometheus itself was away, by its hourly copies': {
    // What Prometheus has after the gap: the copies of before, and nothing else.
    recordings: [
      { ...things.seen, kept: false },
      { ...known, kept: false },
    ],
    series: {
      [`${copyOf(things.seen).record}{name="a"}`]: '0x60 _x2880 _x100',
      [`${copyOf(known).record}{name="a"}`]: '3x60 _x2880 _x100',
      up: '_x2940 1x60',
    },
    reads: [
      [300, known.record, of(known, { a: 3 })],
      [599, known.record, of(known, { a: 3 })],
      [600, known.record, {}],
    ],
  },

  'survives a gap of less than two hours by itself, as it was last': () => {
    const was = '5x4 1x1 3x2 stale';
    const names = ['a', 'b', 'c'];
    const told = (series: { readonly record: string }, values: string, more = '') =>
      names.map((name) => [`${series.record}{name="${name}"${more}}`, values] as const);
    return {
      // What Prometheus has after the gap: what it recorded before. Of one thing it hears again after 118 minutes, of another two minutes later.
      recordings: unremembered,
      series: {
        [`${things.seen.record}{name="a"}`]: '_x128 0x10',
        [`${things.seen.record}{name="b"}`]: '_x130 0x10',
        ...Object.fromEntries([
          ...[known, stated, newest, latest].flatMap((series) => told(series, was)),
          ...told(first, was),
          ...told(owned, was, ',owner="us"'),
        ]),
      },
      reads: [128, 131].flatMap((minute) => [
        ...[known, stated, newest, first, latest].map(
          (series) => [minute, series.record, of(series, { a: 3 })] as const,
        ),
        [minute, owned.record, { [`${owned.record}{name="a",owner="us"}`]: 3 }] as const,
      ]),
    };
  },

  'survives a gap of less than a week by its copies, as the last of them was': () => ({
    step: 60,
    recordings: unremembered,
    series: {
      [`${things.seen.record}{name="a"}`]: '_x169 0x10',
      [`${things.seen.record}{name="b"}`]: '_x171 0x10',
      ...Object.fromEntries(
        ['a', 'b'].flatMap((name) => [
          ...[known, stated, newest, first, latest].map(
            (series) => [`${copyOf(series).record}{name="${name}"}`, '5 1 3'] as const,
          ),
          [`${copyOf(owned).record}{name="${name}",owner="us"}`, '5 1 3'] as const,
        ]),
      ),
    },
    reads: [
      ...[known, stated, newest, first, latest].map(
        (series) => [169 * 60, series.record, of(series, { a: 3 })] as const,
      ),
      [169 * 60, owned.record, { [`${owned.record}{name="a",owner="us"}`]: 3 }],
      [175 * 60, known.record, of(known, { a: 3 })],
    ],
  }),

  'is that of the replica that acted last, whatever the others still show, and also when that is gone': {
    recordings,
    series: {
      ...exported('a', {
        interval_seconds: '60x100',
        acted_timestamp_seconds: '100x100',
        failures: '3x100',
      }),
      ...exported(
        'a',
        {
          interval_seconds: '60x40 stale',
          acted_timestamp_seconds: '_x20 1200x20 stale',
          failures: '_x20 1x20 stale',
        },
        '2',
      ),
    },
    reads: [
      [10, latest.record, of(latest, { a: 3 })],
      [30, latest.record, of(latest, { a: 1 })],
      [90, latest.record, of(latest, { a: 1 })],
    ],
  },

  'is not that of one whose clock is more than five minutes ahead': {
    recordings,
    series: {
      ...exported('a', { interval_seconds: '60x100', acted_timestamp_seconds: '60x100', failures: '3x100' }),
      ...exported(
        'a',
        { interval_seconds: '60x100', acted_timestamp_seconds: '99999x100', failures: '1x100' },
        '2',
      ),
      // It comes into view five minutes before its time.
      ...exported('b', { interval_seconds: '60x100', acted_timestamp_seconds: '2400x100' }),
    },
    reads: [
      [30, newest.record, of(newest, { a: 60 })],
      [34, newest.record, of(newest, { a: 60 })],
      [35, newest.record, of(newest, { a: 60, b: 2_400 })],
    ],
  },
};
