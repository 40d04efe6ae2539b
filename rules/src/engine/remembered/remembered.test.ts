import { counter, gauge } from '@sightglass/core';
import { describe, expect, test } from 'vitest';
import { hours, minutes } from '../promql/duration.ts';
import { promql } from '../promql/promql.ts';
import { threshold } from '../promql/threshold.ts';
import { counting, grownIn, justGrown, runningSum } from './counting.ts';
import { copiesOf, remembered } from './memory.ts';
import { played, type Story } from './promtool.support.ts';
import { thing } from './thing.ts';

const declared = gauge('remembered_test_interval_seconds', { help: 'Declared.', labels: ['name'] });
const state = gauge('remembered_test_failures', { help: 'State.', labels: ['name'] });
const acted = gauge('remembered_test_acted_timestamp_seconds', { help: 'Acted.', labels: ['name'] });
const gone = gauge('remembered_test_retired', { help: 'Retired.', labels: ['name'] });
const events = counter('remembered_test_events_total', { help: 'Events.', labels: ['name', 'kind'] });

const things = thing({
  labels: ['name'],
  noun: 'remembered_test',
  declared,
  keptFor: hours(10),
  retired: promql`(${gone} == 1)`,
  clockTolerance: threshold('', minutes(5), 'As elsewhere.'),
});
const known = things.lastKnown(state);
const newest = things.newest(acted);
const latest = things.ofLatest(state, acted, newest);

const A = '{name="a"}';
const B = '{name="b"}';
const at = (record: { readonly record: string }) => (labels: string) => `${record.record}${labels}`;

const tell = async (story: Story) => expect(await played(story)).toBe('');

