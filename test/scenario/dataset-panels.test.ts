import { beforeAll, expect, test } from 'vitest';
import { atTheEnd, shownBy, valuesBy } from './shown-by.ts';
import type { Stage } from './world/stage.ts';
import { hours, minutes } from './world/time.ts';

/** What Data Quality Monitoring shows while the real helpers run, evaluated with the rules that it reads. */

const { exprOf } = shownBy('sightglass-datasets');
const overview = shownBy('sightglass-pipeline-overview');

const NAMES = ['dataset', 'layer'] as const;

/** Data sets of which each is in a state of its own. */
const morning = async (s: Stage) => {
  const { pipeline } = await s.start();
  const set = (name: string, more = {}) => pipeline.declareDataset({ name, layer: 'gold', ...more });
  const fresh = { freshnessObjectiveSeconds: minutes(20) };
  set('stale', fresh).fresh(s.now - minutes(30));
  set('late', fresh).fresh(s.now - minutes(2));
  set('empty', fresh).fresh(null);
  set('unread', { ...fresh, newest: () => undefined });
  const off = set('disabled', fresh);
  off.fresh(s.now - hours(2));
  off.disable();
  const good = set('well', { ...fresh, updateIntervalSeconds: minutes(5), suites: ['daily'] });
  const wrong = set('wrong', {
    suites: ['daily', 'hourly'],
    checkIntervalSeconds: { daily: hours(24), hourly: minutes(8) },
  });
  wrong.checked({ suite: 'hourly', evaluated: 10 });
  wrong.checked({ suite: 'daily', evaluated: 10, failed: 4, warned: 1 });
  const incomplete = set('incomplete');
  incomplete.complete({ expected: 100, found: 80, gaps: 3 });
  const thin = set('thin');
  thin.complete({ expected: 100, found: 95 });
  set('zero', { volume: { min: 5 } }).loaded({ rows: 0 });
  set('odd', { volume: { min: 5, max: 9 } }).loaded({ rows: 10 });
  set('outside', { values: { pm25: { max: 500 } } }).values({ column: 'pm25', max: 900, outOfRange: 7 });
  const changed = set('changed', { columns: { a: 'int' } });
  changed.schema({ b: 'int' });
  good.checked({ suite: 'daily', evaluated: 10 });
  for (let i = 0; i < 3; i++) {
    good.fresh(s.now);
    good.loaded({ rows: 60, lateRows: 6 });
    await s.wait(minutes(4));
  }
  good.fresh(s.now);
};

const ASKED = {
  states: exprOf('Data sets'),
  ages: exprOf('Data sets', 'B'),
  ofPromised: exprOf('Data sets', 'C'),
  emptied: exprOf('Data sets', 'E'),
  scores: exprOf('Data sets', 'F'),
  complete: exprOf('Data sets', 'H'),
  loads: exprOf('Data sets', 'I'),
  unread: exprOf('Data sets', 'K'),
  bands: exprOf('Since when'),
  stale: exprOf('Stale or empty'),
  wrong: exprOf('Wrong'),
  incomplete: exprOf('Incomplete'),
  unchecked: exprOf('Not checked'),
  freshness: exprOf('Freshness'),
  staleFrom: exprOf('Freshness', 'B'),
  lateFrom: exprOf('Freshness', 'C'),
  notSeen: exprOf('Freshness', 'D'),
  notRead: exprOf('Freshness', 'E'),
  updates: exprOf('Updates in an hour'),
  promised: exprOf('Updates in an hour', 'B'),
  byLayer: exprOf('Quality Score by Layer'),
  bySuite: exprOf('Quality Score by Layer', 'B'),
  objective: exprOf('Quality Score by Layer', 'C'),
  reduced: exprOf('Quality Score by Layer', 'D'),
  failed: exprOf('Expectations that do not hold'),
  warned: exprOf('Expectations that do not hold', 'B'),
  checks: exprOf('Last check'),
  missingFrom: exprOf('Last check', 'B'),
  completeness: exprOf('Completeness'),
  incompleteFrom: exprOf('Completeness', 'B'),
  missing: exprOf('Missing records and gaps'),
  gaps: exprOf('Missing records and gaps', 'B'),
  volume: exprOf('Volume'),
  nothing: exprOf('Volume', 'B'),
  atLeast: exprOf('Volume', 'C'),
  atMost: exprOf('Volume', 'D'),
  outside: exprOf('Values out of range'),
  schema: exprOf('Schema'),
  gauge: overview.exprOf('Data Quality Score'),
  lag: overview.exprOf('Pipeline Lag'),
  lagOfEach: overview.exprOf('Pipeline Lag', 'B'),
} as const;

let answers: { readonly [panel in keyof typeof ASKED]: Awaited<ReturnType<typeof atTheEnd>>[number] };
beforeAll(async () => {
  const found = await atTheEnd(morning, ...Object.values(ASKED));
  answers = Object.fromEntries(Object.keys(ASKED).map((key, i) => [key, found[i] ?? []])) as typeof answers;
});
const of = (panel: keyof typeof ASKED, ...labels: readonly string[]) =>
  valuesBy(answers[panel], ...(labels.length === 0 ? ['dataset'] : labels));

