import { inParallel } from '@sightglass/test-tools';
import { seenBy } from '@sightglass/test-tools/seen';
import { beforeAll, describe, expect, test } from 'vitest';
import { dependsOf, JUDGES } from '../scenario/depends.ts';
import { differences, evaluate } from '../scenario/scenarios.ts';
import { subjectsOf } from '../scenario/story.ts';
import { histories as groups } from './histories.ts';
import { bookOf, type History, playedHistory } from './history.ts';

/** What histories have in common that are evaluated side by side: their pace, and about how long they are, since one that is over goes on to cost. */
const likeness = ({ pace, end }: History): string =>
  JSON.stringify([pace, Math.round(Math.log2(end / pace.evaluation) / 2)]);

const seen = seenBy(import.meta.url, JUDGES);
const keys = new Map<History, string>();
const found = new Map<History, readonly string[]>();

const keyOf = (history: History): string => {
  const played = playedHistory(history);
  const book = bookOf(history);
  return seen.key(dependsOf(played, book.rulesOf(book.closureOf(subjectsOf(played)))));
};

// No limit: it takes as long as there are stories of which anything has changed.
beforeAll(async () => {
  const batches = Object.values(groups).flatMap((all) => {
    for (const history of all) keys.set(history, keyOf(history));
    const histories = all.filter((history) => !seen.has(keys.get(history)!));
    const kinds = [...new Set(histories.map(likeness))];
    return kinds.map((kind) => histories.filter((history) => likeness(history) === kind));
  });
  await inParallel(batches, async (batch) => {
    const book = bookOf({ slos: batch.flatMap(({ slos }) => slos) });
    const played = batch.map(playedHistory);
    const names = book.closureOf(played.flatMap((each) => [...subjectsOf(each)]));
    const outcomes = await evaluate(book.rulesOf(names), played);
    for (const [i, history] of batch.entries()) found.set(history, differences(played[i]!, outcomes[i]!));
  });
}, 0);

describe.each(Object.entries(groups))('%s', (_, histories) => {
  test.each(histories)('$title', (history) =>
    seen.holds(keys.get(history)!, () => expect(found.get(history)).toEqual([])),
  );
});
