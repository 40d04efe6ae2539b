import type { Bench } from '../../mutation/mutant.ts';
import type { RuleMutant } from '../../mutation/rules/mutants.ts';
import { nameOf } from '../../rules/rule.ts';
import type { RuleBook } from '../../rules/rule-book.ts';
import { EvaluationError } from '../promtool/evaluation-error.ts';
import { parseSamples } from '../promtool/labels.ts';
import { answersIn, runPromtool } from '../promtool/run.ts';
import { inScope, STORY, sideBySide } from '../promtool/side-by-side.ts';
import { differences, evaluate, FailedQueries } from '../scenarios.ts';
import { subjectsOf } from '../story.ts';
import { besideCopies, copyOf, inParts, unchanged, withCopies } from './copies.ts';
import type { StoryWitness } from './witnesses.ts';

/** So many mutants are recorded in one run at most: promtool answers no query that gives more than 10,000 samples. */
const RECORDED_AT_ONCE = 75;
/** So many are asked for in one run at most. */
const ASKED_AT_ONCE = 400;

/** Stories on one bench are about as long as each other: so many benches for each doubling of their length. */
const LENGTHS = 1;

/**
 * Benches of stories that are evaluated side by side: those of one book and one pace, of one alert or of recorded series, that are about as long.
 * The shortest come first: they are asked quickly, and of what they find out the others need not be asked.
 */
export function benchesOf(witnesses: readonly StoryWitness[]): Bench<RuleMutant>[] {
  const byKind = new Map<RuleBook, Map<string, StoryWitness[]>>();
  for (const witness of witnesses) {
    const { story, end } = witness.played;
    const kinds = byKind.get(witness.book) ?? new Map<string, StoryWitness[]>();
    byKind.set(witness.book, kinds);
    const key = JSON.stringify([
      story.pace,
      story.alert,
      Math.round(LENGTHS * Math.log2(end / story.pace.evaluation)),
    ]);
    kinds.set(key, [...(kinds.get(key) ?? []), witness]);
  }
  const evaluations = (stories: readonly StoryWitness[]) =>
    Math.max(...stories.map(({ played: { end, story } }) => end / story.pace.evaluation));
  return [...byKind]
    .flatMap(([book, kinds]) => [...kinds.values()].map((each) => ({ book, each })))
    .toSorted((a, b) => evaluations(a.each) - evaluations(b.each))
    .map(({ book, each }) => benchOf(book, each));
}

