import { existsSync, readFileSync } from 'node:fs';
import { dependsOf } from '../scenario/depends.ts';
import { parseSamples } from '../scenario/promtool/labels.ts';
import { answersIn, runPromtool } from '../scenario/promtool/run.ts';
import { closureOf, readsOf, rulesNamed, type YamlRule } from '../scenario/rules.ts';
import { type Played, play } from '../scenario/story.ts';
import type { InputSeries } from '../scenario/world/series-history.ts';
import type { Stage } from '../scenario/world/stage.ts';
import { clockText, type Pace } from '../scenario/world/time.ts';
import { type Answers, dashboards, type Item, itemsOf, pageText, readItem, valuesOf } from './pages.ts';

/** Says that somebody looks at the dashboards now, and what at. */
export type Look = (title: string) => Promise<void>;

/** What happens, and when somebody looks at which dashboards. */
export interface PanelStory {
  readonly name: string;
  readonly dashboards: readonly string[];
  readonly pace: Pace;
  readonly start: number;
  readonly script: (stage: Stage, look: Look) => Promise<void>;
  /** What other targets do meanwhile; they wait until the story ends. Default: there are none. */
  readonly beside?: ((stage: Stage) => Promise<void>) | readonly ((stage: Stage) => Promise<void>)[];
  /** What is told in place of all that happens. */
  readonly table?: PanelTable;
}

/** What rules record is told itself, and looked at now and then. */
export interface PanelTable {
  readonly looks: readonly number[];
  readonly series: () => InputSeries[];
  /** Which items read nothing but that. */
  readonly isTold: (item: Item) => boolean;
}

/** A story that was played. */
export interface Told {
  readonly story: PanelStory;
  readonly played: Played;
  /** When somebody looked, by what at. */
  readonly looks: ReadonlyMap<string, number>;
  /** What the dashboards of the story say, item by item. */
  readonly items: readonly Item[];
}

export async function tell(story: PanelStory): Promise<Told> {
  if (story.table !== undefined) return tellTable(story, story.table);
  const looks = new Map<string, number>();
  const { script, beside } = story;
  let end = 0;
  const played = await play({
    alert: undefined,
    title: story.name,
    pace: story.pace,
    start: story.start,
    scripts: [
      async (stage) => {
        await script(stage, async (title) => {
          await stage.seen();
          looks.set(title, stage.now);
        });
        end = stage.now;
      },
      ...[beside ?? []].flat().map((each) => async (stage: Stage) => {
        await each(stage);
        await stage.until(end);
      }),
    ],
  });
  return { story, played, looks, items: itemsIn(story) };
}

const itemsIn = (story: PanelStory): Item[] =>
  story.dashboards.flatMap((uid) => {
    const dashboard = dashboards.get(uid)!;
    return itemsOf(dashboard, valuesOf(dashboard));
  });

function tellTable(story: PanelStory, { looks, series, isTold }: PanelTable): Told {
  const { name: title, pace } = story;
  return {
    story,
    looks: new Map(looks.map((time) => [clockText(time), time])),
    items: itemsIn(story).filter(isTold),
    played: {
      story: { alert: undefined, title, scripts: [], pace },
      series: series(),
      firings: [],
      readings: [],
      end: looks.at(-1)!,
      journal: [],
    },
  };
}

const closures = new Map<string, readonly YamlRule[]>();

/** The rules that queries read, directly or not, in an order in which they can be evaluated. */
export function rulesRead(queries: Iterable<{ readonly expr: string }>): readonly YamlRule[] {
  const names = [...new Set([...queries].flatMap(({ expr }) => readsOf({ expr })))];
  const known = closures.get(names.join()) ?? closureOf(names).flatMap(rulesNamed);
  closures.set(names.join(), known);
  return known;
}

/**
 * Rules in the order in which those of a whole story are evaluated, the others behind them: what reads a rule that stands behind it reads what the evaluation
 * before left, so the answer to one query would depend on what else is asked.
 */
function inOrderOf(all: readonly YamlRule[], some: readonly YamlRule[]): readonly YamlRule[] {
  const wanted = new Set(some);
  const known = new Set(all);
  return [...all.filter((rule) => wanted.has(rule)), ...some.filter((rule) => !known.has(rule))];
}

const FAILED = /^\s*expr: ("(?:[^"\\]|\\.)*"), time: \S+, err: (.*)$/gm;

/** Asks these at each look, with the rules that they read, in one run of promtool. */
export async function ask(
  { story, played, looks, items }: Told,
  expressions: Iterable<string>,
): Promise<ReadonlyMap<string, Answers>> {
  const asked = [...new Set(expressions)];
  // What a table tells is what rules record.
  const rules =
    story.table === undefined
      ? inOrderOf(
          rulesRead(items.flatMap(({ queries }) => queries)),
          rulesRead(asked.map((expr) => ({ expr }))),
        )
      : [];
  // One text at two times is two queries by a comment.
  const at = (expr: string, time: number) => `${expr} # ${time}`;
  const queries = [...looks.values()].flatMap((time) =>
    asked.map((expr) => ({ expr: at(expr, time), time })),
  );
  const output = await runPromtool(rules, [{ series: played.series, queries }], story.pace, {
    queriesMayFail: true,
  });
  const failed = new Set<string>();
  for (const [, expr = '', why = ''] of output.matchAll(FAILED)) {
    if (/too many samples/.test(why)) throw new Error(`promtool: ${why}: ${expr.slice(0, 2_000)}`);
    failed.add(JSON.parse(expr) as string);
  }
  const answers = answersIn(output);
  return new Map(
    [...looks].map(([title, time]) => [
      title,
      new Map(
        asked.map((expr) => {
          const question = at(expr, time);
          return [expr, failed.has(question) ? undefined : parseSamples(answers.get(question) ?? '')];
        }),
      ),
    ]),
  );
}

/** What a person reads on the dashboards of a story, at each look. */
export async function pagesOf(told: Told): Promise<string> {
  const answers = await ask(
    told,
    told.items.flatMap(({ queries }) => queries.map(({ expr }) => expr)),
  );
  return told.story.dashboards
    .flatMap((uid) =>
      [...told.looks.keys()].map((look) => {
        const items = told.items.filter(({ dashboard }) => dashboard === uid);
        return pageText(
          uid,
          look,
          items.map((item) => readItem(item, answers.get(look)!) ?? `${item.title}: can't be evaluated`),
        );
      }),
    )
    .join('\n');
}

/** All that the pages of a story depend on, but for whoever reads them; the committed text among it. */
export function pagesDependOn({ story, played, looks, items }: Told): readonly unknown[] {
  const queries = items.flatMap((item) => item.queries);
  const rules = rulesRead(queries);
  return [
    story.dashboards.map((uid) => dashboards.get(uid)),
    queries,
    dependsOf(played, [...rules, ...queries.map(({ expr }) => ({ record: '', expr }))]),
    [...looks],
    readPages(story),
  ];
}

/** The committed text of a story's pages. */
export const pagesFile = ({ name }: PanelStory): URL => new URL(`./pages/${name}.txt`, import.meta.url);

/** Nothing where a story is new. */
export const readPages = (story: PanelStory): string =>
  existsSync(pagesFile(story)) ? readFileSync(pagesFile(story), 'utf8') : '';
