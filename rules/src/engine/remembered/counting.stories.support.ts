import { counter, gauge } from '@sightglass/core';
import { hours } from '../promql/duration.ts';
import { promql } from '../promql/promql.ts';
import { counting, grownIn, justGrown, runningSum } from './counting.ts';
import { remembered } from './memory.ts';
import type { Reading, Stories } from './promtool.support.ts';
import { things } from './thing.stories.support.ts';

const events = counter('remembered_test_events_total', { help: 'Events.', labels: ['name', 'kind'] });

const metric = (name: string) => gauge(`remembered_test_${name}`, { help: 'A test.', labels: ['name'] });

// What is counted of things, all of it and by kind.
const counts = counting('test');
const total = counts.total(events, { labels: ['name'], known: things.known });
const byKind = counts.total(events, { labels: ['name', 'kind'], known: things.known });
const hour = {
  record: 'name:remembered_test_events:hour',
  labels: ['name'],
  expr: grownIn(total.series, hours(1)),
};
const grown = {
  record: 'name:remembered_test_events:grown',
  labels: ['name'],
  expr: justGrown(total.series),
};
const recordings = [
  ...counts.processes,
  ...things.register,
  ...total.recordings,
  ...byKind.recordings,
  grown,
  hour,
];

const process = (instance: string, id: string, values: string, job = 'j') => ({
  [`sightglass_process_start_timestamp_seconds{job="${job}",instance="${instance}",process_id="${id}"}`]:
    values,
});
const counted = (instance: string, values: string, kind = 'x', job = 'j') => ({
  [`remembered_test_events_total{name="a",kind="${kind}",job="${job}",instance="${instance}"}`]: values,
});
/** The thing is declared all the time. */
const declared = { 'remembered_test_interval_seconds{name="a",instance="1"}': '60x2000' };

/** What has been counted of the thing, as a whole and by kind, at a minute. */
const totals = (minute: number, kinds: { readonly [kind: string]: number }) => [
  [
    minute,
    total.series.record,
    of(
      total.series,
      Object.values(kinds).reduce((sum, one) => sum + one, 0),
    ),
  ] as const,
  [
    minute,
    byKind.series.record,
    Object.fromEntries(
      Object.entries(kinds).map(([kind, value]) => [
        `${byKind.series.record}{kind="${kind}",name="a"}`,
        value,
      ]),
    ),
  ] as const,
];
const of = (series: { readonly record: string }, value: number): Reading => ({
  [`${series.record}{name="a"}`]: value,
});

