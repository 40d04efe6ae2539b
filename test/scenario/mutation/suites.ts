import type { Suite } from '../../mutation/mutant.ts';
import { provenOf } from '../../mutation/rules/equivalent.ts';
import { labelsWitness } from '../../mutation/rules/labels.ts';
import {
  alone,
  type GroupMutant,
  groupMutants,
  type RuleMutant,
  ruleMutants,
} from '../../mutation/rules/mutants.ts';
import { groups, rules } from '../rules.ts';
import { alertStoryList, labelsToldOf } from '../stories/index.ts';
import type { Played } from '../story.ts';
import { benchesOf } from './bench.ts';
import { EQUIVALENT } from './equivalent.ts';
import { specimens } from './specimens.ts';
import { tableWitnesses } from './tables.ts';
import { paceWitness, storyWitness } from './witnesses.ts';

/** The mutants of the rules, and of how often they are evaluated, before the stories, all of which were played. */
export function scenarioSuites(
  stories: readonly Played[],
): readonly [rules: Suite<RuleMutant>, intervals: Suite<GroupMutant>] {
  // Stories of recorded series come first: they are evaluated a few times only, and what they find out need not be looked at again.
  const isOfAlert = ({ story }: Played) => story.alert !== undefined;
  const played = [...stories.filter((each) => !isOfAlert(each)), ...stories.filter(isOfAlert)];
  const told = played.map((each) => storyWitness(each));
  const engine = specimens('specimens');
  const tables = tableWitnesses(rules);
  return [
    {
      name: 'rules',
      mutants: ruleMutants(groups).map((mutant) => alone(mutant, proofOf)),
      specimens: engine.mutants,
      witnesses: [
        ...alertStoryList.map((told) => labelsWitness(told.alert, labelsToldOf(told), rules)),
        ...tables.witnesses,
        ...engine.stories,
        ...told,
      ],
      benches: [...tables.benches, ...benchesOf(engine.stories), ...benchesOf(told)],
      proof: proofOf,
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

const proofOf = (mutant: RuleMutant): string | undefined =>
  EQUIVALENT.has(mutant.title) ? mutant.title : provenOf(mutant);
