import { digest } from '@sightglass/test-tools';
import type { DashboardJson } from '../../dashboards/src/engine/model.ts';
import { substitute, type VariableValues } from '../../dashboards/src/engine/queries.ts';
import { renderScoped } from '../../dashboards/src/engine/scope.ts';
import { dashboardMixins } from '../../dashboards/src/index.ts';
import type { Mutant } from '../mutation/mutant.ts';
import { variantsOf } from '../mutation/rules/edits.ts';
import { type ChangedPart, changesOf } from './changes.ts';
import { quantilesOf } from './equivalent.ts';
import { ALL, type Item, itemsOf, marksItem, panelItem, rangeItem } from './pages.ts';
import { abbreviated, everywhere, inFull } from './written-once.ts';

/** A dashboard with one thing changed in one of its items. */
export interface PanelMutant extends Mutant {
  /** What it was, and what it has become. */
  readonly original: Item;
  readonly item: Item;
  /** Whether what Prometheus is asked was changed, rather than how it is shown. */
  readonly asks?: { readonly before: string; readonly after: string };
}

/** Every mutant of a dashboard: of what it asks, and of how that is shown. */
export function panelMutants(dashboard: DashboardJson, values: VariableValues): PanelMutant[] {
  const uid = dashboard.uid ?? '';
  const items = itemsOf(dashboard, values);
  const told = alertsAsAsked(dashboard, values);
  const titled = new Map(items.map((item) => [item.title, item]));
  return [
    ...items.flatMap((item) => queryMutants(item, told)),
    ...changesOf(dashboard).map(({ title, change, part }) => ({
      title: `${uid} ${title}: ${change}`,
      file: FILE,
      text: digest([JSON.stringify(shownOf(part))]),
      original: titled.get(title)!,
      item: itemOf(uid, part, values),
    })),
  ];
}

const FILE = 'panels';

const itemOf = (uid: string, part: ChangedPart, values: VariableValues): Item => {
  if ('range' in part) return rangeItem(part.range);
  return 'marks' in part ? marksItem(uid, part.marks, values) : panelItem(uid, part.panel, values);
};

/** All that a reader may look at in a part of a dashboard: not where it stands, what it is described as, or what it links to. */
function shownOf(part: ChangedPart): unknown {
  if ('range' in part) return rangeItem(part.range).read(() => []);
  if ('marks' in part) return part.marks;
  const { id: _, gridPos: __, description: ___, links: ____, ...shown } = part.panel as Shown;
  return shown;
}

type Shown = { readonly [key: string]: unknown };

function queryMutants(item: Item, told: readonly string[]): PanelMutant[] {
  return item.queries.flatMap(({ refId, expr }, i) => {
    const short = abbreviated(expr);
    const whole = spansIn(short, told);
    const variants = variantsOf(short)
      .filter((variant) => isOwn(short, variant.expr, whole))
      .map(({ change, expr: changed }) => ({ change, after: inFull(everywhere(short, changed)) }))
      // By rounding alone such two fall on two sides of a bound now and then.
      .filter(({ after }) => quantilesOf(after) !== quantilesOf(expr));
    return [...new Map(variants.map((variant) => [variant.after, variant])).values()].map(
      ({ change, after }) => ({
        title: `${item.dashboard} ${item.title} ${refId}: ${change}`.replaceAll(/\s+/g, ' '),
        file: FILE,
        text: `${item.title} ${refId} ${after}`,
        original: item,
        item: { ...item, queries: item.queries.with(i, { refId, expr: after }) },
        asks: { before: expr, after },
      }),
    );
  });
}

/** The expressions of all alerts as a dashboard asks for them. Where one stands in a query, it is one thing: its own mutants are those of the rule. */
function alertsAsAsked({ templating }: DashboardJson, values: VariableValues): string[] {
  const dropDowns = (templating?.list ?? [])
    .filter(({ query }) => String(query).startsWith('label_values('))
    .map(({ name = '' }) => name);
  return dashboardMixins
    .flatMap(({ alerts = [] }) => alerts)
    .map(({ expr }) => abbreviated(substitute(renderScoped(expr, dropDowns, {}, []), values)));
}

type Span = readonly [from: number, to: number];

/** The names of alerts in a list of what fires: the engine writes all that name the dashboard. */
const NAMES = /alertname=~"[^"]*"/g;

/** How many a plot shows at most, which the pages leave open. */
const LIMIT = new RegExp(`k\\(${ALL},`, 'g');

function spansIn(expr: string, told: readonly string[]): Span[] {
  const spans: Span[] = [NAMES, LIMIT]
    .flatMap((pattern) => [...expr.matchAll(pattern)])
    .map(({ 0: text, index }) => [index, index + text.length]);
  for (const text of new Set(told))
    for (let at = expr.indexOf(text); at >= 0; at = expr.indexOf(text, at + text.length))
      spans.push([at, at + text.length]);
  return spans;
}

/** The matcher of a drop-down, which the engine puts on every series: its tests hold that none is forgotten. */
const CHOICE = /^,?\s*\w+=~"\.[+*]",?\s*$/;

/** Whether a change is one of what the panel says itself. */
function isOwn(expr: string, changed: string, whole: readonly Span[]): boolean {
  let from = 0;
  while (from < expr.length && expr[from] === changed[from]) from++;
  let to = expr.length;
  while (to > from && expr[to - 1] === changed[to - 1 + changed.length - expr.length]) to--;
  if (changed.length < expr.length && CHOICE.test(removedFrom(expr, changed, from))) return false;
  return !whole.some(([start, end]) => start <= from && to <= end && !(from === start && to === end));
}

/** What was left out at a place, beginning with the comma that belongs to it. */
const removedFrom = (expr: string, changed: string, from: number): string => {
  const length = expr.length - changed.length;
  // The same characters before and after leave open where exactly it was.
  for (let at = from; at >= 0 && at > from - length; at--) {
    const text = expr.slice(at, at + length);
    if (expr.slice(0, at) + expr.slice(at + length) === changed && CHOICE.test(text)) return text;
  }
  return expr.slice(from, from + length);
};
