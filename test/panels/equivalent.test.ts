import { expect, test } from 'vitest';
import { shipped } from '../scenario/rules.ts';
import { EQUIVALENCES, LEVELS } from './equivalent.ts';

const proofOf = (before: string, after: string): string | undefined =>
  EQUIVALENCES.find((each) => each.isEqual({ before, after }))?.title;

const table = (...ranks: readonly string[]): string =>
  ranks.map((rank, i) => `label_replace(${rank}, "state", "${'abc'[i]}", "", "")`).join(' or on (queue) ');

test.each([
  ['0 * group by (queue) (x) - 0', '0 * group by (queue) (y > 1) + 1'],
  ['-1 * group by (queue) (x) + 0', '0 * group by (queue) (y > 1) + 1'],
  ['0 * group by (queue) (x) + 0', '0 * group by (queue) (y > 1) + 2'],
])('ranks in the same order are the same: %s, %s', (...ranks) => {
  const before = table('0 * group by (queue) (x) + 0', '0 * group by (queue) (y > 1) + 1');
  expect(proofOf(before, table(...ranks))).toBe('ranks in the same order');
});

test.each([
  ['1 * group by (queue) (x) + 0', '0 * group by (queue) (y > 1) + 1'],
  ['0 * group by (queue) (x) + 0', '0 * group by (queue) (y > 1) + 0'],
  ['0 * group by (queue) (x) + 0', '0 * group by (queue) (y > 2) + 2'],
  ['0 * group by (queue) (x) + 0'],
])('but not when two are equal, or another thing is ranked: %s, %s', (...ranks) => {
  const before = table('0 * group by (queue) (x) + 0', '0 * group by (queue) (y > 1) + 1');
  expect(proofOf(before, table(...ranks))).toBeUndefined();
});

test('nor when they are other things by other labels', () => {
  const before = table('0 * group by (queue) (x) + 0', '0 * group by (queue) (y > 1) + 1');
  expect(proofOf(before, before.replace('or on (queue)', 'or on ()'))).toBeUndefined();
});

test('a timeline shows the ranks themselves', () => {
  const [before, after] = ['+ 1', '+ 2'].map(
    (rank) => `0 * group by (queue) (x) + 0 or on (queue) 0 * group by (queue) (y) ${rank}`,
  );
  expect(proofOf(before!, after!)).toBeUndefined();
});

test('a label that the left side puts on need not be asked for on the right', () => {
  const firing = (matchers: string, put = '"alertstate", "firing"') =>
    `max by (a) (label_replace(time() - ALERTS_FOR_STATE, ${put}, "", "") and ALERTS{${matchers}})`;
  const before = firing('alertname=~"A|B",alertstate="firing"');
  expect(proofOf(before, firing('alertname=~"A|B"'))).toBe('a label that the other side puts on');
  expect(proofOf(before, firing('alertstate="firing"'))).toBeUndefined();
  const other = '"alertstate", "pending"';
  expect(proofOf(firing('alertstate="firing"', other), firing('', other))).toBeUndefined();
});

test('what is recorded by a level is one series for each of its labels: its expression has no others (form.test.ts), and nothing is put on it', () => {
  const recorded = shipped.groups.flatMap(({ rules }) =>
    rules.filter(({ record = '' }) => LEVELS.has(record.split(':')[0]!)),
  );
  const levels = new Set(recorded.map(({ record }) => record!.split(':')[0]!));
  expect([...LEVELS.keys()].filter((level) => !levels.has(level))).toEqual([]);
  expect(recorded.filter(({ labels = {} }) => Object.keys(labels).length > 0)).toEqual([]);
});
