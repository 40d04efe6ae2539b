import type { AnnotationJson, DashboardJson } from '../../dashboards/src/engine/model.ts';
import {
  substitute,
  type VariableValues,
  variableQuery,
  variableValues,
} from '../../dashboards/src/engine/queries.ts';
import { renderDashboards } from '../../dashboards/src/index.ts';
import type { PrintedSample } from '../scenario/promtool/labels.ts';
import { type Found, readMarks, readPanel, readRange, type ShownPanel } from './reading.ts';

/** A query of an item, as Prometheus gets it. */
export interface ItemQuery {
  readonly refId: string;
  readonly expr: string;
}

/** A dashboard's parts that say something: its range, what it computes, its marks, its panels. */
export interface Item {
  readonly dashboard: string;
  readonly title: string;
  readonly queries: readonly ItemQuery[];
  /** What a person reads of it, in lines. */
  readonly read: (found: Found) => string[];
}

/** The dashboards that ship, without the drop-downs of a scope: `scoped-panels.test.ts` holds that these change nothing else. */
export const dashboards: ReadonlyMap<string, DashboardJson> = new Map(
  renderDashboards({ scope: [] }).map(({ json }) => {
    const dashboard = JSON.parse(json) as DashboardJson;
    return [dashboard.uid ?? '', dashboard] as const;
  }),
);

/** The longest step of any story. */
const STEP = 300;

/** What Grafana puts for variables with everything chosen in each drop-down, the same for all stories: what is asked is one thing. */
export function valuesOf(dashboard: DashboardJson): VariableValues {
  const [, count = '1', unit = 'h'] = /^now-(\d+)([hd])$/.exec(dashboard.time?.from ?? '') ?? [];
  const range = Number(count) * (unit === 'd' ? 86_400 : 3_600);
  return {
    ...variableValues(dashboard),
    __interval: `${STEP}s`,
    __rate_interval: `${2 * STEP}s`,
    __range: `${range}s`,
    __range_s: String(range),
  };
}

/** More than a story has. */
export const ALL = 1_000;

/** The few of a plot are any among equals, so that two readings would differ: here all of them are read. */
const ofAll = (expr: string): string => expr.replaceAll(/\b(top|bottom)k\(\d+,/g, `$1k(${ALL},`);

/** A query as Prometheus gets it from a dashboard with these values. */
const queryOf = (refId: string, expr: string, values: VariableValues): ItemQuery => ({
  refId,
  expr: ofAll(substitute(expr, values)),
});

/** The time that a dashboard shows, as an item. */
export const rangeItem = (dashboard: DashboardJson): Item => ({
  dashboard: dashboard.uid ?? '',
  title: 'range',
  queries: [],
  read: () => [readRange(dashboard)],
});

/** Marks of a dashboard as an item. */
export const marksItem = (uid: string, mark: AnnotationJson, values: VariableValues): Item => ({
  dashboard: uid,
  title: `marks ${mark.name}`,
  queries: [queryOf('A', mark.expr ?? '', values)],
  read: (found: Found) => readMarks(mark, found('A')),
});

/** A panel of a dashboard as an item. */
export const panelItem = (uid: string, panel: ShownPanel, values: VariableValues): Item => ({
  dashboard: uid,
  title: panel.title ?? '',
  queries: (panel.targets ?? [])
    // What is asked of a database is no query of Prometheus: then a person reads what is said of nothing.
    .filter(({ expr }) => expr !== undefined)
    .map(({ refId = '', expr = '' }) => queryOf(refId, expr, values)),
  read: (found: Found) => readPanel(panel, found),
});

/** All that a dashboard says, in the order in which it stands there. */
export function itemsOf(dashboard: DashboardJson, values: VariableValues): Item[] {
  const uid = dashboard.uid ?? '';
  return [
    rangeItem(dashboard),
    ...(dashboard.templating?.list ?? []).flatMap(({ name = '', query }) => {
      const asked = variableQuery(query);
      // What a drop-down offers is no number.
      if (asked === undefined || asked.label !== undefined) return [];
      const read = (found: Found) => [`${name}: ${found('A').map(({ value }) => value)}`];
      return [
        { dashboard: uid, title: name, queries: [queryOf('A', `vector(${asked.expr})`, values)], read },
      ];
    }),
    ...(dashboard.annotations?.list ?? []).map((mark) => marksItem(uid, mark, values)),
    ...((dashboard.panels ?? []) as readonly ShownPanel[]).map((panel) => panelItem(uid, panel, values)),
  ];
}

/** What queries found at one moment, by their text; undefined for one that can't be evaluated. */
export type Answers = ReadonlyMap<string, readonly PrintedSample[] | undefined>;

/** What a person reads of an item; undefined when a query of it can't be evaluated. */
export function readItem({ queries, read }: Item, answers: Answers): string | undefined {
  if (queries.some(({ expr }) => answers.has(expr) && answers.get(expr) === undefined)) return undefined;
  return read((refId) => answers.get(queries.find((each) => each.refId === refId)?.expr ?? '') ?? []).join(
    '\n',
  );
}

/** The heading of what a dashboard says at a moment. */
const headingOf = (dashboard: string, look: string): string => `## ${dashboard}: ${look}`;

/** A page: what each item of a dashboard says at a moment. */
export const pageText = (dashboard: string, look: string, items: readonly string[]): string =>
  `${[headingOf(dashboard, look), ...items].join('\n\n')}\n`;

/** What several pages, in one text, say of their items: by the heading of a page, in their order. */
const itemsByPage = (text: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    text.split(/^(?=## )/m).map((page) => {
      const [heading = '', ...items] = page.trimEnd().split('\n\n');
      return [heading, items] as const;
    }),
  );

/** Reads pages, in one text: what each of them says of its items, in their order. */
export function readerOf(text: string): (dashboard: string, look: string) => readonly string[] {
  const pages = itemsByPage(text);
  return (dashboard, look) => pages.get(headingOf(dashboard, look)) ?? [];
}
