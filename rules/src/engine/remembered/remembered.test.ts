import { seenBy } from '@sightglass/test-tools/seen';
import { describe, expect, test } from 'vitest';
import { promql } from '../promql/promql.ts';
import { countingStories } from './counting.stories.support.ts';
import { copiesOf, kept } from './memory.ts';
import { played, promtoolInput, storyOf } from './promtool.support.ts';
import { thingStories } from './thing.stories.support.ts';
import { windowStories } from './windows.stories.support.ts';

const seen = seenBy(import.meta.url, [
  'test/tools/programs.ts',
  'rules/src/engine/remembered/promtool.support.ts',
]);

describe.each([
  ['what is known of a thing', thingStories],
  ['counters of many processes as one', countingStories],
  ['windows', windowStories],
])('%s', (_, stories) => {
  test.each(Object.entries(stories))('%s', async (_, story) => {
    const input = promtoolInput(storyOf(story));
    const key = seen.key([2, 3].map((version) => seen.key([input], version as 2 | 3)));
    await seen.holds(key, async () => expect(await played(input)).toBe(''));
  });
});

test('copies are made of what is kept, and of nothing else', () => {
  const plain = { record: 'a:b:c', labels: ['a'], expr: promql`x` };
  const memory = { ...plain, record: 'a:b:d' };
  expect(copiesOf([kept(memory), plain]).map(({ record }) => record)).toEqual(['a:b:d_hourly']);
});
