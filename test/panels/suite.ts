import { digest } from '@sightglass/test-tools';
import type { Suite, Witness } from '../mutation/mutant.ts';
import { provenOf } from '../mutation/rules/equivalent.ts';
import { wordsOf, type YamlRule } from '../scenario/rules.ts';
import { seriesName } from '../scenario/world/series-history.ts';
import { EQUIVALENCES } from './equivalent.ts';
import { type PanelMutant, panelMutants } from './mutants.ts';
import { dashboards, type Item, readerOf, readItem, valuesOf } from './pages.ts';
import { ask, readPages, rulesRead, type Told } from './told.ts';

/** The mutants of all dashboards before what a person reads there. */
export function panelSuite(told: readonly Told[]): Suite<PanelMutant> {
  return {
    name: 'panels',
    mutants: [...dashboards.values()].flatMap((each) => panelMutants(each, valuesOf(each))),
    witnesses: told.map(pagesWitness),
    proof: proofOf,
    proofs: EQUIVALENCES.map(({ title }) => title),
  };
}

function proofOf({ title, asks }: PanelMutant): string | undefined {
  if (asks === undefined) return undefined;
  const own = EQUIVALENCES.find((each) => each.isEqual(asks));
  if (own !== undefined) return own.title;
  const original = { record: 'panel', expr: asks.before };
  const rule = { record: 'panel', expr: asks.after };
  return provenOf({ title, file: '', text: '', part: 'expression', original, rule });
}

const keyOf = ({ dashboard, title }: Item) => `${dashboard} ${title}`;

const ruleDigests = new Map<YamlRule, string>();

/** Stands for a rule but for what it says to people. */
function ruleDigest(rule: YamlRule): string {
  const { annotations: _, ...evaluated } = rule;
  const known = ruleDigests.get(rule) ?? digest([JSON.stringify(evaluated)]);
  ruleDigests.set(rule, known);
  return known;
}

/** So many mutants are judged in one run at most, so that what promtool prints fits into memory; what a run costs is mostly its rules. */
const AT_ONCE = 5_000;

/** The pages of a story find out a mutant that makes an item say anything else at any look. */
function pagesWitness(told: Told): Witness<PanelMutant> {
  const { story, played, looks, items } = told;
  const known = new Map<string, string>();
  const read = readerOf(readPages(story));
  const places = new Map(
    story.dashboards.flatMap((uid) =>
      items.filter(({ dashboard }) => dashboard === uid).map((item, i) => [keyOf(item), i] as const),
    ),
  );
  const expectedOf = (item: Item, look: string): string | undefined =>
    read(item.dashboard, look)[places.get(keyOf(item))!];
  // What is told is much, and each panel reads some of it.
  const seriesByName = new Map<string, string[]>();
  for (const each of played.series) {
    const name = seriesName(each);
    const text = JSON.stringify(each).replaceAll(/process_id=\\?"[0-9a-f]{8}/g, 'process_id');
    seriesByName.set(name, [...(seriesByName.get(name) ?? []), digest([text])]);
  }
  const evidenceFor = (original: Item): string => {
    const { queries } = original;
    const rules = story.table === undefined ? rulesRead(queries) : [];
    const words = new Set([...rules, ...queries].flatMap(({ expr }) => [...wordsOf(expr)]));
    return digest([
      JSON.stringify([
        queries,
        story.pace,
        [...looks].map(([look, time]) => [time, expectedOf(original, look)]),
      ]),
      ...rules.map(ruleDigest),
      ...[...words].flatMap((name) => seriesByName.get(name) ?? []),
    ]);
  };
  return {
    title: `what a person reads in the story "${story.name}"`,
    atOnce: AT_ONCE,
    evidence({ original }) {
      if (!places.has(keyOf(original))) return undefined;
      const evidence = known.get(keyOf(original)) ?? evidenceFor(original);
      known.set(keyOf(original), evidence);
      return evidence;
    },
    async findsOut(mutants) {
      const controls = new Map(mutants.map(({ original }) => [keyOf(original), original]));
      const asked = [...mutants.map(({ item }) => item), ...controls.values()];
      const answers = await ask(
        told,
        asked.flatMap(({ queries }) => queries.map(({ expr }) => expr)),
      );
      const saysOther = (item: Item, original: Item) =>
        [...looks.keys()].some((look) => readItem(item, answers.get(look)!) !== expectedOf(original, look));
      for (const control of controls.values())
        if (saysOther(control, control))
          throw new Error(`"${story.name}" does not say this of ${control.title}`);
      return mutants.filter(({ item, original }) => saysOther(item, original));
    },
  };
}
