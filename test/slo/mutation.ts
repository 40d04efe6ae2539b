import { digest } from '../mutation/digest.ts';
import type { Suite, Witness } from '../mutation/mutant.ts';
import { labelsWitness } from '../mutation/rules/labels.ts';
import { type RuleMutant, ruleMutants, textOf } from '../mutation/rules/mutants.ts';
import { labelKey } from '../scenario/promtool/firings.ts';
import { type PrintedSample, parseSamples } from '../scenario/promtool/labels.ts';
import { answersIn, runPromtool } from '../scenario/promtool/run.ts';
import { nameOf, sloGroups, sloRules, wordsOf, type YamlRule } from '../scenario/rules.ts';
import { differences, evaluate } from '../scenario/scenarios.ts';
import { type AlertStory, playedOf, ruleOf, rulesFor, slosBehind, withOwnership } from './alert-story.ts';
import { EQUIVALENT } from './equivalent.ts';
import { histories } from './histories.ts';
import {
  areEqual,
  type History,
  inputOf,
  recordNamed,
  rulesBehind,
  sloOfRule,
  type Values,
} from './history.ts';
import { LABELS } from './labels.ts';
import { alertStories } from './stories.ts';

/*
 * Mutants of rules are not recorded over whole histories, as those of scenarios are: windows of weeks make that slow. What a rule gives at one
 * time depends on nothing but the series that it reads, so a mutant is asked for at the times of the claims, as a query beside the true rules.
 * Only a rule that reads what it said before is recorded, under a name of its own.
 */

/** What a rule's expression must give at a time, with the labels that the rule adds. */
interface Claim {
  readonly time: number;
  /** What `holds` looks for, as data. */
  readonly says: unknown;
  readonly holds: (samples: readonly PrintedSample[]) => boolean;
}

const FAILED = /^\s*expr: ("(?:[^"\\]|\\.)*"), time: \S+, err: /gm;

/** The mutants of all SLO rules before the histories and the stories of alerts. */
export const sloSuite = (): Suite<RuleMutant> => ({
  name: 'slo',
  mutants: ruleMutants(sloGroups),
  witnesses: [
    ...Object.values(histories).flat().map(historyWitness),
    ...alertStories.flatMap((story) => [expressionWitness(story), holdWitness(story)]),
    ...Object.entries(LABELS).map(([alert, labels]) => labelsWitness(alert, labels, sloRules)),
  ],
  proof: (mutant) => EQUIVALENT.find(({ title }) => title.test(mutant.title))?.title.source,
  proofs: EQUIVALENT.map(({ title }) => title.source),
});

/** A history that finds out mutants by what is computed by hand of the series that they record. */
function historyWitness(history: History): Witness<RuleMutant> {
  const inputs = seriesOf(history);
  const records = Object.values(history.expects).flatMap((claims) => Object.keys(claims).map(recordNamed));
  return {
    title: `history: ${history.title}`,
    evidence: ({ original }) => {
      const claims = claimsOf(history, original);
      return claims.length === 0 ? undefined : evidenceOf(original, history.slos, history, inputs, claims);
    },
    findsOut: (mutants) =>
      found(history, rulesBehind(records, history.slos), mutants, (rule) => claimsOf(history, rule)),
  };
}

/** A story that finds out mutants of an alert by when its expression holds. */
function expressionWitness(story: AlertStory): Witness<RuleMutant> {
  const told = { ...story, series: withOwnership(story.series) };
  const inputs = seriesOf(told);
  const claims = truthOf(story);
  return {
    title: `story: ${story.alert}: ${story.title}`,
    evidence: ({ original, part }) =>
      original === ruleOf(story.alert) && part === 'expression'
        ? evidenceOf(original, slosBehind(original), told, inputs, claims)
        : undefined,
    findsOut: (mutants) => found(told, rulesFor(story.alert).slice(0, -1), mutants, () => claims),
  };
}

/** A story that finds out mutants of how long an alert holds by when it fires. */
function holdWitness(story: AlertStory): Witness<RuleMutant> {
  const played = playedOf(story);
  return {
    title: `hold: ${story.alert}: ${story.title}`,
    evidence: ({ original, part }) =>
      original.alert === story.alert && part === 'hold'
        ? digest([
            ...rulesFor(story.alert).map(textOf),
            JSON.stringify([played.series, played.firings, story.pace, story.end]),
          ])
        : undefined,
    findsOut: async (mutants) => {
      const copies = mutants.map(({ rule }, i) => ({ ...rule, alert: `${story.alert}__${i}` }));
      const [outcome] = await evaluate([...rulesFor(story.alert), ...copies], [played]);
      return mutants.filter((_, i) => differences(played, outcome!, (name) => `${name}__${i}`).length > 0);
    },
  };
}

type Told = Pick<History, 'title' | 'series' | 'pace' | 'end'>;

/** The input series of a history by name, as promtool reads them. Made when they are first asked for. */
function seriesOf(told: Told): () => ReturnType<typeof inputOf> {
  let series: ReturnType<typeof inputOf> | undefined;
  return () => (series ??= inputOf(told));
}

/** What the answer to a rule's mutants depends on: the rules that it reads, their series, and the claims. */
function evidenceOf(
  rule: YamlRule,
  slos: readonly string[],
  { pace, end }: Told,
  inputs: () => ReturnType<typeof inputOf>,
  claims: readonly Claim[],
): string {
  const read = rulesBehind([...wordsOf(rule.expr)], slos);
  const words = new Set([rule, ...read].flatMap(({ expr }) => [...wordsOf(expr)]));
  const series = inputs().filter((each) => words.has(each.series.slice(0, each.series.indexOf('{'))));
  const claimed = claims.map(({ time, says }) => [time, says]);
  return digest([...read.map(textOf), JSON.stringify([series, pace, end, claimed])]);
}

