import { digest, withoutChance } from '@sightglass/test-tools';
import type { Witness } from '../../mutation/mutant.ts';
import { type GroupMutant, type RuleMutant, textOf } from '../../mutation/rules/mutants.ts';
import { parseSeconds } from '../../rules/duration.ts';
import { nameOf, wordsOf } from '../../rules/rule.ts';
import type { RuleBook } from '../../rules/rule-book.ts';
import { EvaluationError } from '../promtool/evaluation-error.ts';
import { shipped } from '../rules.ts';
import { differences, evaluate } from '../scenarios.ts';
import { type Played, subjectsOf } from '../story.ts';
import { seriesName } from '../world/series-history.ts';
import { besideCopies, changedNames, copyOf, inParts, unchanged, withCopies } from './copies.ts';

/** So many mutants are evaluated in one run at most: promtool answers no query that gives more than 10,000 samples. */
const AT_ONCE = 75;

/** A story as a witness, and the rules that it is judged by. */
export interface StoryWitness extends Witness<RuleMutant> {
  readonly played: Played;
  readonly book: RuleBook;
  claims(mutant: RuleMutant): boolean;
}

/**
 * A story that finds out the mutants that make its claims untrue, among the rules of a book. What is put on an alert is no claim of it: it is
 * read from the rule. A mutant of a rule in between is judged by the claims behind it only.
 */
export function storyWitness(played: Played, book: RuleBook = shipped): StoryWitness {
  const { story, series, end } = played;
  const subjects = subjectsOf(played);
  const names = book.closureOf(subjects);
  const known = new Map<string, string>();
  const evidenceFor = (name: string): string => {
    const concerned = changedNames(name, subjects, names, book).filter((each) => subjects.has(each));
    const rules = book.closureOf(concerned).flatMap((name) => book.named(name));
    const read = new Set([...concerned, ...rules.flatMap(({ expr }) => [...wordsOf(expr)])]);
    const depends = [
      rules.map(textOf),
      series.filter((each) => read.has(seriesName(each))),
      story.pace,
      end,
      concerned.includes(story.alert ?? '') ? played.firings : [],
      played.readings.filter(({ record }) => concerned.includes(record)),
    ];
    return digest([withoutChance(JSON.stringify(depends))]);
  };
  const isHeard = ({ original, part }: RuleMutant) =>
    book.named(nameOf(original)).includes(original) && (part !== 'label' || original.alert === undefined);
  return {
    title: titleOf(played),
    played,
    book,
    atOnce: AT_ONCE,
    evidence(mutant) {
      const name = nameOf(mutant.original);
      if (!names.includes(name) || !isHeard(mutant)) return undefined;
      const evidence = known.get(name) ?? evidenceFor(name);
      known.set(name, evidence);
      return evidence;
    },
    claims: (mutant) => subjects.has(nameOf(mutant.original)) && isHeard(mutant),
    findsOut: (mutants) => inParts(mutants, (some) => killedBy(played, book, some)),
  };
}

/**
 * A story that is told at the pace of a group, so that an alert fires or a series is recorded at a moment at which the group would not be
 * evaluated if its interval were longer.
 */
export function paceWitness(played: Played): Witness<GroupMutant> {
  const { firings, readings, story } = played;
  const { evaluation } = story.pace;
  const momentsOf = (name: string): number[] => [
    ...(name === story.alert ? firings.flatMap(({ spans }) => spans.map(({ from }) => from)) : []),
    ...readings.filter(({ record }) => record === name).map(({ time }) => time),
  ];
  const momentsIn = ({ original }: GroupMutant) => original.rules.map(nameOf).flatMap(momentsOf);
  return {
    title: titleOf(played),
    evidence: (mutant) =>
      parseSeconds(mutant.original.interval) === evaluation && momentsIn(mutant).length > 0
        ? JSON.stringify([evaluation, momentsIn(mutant)])
        : undefined,
    findsOut: async (mutants) =>
      mutants.filter((mutant) => momentsIn(mutant).some((moment) => moment % mutant.interval !== 0)),
  };
}

const titleOf = ({ story: { alert, title, pace } }: Played): string =>
  `${alert ?? 'records'}: ${title} (${pace.scrape}, ${pace.evaluation})`;

/**
 * Which of the mutants make a story's claims untrue. All are evaluated in one run of promtool: each is a renamed copy of its rule and of
 * the rules between it and those that the story makes claims of. A mutant that can't be evaluated is found out as well.
 */
async function killedBy(
  played: Played,
  book: RuleBook,
  mutants: readonly RuleMutant[],
): Promise<Set<RuleMutant>> {
  const subjects = subjectsOf(played);
  const names = book.closureOf(subjects);
  const killed = new Set<RuleMutant>();
  const controls = unchanged(mutants);
  for (;;) {
    const copies = [...controls, ...mutants]
      .filter((mutant) => !killed.has(mutant))
      .map((mutant, i) => ({
        mutant,
        suffix: `__${i}`,
        changed: changedNames(nameOf(mutant.original), subjects, names, book),
      }));
    if (copies.length <= controls.length) return killed;
    try {
      const rules = besideCopies(
        book.rulesOf(names),
        copies.map(({ mutant, suffix, changed }) => copyOf(mutant, suffix, changed, book)),
      );
      const [outcome] = await evaluate(rules, [withCopies(played, copies)]);
      for (const { mutant, suffix, changed } of copies) {
        const nameIn = (rule: string) => (changed.includes(rule) ? rule + suffix : undefined);
        const [wrong] = differences(played, outcome!, nameIn);
        if (wrong !== undefined && controls.includes(mutant))
          throw new Error(`"${titleOf(played)}" is not so: ${mutant.title}: ${wrong}`);
        if (wrong !== undefined) killed.add(mutant);
      }
      return killed;
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      const before = killed.size;
      for (const { mutant, suffix, changed } of copies) {
        if (changed.some((name) => error.rules.has(name + suffix))) killed.add(mutant);
      }
      // The rules themselves can't be evaluated.
      if (killed.size === before || controls.some((each) => killed.has(each))) throw error;
    }
  }
}
