import { expect, test } from 'vitest';
import { inPairs } from './in-pairs.ts';
import { EQUIVALENT } from './mutation/equivalent.ts';
import { killedBy } from './mutation/kill.ts';
import { type Mutant, mutantsOf, titleOf } from './mutation/mutants.ts';
import { closureOf, nameOf, rules } from './rules.ts';
import { alertStoryList, recordingStories } from './stories/index.ts';
import { type Played, play, type Story, subjectsOf } from './story.ts';

/** So many mutants are evaluated in one run at most: promtool answers no query that gives more than 10,000 samples. */
const AT_ONCE = 75;

test('a change of any number, comparison, window, label, branch or hold makes a scenario fail', async () => {
  const mutants = rules.flatMap(mutantsOf);
  const excused = new Set(mutants.filter((mutant) => EQUIVALENT.has(titleOf(mutant))));
  const alive = new Set(mutants.filter((mutant) => !excused.has(mutant)));
  // Stories of recorded series are evaluated a few times only; what they find out need not be looked at again.
  await hunt(recordingStories, alive);
  await hunt(
    alertStoryList.flatMap(({ stories }) => stories),
    alive,
  );
  const survivors = [...alive].map(titleOf);
  const report = `${mutants.length} mutants: ${mutants.length - excused.size - survivors.length} make a scenario fail, ${excused.size} can't`;
  console.info(report);
  expect(survivors, report).toEqual([]);
  const used = new Set([...excused].map(titleOf));
  expect(
    [...EQUIVALENT.keys()].filter((title) => !used.has(title)),
    'proofs of mutants that are no more',
  ).toEqual([]);
}, 300_000);

/** Takes the mutants that the stories find out from those that are alive. */
async function hunt(stories: readonly Story[], alive: Set<Mutant>): Promise<void> {
  const jobs: { readonly played: Played; readonly mutants: readonly Mutant[] }[] = [];
  for (const story of stories) {
    const played = await play(story);
    const read = new Set(closureOf(subjectsOf(played)));
    const concerned = [...alive].filter(({ original }) => read.has(nameOf(original)));
    for (let i = 0; i < concerned.length; i += AT_ONCE) {
      jobs.push({ played, mutants: concerned.slice(i, i + AT_ONCE) });
    }
  }
  await inPairs(jobs, async ({ played, mutants }) => {
    const left = mutants.filter((mutant) => alive.has(mutant));
    for (const mutant of await killedBy(played, left)) alive.delete(mutant);
  });
}
