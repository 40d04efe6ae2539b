import { gauge } from '@sightglass/core';
import { seenBy } from '@sightglass/test-tools/seen';
import { expect, test } from 'vitest';
import { promql } from '../promql/promql.ts';
import {
  type PromtoolInput,
  played,
  promtoolInput,
  type Reading,
  type Story,
} from '../remembered/promtool.support.ts';
import { anomalyRules } from './index.ts';

/* What the seasonal method expects by one week, by two and by three, in both Prometheus. */

const seen = seenBy(import.meta.url, [
  'test/tools/programs.ts',
  'rules/src/engine/remembered/promtool.support.ts',
]);

const metric = gauge('weeks_test_number', { help: 'A number.', labels: ['name'] });
const rulesOf = (weeks: 1 | 2 | 3) =>
  anomalyRules({
    metric: 'weeks_test',
    by: ['name'],
    hour: promql`max by (name) (${metric})`,
    methods: ['seasonal'],
    weeks,
  });

const HOURS = 35 * 24;
const WEEK = 7 * 24;
/** The hour that is judged: the last. */
const NOW = HOURS - 1;

const all = (value: (hour: number) => number | undefined): string =>
  Array.from({ length: HOURS }, (_, hour) => value(hour) ?? '_').join(' ');
const weeksAgo = (hour: number, weeks: number) =>
  Math.abs(hour - (NOW - weeks * WEEK)) < 12 && hour <= NOW - weeks * WEEK;

const series = {
  // Ten more each hour: what was a week ago and 1,680.
  'weeks_test_number{name="growth"}': all((hour) => 1_000 + 10 * hour),
  // A holiday, half a day long, a week ago.
  'weeks_test_number{name="holiday"}': all((hour) => (weeksAgo(hour, 1) ? 20 : 100)),
  // Two of them in a row.
  'weeks_test_number{name="holidays"}': all((hour) => (weeksAgo(hour, 1) || weeksAgo(hour, 2) ? 20 : 100)),
  // Not there two weeks ago and before: judged by what there is.
  'weeks_test_number{name="new"}': all((hour) => (hour > NOW - 2 * WEEK + 24 ? 100 : undefined)),
  // A gap a week ago.
  'weeks_test_number{name="gap"}': all((hour) => (weeksAgo(hour, 1) ? undefined : 100)),
};

/** Under load promtool loses samples of tests of weeks, all or none: asked again, it has them. */
async function answered(input: PromtoolInput): Promise<string> {
  for (let again = 0; ; again++) {
    const failure = await played(input);
    if (!failure.includes('got: nil') || again === 3) return failure;
  }
}

const [growth, usual] = [1_000 + 10 * NOW, 100];

test.each([
  [1, { growth, holiday: 20, holidays: 20, new: usual }],
  // The mean of two: half of an odd week is expected again.
  [2, { growth, holiday: 60, holidays: 20, gap: usual, new: usual }],
  // The median of three: an odd week is not, and two of them are.
  [3, { growth, holiday: usual, holidays: 20, gap: usual, new: usual }],
] as const)(
  'by %i of them, growth is gone along with, and odd weeks are expected as they should',
  async (weeks, expected) => {
    const rules = rulesOf(weeks);
    const { record } = rules.expected('seasonal');
    const reading: Reading = Object.fromEntries(
      Object.entries(expected).map(([name, value]) => [`${record}{name="${name}"}`, value]),
    );
    const story: Story = {
      recordings: rules.recordings,
      series,
      step: 60,
      reads: [[NOW * 60, record, reading]],
    };
    const input = promtoolInput(story);
    const key = seen.key([2, 3].map((version) => seen.key([input], version as 2 | 3)));
    await seen.holds(key, async () => expect(await answered(input)).toBe(''));
  },
  0,
);

test('more than three weeks, or none, are refused', () => {
  for (const weeks of [0, 4, 1.5] as never[]) expect(() => rulesOf(weeks)).toThrow('weeks must be 1, 2 or 3');
});
