import { digest } from '../../mutation/digest.ts';
import type { Witness } from '../../mutation/mutant.ts';
import { parseSeconds } from '../../mutation/rules/duration.ts';
import { type GroupMutant, type RuleMutant, textOf } from '../../mutation/rules/mutants.ts';
import { EvaluationError } from '../promtool/evaluation-error.ts';
import { parseSamples } from '../promtool/labels.ts';
import { answersIn, runPromtool } from '../promtool/run.ts';
import { closureOf, nameOf, readsOf, rulesNamed, wordsOf, type YamlRule } from '../rules.ts';
import { differences, evaluate } from '../scenarios.ts';
import { type Played, subjectsOf } from '../story.ts';

/** So many mutants are evaluated in one run at most: promtool answers no query that gives more than 10,000 samples. */
const AT_ONCE = 75;

/**
 * A story that finds out the mutants that make its claims untrue. What is put on an alert is no claim of it: it is read from the rule. A
 * mutant of a rule in between is judged by the claims behind it only.
 */
export function storyWitness(played: Played): Witness<RuleMutant> {
  const { story, series, end } = played;
  const subjects = subjectsOf(played);
  const names = closureOf(subjects);
  const known = new Map<string, string>();
  const evidenceFor = (name: string): string => {
    const concerned = changedNames(name, subjects, names).filter((each) => subjects.has(each));
    const rules = closureOf(concerned).flatMap(rulesNamed);
    const read = new Set(rules.flatMap(({ expr }) => [...wordsOf(expr)]));
    const depends = [
      rules.map(textOf),
      series.filter((each) => read.has(each.series.slice(0, each.series.indexOf('{')))),
      story.pace,
      end,
      concerned.includes(story.alert ?? '') ? played.firings : [],
      played.readings.filter(({ record }) => concerned.includes(record)),
    ];
    return digest([JSON.stringify(depends)]);
  };
  return {
    title: titleOf(played),
    atOnce: AT_ONCE,
    evidence({ original, part }) {
      const name = nameOf(original);
      if (!names.includes(name) || (part === 'label' && original.alert !== undefined)) return undefined;
      const evidence = known.get(name) ?? evidenceFor(name);
      known.set(name, evidence);
      return evidence;
    },
    findsOut: async (mutants) => killedBy(played, await withEffect(played, mutants)),
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

/** What tells how often a mutant of a recording rule gave anything else than the rule. */
const EFFECT = 'scenario:mutant_effect';

/**
 * The mutants that may make a claim untrue: not those of a recording rule that give in this story what the rule gives, always. All that
 * reads such a one is the same too, and need not be evaluated for it; of the mutants that are alive, most are so in most stories.
 */
async function withEffect(played: Played, mutants: readonly RuleMutant[]): Promise<readonly RuleMutant[]> {
  const { story, end } = played;
  const subjects = subjectsOf(played);
  const isBehind = ({ original: { record } }: RuleMutant) => record !== undefined && !subjects.has(record);
  const behind = mutants.filter(isBehind);
  if (behind.length === 0) return mutants;
  const names = closureOf(behind.map(({ original }) => nameOf(original)));
  const copies = behind.flatMap((mutant, i) => {
    const name = nameOf(mutant.original);
    const copy = `${name}__${i}`;
    return [
      ...copyOf(mutant, `__${i}`, [name]),
      {
        record: EFFECT,
        expr: `count(${copy} != ${name} or ${copy} unless ${name} or ${name} unless ${copy})`,
        labels: { mutant: String(i) },
      },
    ];
  });
  const query = { expr: `count_over_time(${EFFECT}[${end + story.pace.evaluation}s])`, time: end };
  const test = { series: played.series, queries: [query] };
  try {
    const output = await runPromtool([...names.flatMap(rulesNamed), ...copies], [test], story.pace);
    const samples = parseSamples(answersIn(output).get(query.expr) ?? '');
    const differ = new Set(samples.map(({ labels }) => behind[Number(labels.mutant)]));
    return mutants.filter((mutant) => !isBehind(mutant) || differ.has(mutant));
  } catch (error) {
    // One of them can't be evaluated: which one, and whether that matters, is seen when they are judged.
    if (error instanceof EvaluationError) return mutants;
    throw error;
  }
}

/**
 * Which of the mutants make a story's claims untrue. All are evaluated in one run of promtool: each is a renamed copy of its rule and of
 * the rules between it and those that the story makes claims of. A mutant that can't be evaluated is found out as well.
 */
async function killedBy(played: Played, mutants: readonly RuleMutant[]): Promise<Set<RuleMutant>> {
  const subjects = subjectsOf(played);
  const names = closureOf(subjects);
  const killed = new Set<RuleMutant>();
  for (;;) {
    const copies = mutants
      .filter((mutant) => !killed.has(mutant))
      .map((mutant, i) => ({
        mutant,
        suffix: `__${i}`,
        changed: changedNames(nameOf(mutant.original), subjects, names),
      }));
    if (copies.length === 0) return killed;
    try {
      const rules = [
        ...names.flatMap(rulesNamed),
        ...copies.flatMap(({ mutant, suffix, changed }) => copyOf(mutant, suffix, changed)),
      ];
      const [outcome] = await evaluate(rules, [played]);
      for (const { mutant, suffix, changed } of copies) {
        const nameIn = (rule: string) => (changed.includes(rule) ? rule + suffix : undefined);
        if (differences(played, outcome!, nameIn).length > 0) killed.add(mutant);
      }
      return killed;
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      const before = killed.size;
      for (const { mutant, suffix, changed } of copies) {
        if (changed.some((name) => error.rules.has(name + suffix))) killed.add(mutant);
      }
      // The rules themselves can't be evaluated.
      if (killed.size === before) throw error;
    }
  }
}

/** The rules of which a mutant needs a copy: itself, and what reads it up to the claims; itself alone when the story makes claims of it. */
function changedNames(name: string, subjects: ReadonlySet<string>, names: readonly string[]): string[] {
  const changed = [name];
  if (subjects.has(name)) return changed;
  for (const each of names) {
    const reads = rulesNamed(each).flatMap(readsOf);
    if (!changed.includes(each) && reads.some((read) => changed.includes(read))) changed.push(each);
  }
  return changed;
}

/** The mutant and what reads it, under names of their own. */
function copyOf({ original, rule }: RuleMutant, suffix: string, changed: readonly string[]): YamlRule[] {
  const renamed = (expr: string) =>
    expr.replaceAll(/[a-zA-Z_:][a-zA-Z0-9_:]*/g, (word) => (changed.includes(word) ? word + suffix : word));
  return changed.flatMap(rulesNamed).map((each) => {
    const { alert, record, expr, annotations: _, ...rest } = each === original ? rule : each;
    return {
      ...rest,
      ...(alert === undefined ? { record: record! + suffix } : { alert: alert + suffix }),
      expr: renamed(expr),
    };
  });
}
