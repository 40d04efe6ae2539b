import { beforeAll, describe, expect, test } from 'vitest';
import { inParallel } from '../mutation/in-parallel.ts';
import { histories as groups } from './histories.ts';
import { differencesIn, type History } from './history.ts';

const found = new Map<History, readonly string[]>();

// No limit: it takes as long as there are stories.
beforeAll(async () => {
  const batches = Object.values(groups).flatMap((histories) => {
    const paces = [...new Set(histories.map(({ pace }) => pace))];
    return paces.map((pace) => histories.filter((history) => history.pace === pace));
  });
  await inParallel(batches, async (batch) => {
    for (const [i, differences] of (await differencesIn(batch)).entries()) found.set(batch[i]!, differences);
  });
}, 0);

describe.each(Object.entries(groups))('%s', (_, histories) => {
  test.each(histories)('$title', (history) => {
    expect(found.get(history)).toEqual([]);
  });
});