test('the table has a row for each data set with its state, the worst of what it is (000-P17, 000-P18, 000-P19)', () => {
  expect(Object.keys(of('states', 'dataset', 'state')).sort()).toEqual([
    'changed new schema',
    'disabled disabled',
    'empty empty',
    'incomplete incomplete',
    'late late',
    'odd odd volume',
    'outside out of range',
    'stale stale',
    'thin thin',
    'unread unreadable',
    'well ok',
    'wrong wrong',
    'zero zero rows',
  ]);
  expect(Object.keys(of('bands', ...NAMES))).toHaveLength(13);
});

test('and its figures: age, score, completeness, rows', () => {
  expect(of('ages')).toMatchObject({ stale: minutes(42) + 30, late: minutes(14) + 30 });
  expect(of('ages')).not.toHaveProperty('empty');
  expect(of('ofPromised')).toMatchObject({ late: expect.closeTo(14.5 / 20) });
  expect(of('emptied')).toMatchObject({ empty: 1, stale: 0 });
  expect(of('scores')).toEqual({ well: 1, wrong: 0.6 });
  expect(of('complete')).toEqual({ incomplete: 0.8, thin: 0.95 });
  expect(of('loads')).toEqual({ zero: 0, odd: 10, well: 60 });
  expect(of('unread').unread).toBe(minutes(12));
});

test('the first row counts what is stale, wrong, incomplete and not checked, without what is disabled', () => {
  expect(of('stale', 'state')).toEqual({ stale: 2 });
  expect(of('wrong', 'state')).toEqual({ wrong: 1 });
  expect(of('incomplete', 'state')).toEqual({ incomplete: 1 });
  expect(of('unchecked', 'state')).toEqual({ unchecked: 1 });
});

test('freshness has the ages, and from when on they are too old, where that is near (001-P3)', () => {
  expect(of('freshness')).toMatchObject({ stale: minutes(42) + 30, disabled: hours(2) + minutes(12) + 30 });
  expect(of('staleFrom')).toMatchObject({ stale: minutes(20), late: minutes(20) });
  expect(of('lateFrom')).toMatchObject({ stale: minutes(10), late: minutes(10) });
  expect(of('notSeen')).toEqual({});
  expect(of('notRead')).toEqual({ unread: minutes(12) });
  expect(of('updates')).toMatchObject({ well: 3, stale: 0 });
  expect(of('promised')).toEqual({ well: 12 });
});

test('the score of a layer is that of its worst suite, and the lines are what the alerts compare with (001-P5, TR-24, TR-25)', () => {
  expect(of('byLayer', 'layer')).toEqual({ gold: 0.6 });
  expect(of('bySuite', 'dataset', 'suite')).toEqual({
    'well daily': 1,
    'wrong daily': 0.6,
    'wrong hourly': 1,
  });
  expect(of('objective')).toEqual({ well: 0.9, wrong: 0.9 });
  expect(of('reduced')).toEqual({ well: 0.95, wrong: 0.95 });
  expect(of('failed', 'dataset', 'suite')).toMatchObject({ 'wrong daily': 4, 'wrong hourly': 0 });
  expect(of('warned', 'dataset', 'suite')).toMatchObject({ 'wrong daily': 1 });
  expect(of('checks', 'dataset', 'suite')['wrong hourly']).toBe(minutes(12) + 30);
  expect(of('missingFrom', 'dataset', 'suite')).toEqual({ 'wrong hourly': minutes(12) });
});

test('completeness, volume, values and schema have what was measured last', () => {
  expect(of('completeness')).toEqual({ incomplete: 0.8, thin: 0.95 });
  expect(of('incompleteFrom')).toMatchObject({ thin: expect.closeTo(0.891) });
  expect(of('missing')).toEqual({ incomplete: 20, thin: 5 });
  expect(of('gaps')).toEqual({ incomplete: 3 });
  expect(of('volume')).toMatchObject({ odd: 10, well: 60 });
  expect(of('nothing')).toEqual({ zero: 0 });
  expect(of('atLeast')).toMatchObject({ odd: 5 });
  expect(of('atMost')).toEqual({ odd: 9 });
  expect(of('outside', 'dataset', 'column')).toEqual({ 'outside pm25': 7 });
  expect(of('schema')).toEqual({ changed: 2 });
});

test('a data set of which many records are missing is told of (000-A15)', async () => {
  const [firing = []] = await atTheEnd(async (s) => {
    const { pipeline } = await s.start();
    pipeline
      .declareDataset({ name: 'incomplete', layer: 'gold' })
      .complete({ expected: 100, found: 80, gaps: 3 });
    await s.wait(minutes(7));
  }, 'ALERTS{alertname="DatasetIncomplete",alertstate="firing"}');
  expect(valuesBy(firing, 'dataset')).toEqual({ incomplete: 1 });
});

test('the overview has the score of each data set in its colour, none behind an average, and the lag of each layer (001-P2, 001-P3)', () => {
  expect(Object.keys(of('gauge', 'dataset', 'state')).sort()).toEqual(['well ok', 'wrong wrong']);
  expect(of('gauge')).toEqual({ well: 1, wrong: 0.6 });
  expect(of('lag', 'layer')).toEqual({ gold: hours(2) + minutes(12) + 30 });
  expect(of('lagOfEach')).toMatchObject({ stale: minutes(42) + 30 });
});
