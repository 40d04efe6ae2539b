import { digest } from '@sightglass/test-tools';
import type { Suite, Witness } from '../mutation/mutant.ts';
import { provenOf } from '../mutation/rules/equivalent.ts';
import { closureOf, readsOf, rulesNamed } from '../scenario/rules.ts';
import { EQUIVALENCES } from './equivalent.ts';
import { type PanelMutant, panelMutants } from './mutants.ts';
import { dashboards, type Item, itemsIn, readItem, valuesOf } from './pages.ts';
import { ask, readPages, type Told } from './told.ts';

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

/** So many queries are put in one run at most, so that what promtool prints stays small. */
const AT_ONCE = 1_500;

/** The pages of a story find out a mutant that makes an item say anything else at any look. */
function pagesWitness(told: Told): Witness<PanelMutant> {
  const { story, played, looks, items } = told;
  const known = new Map<string, string>();
  const pages = readPages(story);
  const expectedOf = ({ dashboard, title }: Item, look: string): string | undefined =>
    itemsIn(pages, dashboard, look)[
      items.filter((item) => item.dashboard === dashboard).findIndex((item) => item.title === title)
    ];
  const evidenceFor = (original: Item): string => {
    const { queries } = original;
    const names = closureOf(new Set(queries.flatMap(({ expr }) => readsOf({ expr }))));
    const rules = names.flatMap(rulesNamed);
    const read = new Set([...rules, ...queries].flatMap(({ expr }) => expr.match(/[a-zA-Z_:][\w:]*/g) ?? []));
    return digest([
      JSON.stringify([
        queries,
        rules.map(({ annotations: _, ...rule }) => rule),
        played.series.filter(({ series }) => read.has(series.slice(0, series.indexOf('{')))),
        story.pace,
        [...looks].map(([look, time]) => [time, expectedOf(original, look)]),
      ]).replaceAll(/process_id=\\\\?"[0-9a-f]{8}/g, 'process_id'),
    ]);
  };
  const keyOf = ({ dashboard, title }: Item) => `${dashboard} ${title}`;
  return {
    title: `what a person reads in the story "${story.name}"`,
    atOnce: AT_ONCE,
    evidence({ original }) {
      if (!story.dashboards.includes(original.dashboard)) return undefined;
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
