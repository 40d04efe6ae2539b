import { beforeAll, describe, expect, test } from 'vitest';
import { atTheEndOf, shownBy, valuesBy } from './shown-by.ts';
import { Database, declareCollector, polls } from './world/collector.ts';
import type { Stage } from './world/stage.ts';
import { minutes, seconds, USUAL_PACE } from './world/time.ts';

/** What SQL Collectors shows while the real helpers run, evaluated with the rules that it reads. */

const { exprOf } = shownBy('sightglass-collectors');

describe('after a quarter of an hour in which one query fails and another finds nothing', () => {
  const script = async (s: Stage) => {
    const database = new Database(s);
    const collector = declareCollector(await s.start(), database);
    database.takesSeconds = 0.03;
    await polls(s, collector, minutes(12));
    database.breaks('57014', ['scores']);
    database.empties('rows');
    await polls(s, collector, minutes(6));
    await s.seen();
    await s.wait(seconds(30));
  };
  const asked = [
    ...['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I'].map((refId) => exprOf('Queries', refId)),
    ...['Since when', 'Not polled', 'Too old', 'Failing', 'Empty'].map((panel) => exprOf(panel)),
    ...['A', 'B'].flatMap((refId) =>
      ['Age of What Was Read', 'Values Found', 'Replicas That Poll'].map((panel) => exprOf(panel, refId)),
    ),
    ...['A', 'B', 'C'].map((refId) => exprOf('Query Duration', refId)),
    exprOf('Errors by Kind'),
  ];
  let answers: Awaited<ReturnType<typeof atTheEndOf>>;
  beforeAll(async () => {
    answers = await atTheEndOf({ script, pace: USUAL_PACE }, asked);
  });
  const shown = (panel: string, refId = 'A', ...labels: string[]) =>
    valuesBy(answers[asked.indexOf(exprOf(panel, refId))] ?? [], ...labels);
  const both = (scores: unknown, rows: unknown) => ({ scores, rows });

  test('the row of a query says what it is, beside its numbers, and the first row counts it', () => {
    const cell = (refId: string) => shown('Queries', refId, 'query');
    expect(Object.keys(shown('Queries', 'A', 'query', 'state')).sort()).toEqual([
      'rows empty',
      'scores too old',
    ]);
    expect(cell('B').scores).toBeGreaterThan(minutes(6));
    expect(cell('B').rows).toBeLessThan(minutes(2));
    expect(cell('C').scores).toBeGreaterThan(2);
    expect(cell('D').scores).toBeLessThan(minutes(2));
    expect(cell('E')).toEqual(both(60, 60));
    expect(cell('F')).toEqual(both(expect.closeTo(0.03, 3), expect.closeTo(0.03, 3)));
    expect(cell('G')).toEqual(both(expect.closeTo(0.3, 2), expect.closeTo(0.3, 2)));
    expect(cell('H')).toEqual(both(1, 0));
    expect(cell('I')).toEqual({});
    expect(shown('Not polled', 'A', 'state')).toEqual({ none: 0 });
    expect(shown('Too old', 'A', 'state')).toEqual({ 'too old': 1 });
    expect(shown('Failing', 'A', 'state')).toEqual({ failing: 1 });
    expect(shown('Empty', 'A', 'state')).toEqual({ empty: 1 });
  });

  test('the plots show age against what it may be, duration, errors by kind, values, and who polls', () => {
    expect(shown('Age of What Was Read', 'A', 'query').scores).toBeGreaterThan(minutes(6));
    expect(shown('Age of What Was Read', 'B', 'query')).toEqual({ scores: 180 });
    expect(shown('Query Duration', 'A', 'query').scores).toBeCloseTo(0.03, 3);
    expect(shown('Query Duration', 'B', 'query')).toEqual(both(0.05, 0.05));
    expect(shown('Query Duration', 'C', 'query')).toEqual({});
    expect(shown('Errors by Kind', 'A', 'query', 'error_type')).toEqual({ 'scores timeout': 7 });
    expect(shown('Values Found', 'A', 'query')).toEqual(both(1, 0));
    expect(shown('Values Found', 'B', 'query')).toEqual({ rows: 0 });
    expect(shown('Replicas That Poll', 'A', 'collector')).toEqual({ quality: 1 });
    expect(shown('Replicas That Poll', 'B', 'collector')).toEqual({ quality: 1 });
  });
});
