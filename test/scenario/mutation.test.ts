import { expect, test } from 'vitest';
import { inPairs } from './in-pairs.ts';
import { EQUIVALENT } from './mutation/equivalent.ts';
import { killedBy } from './mutation/kill.ts';
import { type Mutant, mutantsOf, titleOf } from './mutation/mutants.ts';
import { closureOf, nameOf, rules } from './rules.ts';
import { alertStoryList, recordingStories } from './stories/index.ts';
import { play, type Story } from './story.ts';

/** Stories of recorded series come first: they are short, and what they find out need not be looked at again. */
const stories: readonly Story[] = [...recordingStories, ...alertStoryList.flatMap((alert) => alert.stories)];

test('a change of any number, comparison, window, label, branch or hold makes a scenario fail', async () => {
  const alive = new Set<Mutant>(rules.flatMap(mutantsOf));
  const all = alive.size;
  const excused = [...alive].filter((mutant) => EQUIVALENT.has(titleOf(mutant)));
  for (const mutant of excused) alive.delete(mutant);
  const told = [];
  for (const story of stories) told.push(await play(story));
  await inPairs(told, async (played) => {
    const concerned = new Set(closureOf(played.story.rule));
    const mutants = [...alive].filter(({ original }) => concerned.has(nameOf(original)));
    for (const mutant of await killedBy(played, mutants)) alive.delete(mutant);
  });
  const survivors = [...alive].map(titleOf);
  expect(survivors, `${all - survivors.length} of ${all} mutants are found out or can not matter`).toEqual(
    [],
  );
  expect(
    [...EQUIVALENT.keys()].filter((title) => !excused.some((mutant) => titleOf(mutant) === title)),
  ).toEqual([]);
}, 300_000);