describe('what was last known', () => {
  const recordings = [...things.register, known];
  const reading = at(known)(A);

  test('is carried on when the process is gone, until it is forgotten', () =>
    tell({
      recordings,
      series: {
        'remembered_test_interval_seconds{name="a",instance="1"}': '60x9 stale',
        'remembered_test_failures{name="a",instance="1"}': '3x9 stale',
      },
      reads: [
        [9, known.record, { [reading]: 3 }],
        [600, known.record, { [reading]: 3 }],
        [608, known.record, { [reading]: 3 }],
        [609, known.record, {}],
        [700, known.record, {}],
      ],
    }));

  test('is forgotten at once when a person says that it is retired', () =>
    tell({
      recordings,
      series: {
        'remembered_test_interval_seconds{name="a",instance="1"}': '60x9 stale',
        'remembered_test_failures{name="a",instance="1"}': '3x9 stale',
        'remembered_test_retired{name="a",instance="1"}': '_x20 1x100',
      },
      reads: [
        [19, known.record, { [reading]: 3 }],
        [20, known.record, {}],
        [200, known.record, {}],
      ],
    }));

  test('is not taken up by one that is declared again after it was retired, however long ago; what it says then is', () =>
    tell({
      recordings: [...recordings, newest],
      series: {
        'remembered_test_interval_seconds{name="a",instance="1"}': '60x9 stale _x189 60x100 stale',
        'remembered_test_failures{name="a",instance="1"}': '3x9 stale _x229 2x10 stale',
        'remembered_test_acted_timestamp_seconds{name="a",instance="1"}': '60x9 stale',
        'remembered_test_retired{name="a",instance="1"}': '_x10 1x5 stale',
        // Another, which nobody retired: it is away as long.
        'remembered_test_interval_seconds{name="b",instance="1"}': '60x9 stale _x189 60x100 stale',
        'remembered_test_acted_timestamp_seconds{name="b",instance="1"}': '60x9 stale',
      },
      reads: [
        [9, known.record, { [reading]: 3 }],
        [9, newest.record, { [at(newest)(A)]: 60, [at(newest)(B)]: 60 }],
        [20, newest.record, { [at(newest)(B)]: 60 }],
        [200, newest.record, { [at(newest)(B)]: 60 }],
        [201, newest.record, { [at(newest)(B)]: 60 }],
        [239, known.record, {}],
        [240, known.record, { [reading]: 2 }],
        // It has stopped to say so, and later on it is gone, and remembered as any other is.
        [280, known.record, { [reading]: 2 }],
        [800, known.record, { [reading]: 2 }],
        [800, newest.record, { [at(newest)(B)]: 60 }],
        [899, known.record, { [reading]: 2 }],
        [900, known.record, {}],
      ],
    }));

  test('nor by what belongs to such a thing, whether or not it is declared again with it', () => {
    const part = gauge('remembered_test_part', { help: 'A part.', labels: ['name', 'part'] });
    const size = gauge('remembered_test_part_size', { help: 'Its size.', labels: ['name', 'part'] });
    const parts = thing({
      labels: ['name', 'part'],
      noun: 'remembered_test_part',
      declared: part,
      keptFor: hours(10),
      of: things,
      clockTolerance: threshold('', minutes(5), 'As elsewhere.'),
    });
    const sizes = parts.lastKnown(size);
    return tell({
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
        [9, sizes.record, { [at(sizes)('{name="a",part="x"}')]: 5, [at(sizes)('{name="a",part="y"}')]: 7 }],
        [20, sizes.record, {}],
        [230, sizes.record, {}],
        [230, `count by (part) (${parts.seen.record})`, { '{part="x"}': 1 }],
        [260, sizes.record, { [at(sizes)('{name="a",part="x"}')]: 6 }],
      ],
    });
  });

  test('of several replicas the largest counts, and what one says again ends what was carried on', () =>
    tell({
      recordings,
      series: {
        'remembered_test_interval_seconds{name="a",instance="1"}': '60x9 stale _x20 60x100',
        'remembered_test_interval_seconds{name="a",instance="2"}': '60x9 stale',
        'remembered_test_failures{name="a",instance="1"}': '3x9 stale _x20 0x100',
        'remembered_test_failures{name="a",instance="2"}': '1x9 stale',
      },
      reads: [
        [5, known.record, { [reading]: 3 }],
        [20, known.record, { [reading]: 3 }],
        [40, known.record, { [reading]: 0 }],
      ],
    }));

  test('survives a gap of two days in which Prometheus itself was away, by its hourly copies', () =>
    tell({
      // What Prometheus has after the gap: the copies of before, and nothing else.
      recordings: [
        { ...things.seen, kept: false },
        { ...known, kept: false },
      ],
      series: {
        [`${things.seen.record}_hourly${A}`]: '0x60 _x2880 _x100',
        [`${known.record}_hourly${A}`]: '3x60 _x2880 _x100',
        up: '_x2940 1x60',
      },
      reads: [
        [300, known.record, { [reading]: 3 }],
        [599, known.record, { [reading]: 3 }],
        [600, known.record, {}],
      ],
    }));

  test('copies are made of what is kept, and of nothing else', () => {
    const plain = { record: 'a:b:c', labels: ['a'], expr: promql`x` };
    expect(copiesOf([known, plain]).map(({ record }) => record)).toEqual([`${known.record}_hourly`]);
  });
});

describe('the one that acted last speaks', () => {
  const recordings = [...things.register, newest, latest];
  const declaredBy = (instance: string, values: string) => ({
    [`remembered_test_interval_seconds{name="a",job="j",instance="${instance}"}`]: values,
  });
  const series = (instance: string, actedAt: string, failures: string) => ({
    [`remembered_test_acted_timestamp_seconds{name="a",job="j",instance="${instance}"}`]: actedAt,
    [`remembered_test_failures{name="a",job="j",instance="${instance}"}`]: failures,
  });
  const reading = at(latest)(A);

  test('whatever the others still show, and also when it is gone', () =>
    tell({
      recordings,
      series: {
        ...declaredBy('1', '60x100'),
        ...declaredBy('2', '60x40 stale'),
        ...series('1', '100x100', '3x100'),
        ...series('2', '_x20 1200x20 stale', '_x20 1x20 stale'),
      },
      reads: [
        [10, latest.record, { [reading]: 3 }],
        [30, latest.record, { [reading]: 1 }],
        [90, latest.record, { [reading]: 1 }],
      ],
    }));

  test('a clock far ahead does not make the latest', () =>
    tell({
      recordings,
      series: {
        ...declaredBy('1', '60x100'),
        ...declaredBy('2', '60x100'),
        ...series('1', '60x100', '3x100'),
        ...series('2', '99999x100', '1x100'),
      },
      reads: [[30, newest.record, { [at(newest)(A)]: 60 }]],
    }));
});

