import type { Suite } from '../mutation/mutant.ts';
import { provenOf } from '../mutation/rules/equivalent.ts';
import { labelsWitness } from '../mutation/rules/labels.ts';
import { alone, type RuleMutant, ruleMutants } from '../mutation/rules/mutants.ts';
import { benchesOf } from '../scenario/mutation/bench.ts';
import { specimens } from '../scenario/mutation/specimens.ts';
import { tableWitnesses } from '../scenario/mutation/tables.ts';
import { storyWitness } from '../scenario/mutation/witnesses.ts';
import { sloGroups, sloRules } from '../scenario/rules.ts';
import { bookFor, playedOf } from './alert-story.ts';
import { EQUIVALENT } from './equivalent.ts';
import { histories } from './histories.ts';
import { bookOf, playedHistory } from './history.ts';
import { LABELS } from './labels.ts';
import { alertStories } from './stories.ts';

/** The mutants of all SLO rules before the histories and the stories of alerts. */
export function sloSuite(): Suite<RuleMutant> {
  const stories = [
    ...Object.values(histories)
      .flat()
      .map((history) => storyWitness(playedHistory(history), bookOf(history))),
    ...alertStories.map((story) => storyWitness(playedOf(story), bookFor(story))),
  ];
  const engine = specimens('slo-specimens');
  const tables = tableWitnesses(sloRules);
  return {
    name: 'slo',
    specimens: engine.mutants,
    mutants: ruleMutants(sloGroups).map((mutant) => alone(mutant, proofOf)),
    witnesses: [
      ...Object.entries(LABELS).map(([alert, labels]) => labelsWitness(alert, labels, sloRules)),
      ...tables.witnesses,
      ...engine.stories,
      ...stories,
    ],
    benches: [...tables.benches, ...benchesOf(engine.stories), ...benchesOf(stories)],
    proof: proofOf,
    proofs: EQUIVALENT.map(({ title }) => title.source),
  };
}

const proofOf = (mutant: RuleMutant): string | undefined =>
  EQUIVALENT.find((each) => each.title.test(mutant.title))?.title.source ?? provenOf(mutant);
