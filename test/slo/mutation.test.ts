import { expect, test } from 'vitest';
import { inPairs } from '../scenario/in-pairs.ts';
import { titleOf } from '../scenario/mutation/mutants.ts';
import { EQUIVALENT } from './equivalent.ts';
import { histories } from './histories.ts';
import { foundByHistory, foundByHolds, foundByStory, sloMutants } from './mutation.ts';
import { alertStories } from './stories.ts';

test('a change of any number, comparison, window, label, branch or hold breaks a budget or an alert', async () => {
  const mutants = sloMutants();
  const excused = new Set(
    mutants.filter((mutant) => EQUIVALENT.some(({ title }) => title.test(titleOf(mutant)))),
  );
  const alive = new Set(mutants.filter((mutant) => !excused.has(mutant)));
  const hunts = [
    ...Object.values(histories)
      .flat()
      .map((history) => () => foundByHistory(history, alive)),
    ...alertStories.flatMap((story) => [() => foundByStory(story, alive), () => foundByHolds(story, alive)]),
  ];
  await inPairs(hunts, async (hunt) => {
    for (const mutant of await hunt()) alive.delete(mutant);
  });
  const survivors = [...alive].map(titleOf);
  const found = mutants.length - excused.size - survivors.length;
  const report = `${mutants.length} mutants: ${found} are found out, ${excused.size} can't be`;
  console.info(report);
  expect(survivors, report).toEqual([]);
  const idle = EQUIVALENT.filter(({ title }) => ![...excused].some((mutant) => title.test(titleOf(mutant))));
  expect(
    idle.map(({ proof }) => proof),
    'proofs of mutants that are no more',
  ).toEqual([]);
}, 300_000);