describe('counters of many processes as one', () => {
  const counts = counting('test');
  const total = counts.total(events, { labels: ['name'] });
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
  const recordings = [...counts.processes, ...total.recordings, grown, hour];
  const process = (instance: string, id: string, values: string, job = 'j') => ({
    [`sightglass_process_start_timestamp_seconds{job="${job}",instance="${instance}",process_id="${id}"}`]:
      values,
  });
  const counted = (instance: string, values: string, kind = 'x', job = 'j') => ({
    [`remembered_test_events_total{name="a",kind="${kind}",job="${job}",instance="${instance}"}`]: values,
  });
  const is = (value: number) => ({ [at(total.series)(A)]: value });

  test('a living process adds what it counts, a restart goes on, and two kinds are summed', () =>
    tell({
      recordings,
      series: {
        ...process('1', 'p', '0x30 stale'),
        ...process('1', 'q', '_x31 1860x100'),
        ...counted('1', '0+1x30 0x10 1x90'),
        ...counted('1', '0x20 5x9 0x100', 'y'),
      },
      reads: [
        [10, total.series.record, is(10)],
        [30, total.series.record, is(35)],
        [31, total.series.record, is(35)],
        [60, total.series.record, is(36)],
        [60, hour.record, { [at(hour)(A)]: 36 }],
        [91, hour.record, { [at(hour)(A)]: 1 }],
      ],
    }));

  test('a restart to the same count or a higher one is a restart', () =>
    tell({
      recordings,
      series: {
        ...process('1', 'p', '0x30 stale'),
        ...process('1', 'q', '_x31 1860x100'),
        ...counted('1', '4x30 4x10 9x90'),
      },
      reads: [
        [30, total.series.record, is(4)],
        [40, total.series.record, is(8)],
        [50, total.series.record, is(13)],
      ],
    }));

  test('a series that the next process has not yet is not counted again when that begins', () =>
    tell({
      recordings,
      series: {
        ...process('1', 'p', '0x30 stale'),
        ...process('1', 'q', '_x31 1860x100'),
        ...counted('1', '2x30 0x100'),
        ...counted('1', '7x30 stale', 'y'),
      },
      reads: [
        [30, total.series.record, is(9)],
        [33, total.series.record, is(9)],
        [60, total.series.record, is(9)],
      ],
    }));

  test('the last words of a process that ends count, also those after the last evaluation', () =>
    tell({
      recordings,
      series: { ...process('1', 'p', '0x20'), ...counted('1', '1x20') },
      reads: [[27, total.series.record, is(1)]],
    }));

  test('a process that has lived for long and is first seen now has not just counted', () =>
    tell({
      recordings,
      series: { ...process('1', 'p', '_x60 600x60'), ...counted('1', '_x60 70x10 71x50') },
      reads: [
        [65, total.series.record, is(0)],
        [80, total.series.record, is(1)],
      ],
    }));

  test('one that has just begun has, and so has a series that is born in a living one', () =>
    tell({
      recordings,
      series: {
        ...process('1', 'p', '_x60 3600x60'),
        ...counted('1', '_x60 2x60'),
        ...counted('1', '_x80 3x40', 'y'),
      },
      reads: [
        [60, total.series.record, is(2)],
        [60, grown.record, { [at(grown)(A)]: 2 }],
        [61, grown.record, {}],
        [80, total.series.record, is(5)],
        [80, grown.record, { [at(grown)(A)]: 3 }],
      ],
    }));

  test('what happened while nobody scraped is counted afterwards, and nothing after six hours away', () =>
    tell({
      recordings,
      series: {
        ...process('1', 'p', '0x20 _x20 0x20 _x420 0x20'),
        ...counted('1', '1x20 _x20 3x20 _x420 9x20'),
      },
      reads: [
        [20, total.series.record, is(1)],
        [41, total.series.record, is(3)],
        [41, grown.record, { [at(grown)(A)]: 2 }],
        [484, total.series.record, is(3)],
      ],
    }));

  test('one process that is scraped twice, or scraped and pushed, counts once', () =>
    tell({
      recordings,
      series: {
        ...process('1', 'p', '0x60'),
        ...process('1', 'p', '0x60', 'other'),
        ...counted('1', '0x10 4x50'),
        ...counted('1', '0x10 4x50', 'x', 'other'),
      },
      reads: [[40, total.series.record, is(4)]],
    }));

  test('a process that runs once and pushes what it counted counts each time', () =>
    tell({
      recordings,
      series: {
        ...process('', 'p', '0x30 stale', 'push'),
        ...process('', 'q', '_x31 1860x30 stale', 'push'),
        ...process('', 'r', '_x62 3720x30', 'push'),
        ...counted('', '1x100', 'x', 'push'),
      },
      reads: [
        [20, total.series.record, is(1)],
        [50, total.series.record, is(2)],
        [80, total.series.record, is(3)],
      ],
    }));

  test('a total goes on where every process is gone, and a window is what it grew by', () =>
    tell({
      recordings,
      series: { ...process('1', 'p', '0x20 stale'), ...counted('1', '0+1x20 stale') },
      reads: [
        [200, total.series.record, is(20)],
        [30, hour.record, { [at(hour)(A)]: 20 }],
        [81, hour.record, { [at(hour)(A)]: 0 }],
      ],
    }));

  test('a living process that ends one of its series has not counted the others again', () =>
    tell({
      recordings,
      series: {
        ...process('1', 'p', '0x60'),
        ...counted('1', '3x60'),
        ...counted('1', '5x20 stale', 'y'),
      },
      reads: [
        [20, total.series.record, is(8)],
        [40, total.series.record, is(8)],
      ],
    }));

  test('a counter of somebody else, without our process, is taken up where it was, and a reset is a restart', () =>
    tell({
      recordings,
      series: counted('1', '50x10 52x10 1x30'),
      reads: [
        [5, total.series.record, is(0)],
        [15, total.series.record, is(2)],
        [40, total.series.record, is(3)],
      ],
    }));

  test('a total of a thing that was retired and is declared again begins anew, and goes on then', () => {
    const ofThing = counting('thing').total(events, { labels: ['name'], known: things.known });
    return tell({
      recordings: [...counting('thing').processes, ...things.register, ...ofThing.recordings],
      series: {
        ...process('1', 'p', '0x199 stale'),
        ...process('1', 'q', '_x201 12060x600'),
        'remembered_test_interval_seconds{name="a",instance="1"}': '60x9 stale _x190 60x500',
        'remembered_test_retired{name="a",instance="1"}': '_x10 1x5 stale',
        ...counted('1', '0+1x9 stale _x190 0x20 1x80 stale'),
      },
      reads: [
        [9, ofThing.series.record, { [at(ofThing.series)(A)]: 9 }],
        [20, ofThing.series.record, {}],
        [210, ofThing.series.record, { [at(ofThing.series)(A)]: 0 }],
        [230, ofThing.series.record, { [at(ofThing.series)(A)]: 1 }],
        [500, ofThing.series.record, { [at(ofThing.series)(A)]: 1 }],
      ],
    });
  });

  test('a total that no process counts and that has not grown for so long is forgotten, one that is counted never', () => {
    const kept = counting('kept').total(events, { labels: ['name'], keptFor: hours(3) });
    return tell({
      recordings: [...counting('kept').processes, ...kept.recordings],
      series: {
        ...process('1', 'p', '0x600'),
        ...counted('1', '0+1x10 stale'),
        'remembered_test_events_total{name="b",kind="x",job="j",instance="1"}': '0+1x10 10x600',
      },
      reads: [
        [
          185,
          kept.series.record,
          { [at(kept.series)('{name="a"}')]: 10, [at(kept.series)('{name="b"}')]: 10 },
        ],
        [260, kept.series.record, { [at(kept.series)('{name="b"}')]: 10 }],
      ],
    });
  });
});

describe('a sum of what each evaluation adds', () => {
  const good = {
    record: 'name:remembered_test_good:bool',
    labels: ['name'],
    expr: promql`${state} < bool 3`,
  };
  const sum = runningSum(promql`(1 - ${good})`, {
    labels: ['name'],
    level: 'remembered_test',
    name: 'bad',
    staticLabels: { kind: 'slice' },
    known: (own) => promql`(${remembered(own)} and on (name) ${declared})`,
  });
  const is = (value: number) => ({ [`${sum.series.record}{kind="slice",name="a"}`]: value });

  test('goes on while nothing is added, and is forgotten with what it is of', () =>
    tell({
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
        [120, sum.series.record, { [`${sum.series.record}{kind="slice",name="a"}`]: 0 }],
      ],
    }));
});
