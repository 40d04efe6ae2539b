import { expect, test } from 'vitest';
import { inPairs } from './in-pairs.ts';
import { EQUIVALENT } from './mutation/equivalent.ts';
import { killedBy } from './mutation/kill.ts';
import { type Mutant, mutantsOf, titleOf } from './mutation/mutants.ts';
import { closureOf, nameOf, rules } from './rules.ts';
import { alertStoryList, recordingStories } from './stories/index.ts';
import { type Played, play, type Story, subjectsOf } from './story.ts';

test('a change of any number, comparison, window, label, branch or hold makes a scenario fail', async () => {
  const alive = new Set<Mutant>(rules.flatMap(mutantsOf));
  const all = alive.size;
  const excused = [...alive].filter((mutant) => EQUIVALENT.has(titleOf(mutant)));
  for (const mutant of excused) alive.delete(mutant);
  const hunt = async (story: Story): Promise<void> => {
    const concerned = new Set(closureOf(subjectsOf(played.get(story)!)));
    const mutants = [...alive].filter(({ original }) => concerned.has(nameOf(original)));
    for (const mutant of await killedBy(played.get(story)!, mutants)) alive.delete(mutant);
  };
  const played = new Map<Story, Played>();
  const alertStories = alertStoryList.flatMap((alert) => alert.stories);
  for (const story of [...recordingStories, ...alertStories]) played.set(story, await play(story));
  // Stories of recorded series are evaluated a few times only; what they find out need not be looked at again.
  await inPairs(recordingStories, hunt);
  await inPairs(alertStories, hunt);
  const survivors = [...alive].map(titleOf);
  expect(survivors, `${all - survivors.length} of ${all} mutants are found out or can not matter`).toEqual(
    [],
  );
  expect(
    [...EQUIVALENT.keys()].filter((title) => !excused.some((mutant) => titleOf(mutant) === title)),
  ).toEqual([]);
}, 300_000);
