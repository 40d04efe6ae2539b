import { expect, test } from 'vitest';
import type { RuleGroup, YamlRule } from './rule.ts';
import { RuleBook } from './rule-book.ts';

const rule = (record: string, expr: string, slo?: string): YamlRule =>
  slo === undefined ? { record, expr } : { record, expr, labels: { slo } };
const group = (name: string, ...rules: readonly YamlRule[]): RuleGroup => ({
  file: 'a',
  name,
  interval: '1m',
  rules,
});

// Events are counted for one SLO after the other, the second by what is recorded in between.
const first = rule('events', 'a', 'first');
const slices = rule('slices', 'b');
const second = rule('events', 'slices', 'second');
const budget = rule('budget', 'events');
const copy = rule('events_hourly', 'events');
const book = new RuleBook([
  group('hourly', copy),
  group('budgets', budget),
  group('events', first, slices, second),
]);

test('rules of one name are evaluated each in its place, behind what they read, and the copies last', () => {
  expect(book.rulesOf(['events', 'budget', 'slices', 'events_hourly'])).toEqual([
    first,
    slices,
    second,
    budget,
    copy,
  ]);
  expect(book.rulesOf(['budget', 'events'])).toEqual([first, second, budget]);
});

test('what a rule reads is all that it names, and what that reads', () => {
  expect(book.readsOf(budget)).toEqual(['events']);
  expect(new Set(book.closureOf(['budget']))).toEqual(new Set(['budget', 'events', 'slices']));
  expect(() => book.named('nothing')).toThrow('no rule is named nothing');
});

test('some of the rules are a book of their own', () => {
  const own = book.only(({ labels }) => labels?.slo !== 'second');
  expect(own.named('events')).toEqual([first]);
  expect(own.closureOf(['budget']).toSorted()).toEqual(['budget', 'events']);
});
