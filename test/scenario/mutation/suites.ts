import type { Suite } from '../../mutation/mutant.ts';
import {
  type GroupMutant,
  groupMutants,
  type RuleMutant,
  ruleMutants,
} from '../../mutation/rules/mutants.ts';
import { groups } from '../rules.ts';
import { alertStoryList, recordingStories } from '../stories/index.ts';
import { type Played, play } from '../story.ts';
import { EQUIVALENT } from './equivalent.ts';
import { paceWitness, severityWitness, storyWitness } from './witnesses.ts';

/** The mutants of the rules, and of how often they are evaluated, before the stories. */
export async function scenarioSuites(): Promise<
  readonly [rules: Suite<RuleMutant>, intervals: Suite<GroupMutant>]
> {
  // Stories of recorded series come first: they are evaluated a few times only, and what they find out need not be looked at again.
  const stories = [...recordingStories, ...alertStoryList.flatMap((alert) => alert.stories)];
  const played: Played[] = [];
  for (const story of stories) played.push(await play(story));
  return [
    {
      name: 'rules',
      mutants: ruleMutants(groups),
      witnesses: [...alertStoryList.map(severityWitness), ...played.map(storyWitness)],
      proof: ({ title }) => (EQUIVALENT.has(title) ? title : undefined),
      proofs: EQUIVALENT.keys(),
    },
    {
      name: 'intervals',
      mutants: groupMutants(groups),
      witnesses: played.map(paceWitness),
      proof: () => undefined,
      proofs: [],
    },
  ];
}