/** Those of the mutants whose expressions do not give what is claimed of their rules. */
async function found(
  told: Told,
  rules: readonly YamlRule[],
  mutants: readonly RuleMutant[],
  claimsFor: (rule: YamlRule) => readonly Claim[],
): Promise<RuleMutant[]> {
  const originals = [...new Set(mutants.map(({ original }) => original))];
  const copies = mutants.map(({ rule }, i) => (readsItself(rule) ? renamed(rule, `__${i}`) : undefined));
  const questions: Question[] = [
    ...originals.map((original) => ({ original, expr: original.expr })),
    ...mutants.map((mutant, i) => ({
      original: mutant.original,
      mutant,
      expr: copies[i]?.record ?? mutant.rule.expr,
    })),
  ];
  // A comment makes each question one of its own.
  const asked = questions.flatMap((question, i) =>
    claimsFor(question.original).map((claim, j) => ({
      ...question,
      claim,
      expr: `${question.expr} # ${i} ${j}`,
    })),
  );
  const queries = asked.map(({ expr, claim }) => ({ expr, time: claim.time }));
  const recorded = [...rules, ...copies.filter((copy) => copy !== undefined)];
  const output = await runPromtool(recorded, [{ series: inputOf(told), queries }], told.pace, {
    queriesMayFail: true,
  });
  const answers = answersIn(output);
  const failed = new Set([...output.matchAll(FAILED)].map(([, expr]) => JSON.parse(expr!) as string));
  const broken = asked.filter(
    ({ expr, claim, original, mutant }) =>
      failed.has(expr) ||
      !claim.holds(labelled(parseSamples(answers.get(expr) ?? ''), mutant?.rule ?? original)),
  );
  for (const { mutant, original, claim } of broken) {
    if (mutant === undefined)
      throw new Error(`${told.title}: ${nameOf(original)} itself breaks what is claimed at ${claim.time} s`);
  }
  return [...new Set(broken.flatMap(({ mutant }) => mutant ?? []))];
}

/** What a rule or a mutant of it gives. The rule itself must pass, or a false claim would find out every mutant. */
interface Question {
  readonly original: YamlRule;
  readonly mutant?: RuleMutant;
  readonly expr: string;
}

const readsItself = ({ record, expr }: YamlRule): boolean =>
  record !== undefined && wordsOf(expr).has(record);

const renamed = (rule: YamlRule, suffix: string): YamlRule => ({
  ...rule,
  record: rule.record! + suffix,
  expr: rule.expr.replaceAll(rule.record!, rule.record! + suffix),
});

const labelled = (samples: readonly PrintedSample[], { labels = {} }: YamlRule): readonly PrintedSample[] =>
  samples.map(({ labels: { __name__: _, ...own }, value }) => ({ labels: { ...own, ...labels }, value }));

/** What a history claims of the series that a rule records. */
function claimsOf({ expects, slos }: History, rule: YamlRule): Claim[] {
  const own = sloOfRule(rule) ?? slos.filter((slo) => !isRecordedApart(rule, slo));
  if (!own.some((slo) => slos.includes(slo))) return [];
  const composite = rule.labels?.composite;
  return Object.entries(expects).flatMap(([time, records]) => {
    const values = Object.entries(records).find(([name]) => recordNamed(name) === rule.record)?.[1];
    if (values === undefined) return [];
    const isOurs = (labels: Values[number][0]) =>
      composite === undefined
        ? labels.slo === undefined || own.includes(labels.slo)
        : labels.composite === composite;
    const ours = values.filter(([labels]) => isOurs(labels));
    return [{ time: Number(time), says: [ours, slos], holds: equals(ours, slos) }];
  });
}

/** Whether a rule of its own records the series for this SLO. */
const isRecordedApart = ({ record }: YamlRule, slo: string): boolean =>
  sloRules.some((rule) => rule.record === record && rule.labels?.slo === slo);

const equals =
  (values: Values, slos: readonly string[]) =>
  (samples: readonly PrintedSample[]): boolean => {
    const expected = new Map(values.map(([labels, value]) => [labelKey(labels), value]));
    const actual = samples.filter(({ labels }) => labels.slo === undefined || slos.includes(labels.slo));
    if (actual.length !== expected.size) return false;
    return actual.every(({ labels, value }) => areEqual(expected.get(labelKey(labels)) ?? Number.NaN, value));
  };

/** Whether an alert's expression holds: at the edges of each span, and where the story says that nothing does. */
function truthOf({ held, quietAt = [], pace, end }: AlertStory): Claim[] {
  const times = new Set([
    ...held.flatMap(({ from, to }) => [
      from - pace.evaluation,
      from,
      ...(to === undefined ? [end] : [to - pace.evaluation, to]),
    ]),
    ...quietAt,
  ]);
  return [...times]
    .filter((time) => time >= 0)
    .map((time) => {
      const now = held.filter(({ from, to = Number.POSITIVE_INFINITY }) => time >= from && time < to);
      const expected = new Set(now.map(({ labels }) => labelKey(labels)));
      return {
        time,
        says: now.map(({ labels }) => labels),
        holds: (samples) =>
          samples.length === expected.size &&
          now.every(({ labels }) =>
            samples.some((sample) =>
              Object.entries(labels).every(([name, value]) => sample.labels[name] === value),
            ),
          ),
      };
    });
}