export const countingStories: Stories = {
  'a living process adds what it counts, a restart goes on, and two kinds are summed': {
    recordings,
    series: {
      ...declared,
      ...process('1', 'p', '0x30 stale'),
      ...process('1', 'q', '_x31 1860x100'),
      ...counted('1', '0+1x30 0x10 1x90'),
      ...counted('1', '0x20 5x9 0x100', 'y'),
    },
    reads: [
      ...totals(10, { x: 10, y: 0 }),
      ...totals(30, { x: 30, y: 5 }),
      ...totals(31, { x: 30, y: 5 }),
      ...totals(60, { x: 31, y: 5 }),
      [60, hour.record, of(hour, 36)],
      [91, hour.record, of(hour, 1)],
    ],
  },

  'a restart to the same count or a higher one is a restart': {
    recordings,
    series: {
      ...declared,
      ...process('1', 'p', '0x30 stale'),
      ...process('1', 'q', '_x31 1860x100'),
      ...counted('1', '4x30 4x10 9x90'),
    },
    reads: [...totals(30, { x: 4 }), ...totals(40, { x: 8 }), ...totals(50, { x: 13 })],
  },

  'a series that the next process has not yet is not counted again when that begins': {
    recordings,
    series: {
      ...declared,
      ...process('1', 'p', '0x30 stale'),
      ...process('1', 'q', '_x31 1860x100'),
      ...counted('1', '2x30 0x100'),
      ...counted('1', '7x30 stale', 'y'),
    },
    reads: [...totals(30, { x: 2, y: 7 }), ...totals(33, { x: 2, y: 7 }), ...totals(60, { x: 2, y: 7 })],
  },

  'the last words of a process that ends count, also those after the last evaluation': {
    recordings,
    series: { ...declared, ...process('1', 'p', '0x20'), ...counted('1', '1x20') },
    reads: [...totals(27, { x: 1 })],
  },

  'a process that has lived for long and is first seen now has not just counted': {
    recordings,
    series: {
      ...declared,
      ...process('1', 'p', '_x60 600x60'),
      ...counted('1', '_x60 70x10 71x50'),
      ...counted('1', '_x60 0x60', 'y'),
    },
    reads: [...totals(65, { x: 0, y: 0 }), ...totals(80, { x: 1, y: 0 })],
  },

  'one that has just begun has, and so has a series that is born in a living one': {
    recordings,
    series: {
      ...declared,
      ...process('1', 'p', '_x60 3600x60'),
      ...counted('1', '_x60 2x60'),
      ...counted('1', '_x80 3x40', 'y'),
    },
    reads: [
      ...totals(60, { x: 2 }),
      [60, grown.record, of(grown, 2)],
      [61, grown.record, {}],
      ...totals(80, { x: 2, y: 3 }),
      [80, grown.record, of(grown, 3)],
    ],
  },

  'what happened while nobody scraped is counted afterwards, and nothing after six hours away': {
    recordings,
    series: {
      ...declared,
      ...process('1', 'p', '0x20 _x20 0x20 _x420 0x20'),
      ...counted('1', '1x20 _x20 3x20 _x420 9x20'),
      // Another was away for 20 minutes less than six hours.
      ...process('2', 'q', '0x61 _x340 0x80'),
      ...counted('2', '0x61 _x340 8x80', 'y'),
    },
    reads: [
      ...totals(20, { x: 1, y: 0 }),
      ...totals(41, { x: 3, y: 0 }),
      [41, grown.record, of(grown, 2)],
      ...totals(402, { x: 3, y: 8 }),
      ...totals(484, { x: 3, y: 8 }),
    ],
  },

  'one process that is scraped twice, or scraped and pushed, counts once': {
    recordings,
    series: {
      ...declared,
      ...process('1', 'p', '0x60'),
      ...process('1', 'p', '0x60', 'other'),
      ...counted('1', '0x10 4x50'),
      ...counted('1', '0x10 4x50', 'x', 'other'),
    },
    reads: [...totals(40, { x: 4 })],
  },

  'a process that runs once and pushes what it counted counts each time': {
    recordings,
    series: {
      ...declared,
      ...process('', 'p', '0x30 stale', 'push'),
      ...process('', 'q', '_x31 1860x30 stale', 'push'),
      ...process('', 'r', '_x62 3720x30', 'push'),
      ...counted('', '1x100', 'x', 'push'),
    },
    reads: [...totals(20, { x: 1 }), ...totals(50, { x: 2 }), ...totals(80, { x: 3 })],
  },

  'a total goes on where every process is gone, and a window is what it grew by': {
    recordings,
    series: { ...declared, ...process('1', 'p', '0x20 stale'), ...counted('1', '0+1x20 stale') },
    reads: [...totals(200, { x: 20 }), [30, hour.record, of(hour, 20)], [81, hour.record, of(hour, 0)]],
  },

  'a living process that ends one of its series has not counted the others again': {
    recordings,
    series: {
      ...declared,
      ...process('1', 'p', '0x60'),
      ...counted('1', '3x60'),
      ...counted('1', '5x20 stale', 'y'),
    },
    reads: [...totals(20, { x: 3, y: 5 }), ...totals(40, { x: 3, y: 5 })],
  },

  'a counter of somebody else, without our process, is taken up where it was, and a reset is a restart': {
    recordings,
    series: { ...declared, ...counted('1', '50x9 52x9 51x9 0.5x9 1x9') },
    reads: [
      ...totals(5, { x: 0 }),
      ...totals(15, { x: 2 }),
      ...totals(25, { x: 53 }),
      ...totals(35, { x: 53.5 }),
      ...totals(45, { x: 54 }),
    ],
  },

  'a process that is first seen has just counted when it began less than a quarter of an hour ago': {
    recordings,
    series: {
      ...declared,
      ...process('1', 'p', '_x100 5150x9'),
      ...process('2', 'q', '_x100 5101x9'),
      ...process('3', 'r', '_x100 5100x9'),
      ...process('4', 's', '_x100 5050x9'),
      ...counted('1', '_x100 1x9'),
      ...counted('2', '_x100 2x9'),
      ...counted('3', '_x100 4x9'),
      ...counted('4', '_x100 8x9'),
    },
    reads: [...totals(100, { x: 3 }), ...totals(105, { x: 3 })],
  },

  'what began and ended between two evaluations is counted when its last words were in the last five minutes':
    {
      recordings,
      series: {
        'remembered_test_interval_seconds{name="a",instance="1"}': '60x100',
        ...process('1', 'p', '_x1 60x3 stale'),
        ...counted('1', '_x1 1x3 stale'),
        ...process('2', 'q', '_x12 720x4 stale'),
        ...counted('2', '_x12 2x4 stale'),
        // Another process is there on the target of this one.
        ...process('3', 'r', '_x12 720x4 stale'),
        ...process('3', 's', '_x17 1020x40'),
        ...counted('3', '_x12 4x4 stale', 'y'),
      },
      every: 10,
      reads: [...totals(20, { x: 2 }), ...totals(30, { x: 2 })],
    },

  'a total of a thing that was retired and is declared again begins anew, and goes on then': {
    recordings,
    series: {
      ...process('1', 'p', '0x199 stale'),
      ...process('1', 'q', '_x201 12060x600'),
      'remembered_test_interval_seconds{name="a",instance="1"}': '60x9 stale _x190 60x500',
      'remembered_test_retired{name="a",instance="1"}': '_x10 1x5 stale',
      ...counted('1', '0+1x9 stale _x190 0x20 1x80 stale'),
    },
    reads: [
      ...totals(9, { x: 9 }),
      [20, total.series.record, {}],
      [20, byKind.series.record, {}],
      ...totals(210, { x: 0 }),
      ...totals(230, { x: 1 }),
      ...totals(500, { x: 1 }),
    ],
  },

  'a total that no process counts and that has not grown for so long is forgotten, one that is counted never':
    () => {
      const own = counting('kept').total(events, {
        labels: ['name'],
        name: 'remembered_test_kept',
        keptFor: hours(3),
      });
      return {
        isByCopies: true,
        recordings: [...counting('kept').processes, ...own.recordings],
        series: {
          ...process('1', 'p', '0x600'),
          ...counted('1', '0+1x10 stale'),
          'remembered_test_events_total{name="b",kind="x",job="j",instance="1"}': '0+1x10 10x600',
        },
        reads: [
          [185, own.series.record, { ...of(own.series, 10), [`${own.series.record}{name="b"}`]: 10 }],
          [260, own.series.record, { [`${own.series.record}{name="b"}`]: 10 }],
        ],
      };
    },

  'a sum of what each evaluation adds goes on while nothing is added, and is forgotten with what it is of':
    () => {
      const good = {
        record: 'name:remembered_test_good:bool',
        labels: ['name'],
        expr: promql`${metric('failures')} < bool 3`,
      };
      const sum = runningSum(promql`(1 - ${good})`, {
        labels: ['name'],
        level: 'remembered_test',
        name: 'bad',
        staticLabels: { kind: 'slice' },
        known: (own) => promql`(${remembered(own)} and on (name) ${metric('interval_seconds')})`,
      });
      const is = (value: number) => ({ [`${sum.series.record}{kind="slice",name="a"}`]: value });
      return {
        recordings: [good, sum.recording],
        series: {
          'remembered_test_interval_seconds{name="a"}': '60x100 stale',
          'remembered_test_failures{name="a"}': '0x9 5x9 stale _x30 5x9 0x200',
        },
        reads: [
          [9, sum.series.record, is(0)],
          [19, sum.series.record, is(10)],
          [40, sum.series.record, is(10)],
          [100, sum.series.record, is(20)],
          [120, sum.series.record, is(0)],
        ],
      };
    },
};