function benchOf(book: RuleBook, witnesses: readonly StoryWitness[]): Bench<RuleMutant> {
  const stories = witnesses.map(({ played }) => played);
  const { pace } = stories[0]!.story;
  const end = Math.max(...stories.map((each) => each.end));
  const names = book.closureOf(stories.flatMap((each) => [...subjectsOf(each)]));

  const order = book.rulesOf(names);

  /** What a rule gives at one time depends on nothing but what it reads, unless it reads itself, or what is recorded after it. */
  const isAsked = ({ original, part }: RuleMutant): boolean => {
    if (original.record === undefined || part !== 'expression') return false;
    const at = order.indexOf(original);
    return book.rulesOf(book.readsOf(original)).every((read) => order.indexOf(read) < at);
  };

  async function judge(mutants: readonly RuleMutant[]): Promise<[RuleMutant, StoryWitness][]> {
    const asked = mutants.filter(isAsked);
    const recorded = mutants.filter((mutant) => !asked.includes(mutant));
    return [
      ...(await inSteps(asked, ASKED_AT_ONCE, (some) => judged(some, 'asked'))),
      ...(await inSteps(recorded, RECORDED_AT_ONCE, (some) => judged(some, 'recorded'))),
    ];
  }

  /** Those that make a claim of their very rule untrue, or can't be evaluated. */
  async function judged(
    mutants: readonly RuleMutant[],
    how: 'asked' | 'recorded',
  ): Promise<[RuleMutant, StoryWitness][]> {
    const found: [RuleMutant, StoryWitness][] = [];
    const judges = (mutant: RuleMutant) => witnesses.filter((witness) => witness.claims(mutant));
    const controls = unchanged(mutants);
    let left = [...controls, ...mutants].map((mutant, i) => {
      const changed = [nameOf(mutant.original)];
      const suffix = `__${i}`;
      return { mutant, suffix, changed, rules: copyOf(mutant, suffix, changed, book) };
    });
    const without = (names: ReadonlySet<string>) => {
      const failed = left.filter(({ changed, suffix }) => names.has(changed[0]! + suffix));
      found.push(...failed.map(({ mutant }): [RuleMutant, StoryWitness] => [mutant, judges(mutant)[0]!]));
      left = left.filter((each) => !failed.includes(each));
      return failed.length > 0;
    };
    while (left.length > 0) {
      try {
        const copies = left.map(({ rules }) => rules);
        const told = stories.map((played) => withCopies(played, left));
        const outcomes =
          how === 'asked'
            ? await evaluate(
                book.rulesOf(names),
                told,
                copies.flatMap((each) => [...each.values()]),
              )
            : await evaluate(besideCopies(book.rulesOf(names), copies), told);
        for (const { mutant, suffix, changed } of left) {
          const nameIn = (rule: string) => (changed.includes(rule) ? rule + suffix : undefined);
          const finder = judges(mutant).find(
            ({ played }) => differences(played, outcomes[stories.indexOf(played)]!, nameIn).length > 0,
          );
          if (finder !== undefined && controls.includes(mutant))
            throw new Error(`"${finder.title}" is not so: ${mutant.title}`);
          if (finder !== undefined) found.push([mutant, finder]);
        }
        return found;
      } catch (error) {
        if (!(error instanceof EvaluationError || error instanceof FailedQueries)) throw error;
        // The rules themselves can't be evaluated.
        if (!without(error.rules) || controls.some((each) => !left.some(({ mutant }) => mutant === each)))
          throw error;
      }
    }
    return found;
  }

  /** Those that say something of a mutant, but not of its very rule. */
  const listeners = (mutant: RuleMutant) =>
    witnesses.filter((each) => each.evidence(mutant) !== undefined && !each.claims(mutant));

  /** Those of which anything is recorded in a story that the rule would not record; what can't be evaluated is noticed by all. */
  async function noticed(mutants: readonly RuleMutant[]): Promise<[RuleMutant, StoryWitness[]][]> {
    const copies = mutants.map((mutant, i) => {
      const name = nameOf(mutant.original);
      return { mutant, name, suffix: `__${i}`, changed: [name] };
    });
    const rules = [
      ...besideCopies(
        book.rulesOf(book.closureOf(new Set(copies.map(({ name }) => name)))),
        copies.map(({ mutant, suffix, changed }) => copyOf(mutant, suffix, changed, book)),
      ),
      ...copies.map(({ name, suffix }, i) => {
        const copy = name + suffix;
        return {
          record: EFFECT,
          expr: `count(${copy} != ${name} or ${copy} unless ${name} or ${name} unless ${copy})`,
          labels: { mutant: String(i) },
        };
      }),
    ];
    const queryOf = (i: number) => `count_over_time(${EFFECT}{mutant="${i}"}[${end + pace.evaluation}s])`;
    const tests = stories.map((played) => ({ series: withCopies(played, copies).series, queries: [] }));
    const queries = copies.map((_, i) => ({ expr: queryOf(i), time: end }));
    try {
      const test = { ...sideBySide(tests), queries };
      const answers = answersIn(await runPromtool(rules.map(inScope), [test], pace));
      return copies.map(({ mutant }, i) => {
        const samples = parseSamples(answers.get(queryOf(i)) ?? '');
        const differ = new Set(samples.map(({ labels }) => labels[STORY]));
        const all = differ.has(undefined);
        return [
          mutant,
          listeners(mutant).filter((each) => all || differ.has(String(witnesses.indexOf(each)))),
        ];
      });
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      const failed = copies.filter(({ name, suffix }) => error.rules.has(name + suffix));
      if (failed.length === 0) throw error;
      const others = mutants.filter((mutant) => !failed.some((each) => each.mutant === mutant));
      return [
        ...failed.map(({ mutant }): [RuleMutant, StoryWitness[]] => [mutant, listeners(mutant)]),
        ...(others.length === 0 ? [] : await noticed(others)),
      ];
    }
  }

  return {
    witnesses,
    judge: async (mutants) => new Map(await judge(mutants)),
    notice: async (mutants) => new Map(await inSteps(mutants, RECORDED_AT_ONCE, (some) => noticed(some))),
  };
}

/** What tells how often a mutant of a recording rule gave anything else than the rule. */
const EFFECT = 'scenario:mutant_effect';

async function inSteps<T>(
  mutants: readonly RuleMutant[],
  atOnce: number,
  found: (mutants: readonly RuleMutant[]) => Promise<Iterable<T>>,
): Promise<T[]> {
  const all: T[] = [];
  for (let i = 0; i < mutants.length; i += atOnce)
    all.push(...(await inParts(mutants.slice(i, i + atOnce), found)));
  return all;
}
