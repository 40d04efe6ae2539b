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

/** All that a dashboard says, in the order in which it stands there. */
export function itemsOf(dashboard: DashboardJson, values: VariableValues): Item[] {
  const uid = dashboard.uid ?? '';
  const queryOf = (refId: string, expr: string): ItemQuery => ({
    refId,
    expr: ofAll(substitute(expr, values)),
  });
  return [
    { dashboard: uid, title: 'range', queries: [], read: () => [readRange(dashboard)] },
    ...(dashboard.templating?.list ?? []).flatMap(({ name = '', query }) => {
      const asked = variableQuery(query);
      // What a drop-down offers is no number.
      if (asked === undefined || asked.label !== undefined) return [];
      const read = (found: Found) => [`${name}: ${found('A').map(({ value }) => value)}`];
      return [{ dashboard: uid, title: name, queries: [queryOf('A', `vector(${asked.expr})`)], read }];
    }),
    ...(dashboard.annotations?.list ?? []).map((mark: AnnotationJson) => ({
      dashboard: uid,
      title: `marks ${mark.name}`,
      queries: [queryOf('A', mark.expr ?? '')],
      read: (found: Found) => readMarks(mark, found('A')),
    })),
    ...((dashboard.panels ?? []) as readonly ShownPanel[]).map((panel) => ({
      dashboard: uid,
      title: panel.title ?? '',
      queries: (panel.targets ?? []).map(({ refId = '', expr = '' }) => queryOf(refId, expr)),
      read: (found: Found) => readPanel(panel, found),
    })),
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

/** What a page says of its items, in their order, out of the text of several pages. */
export function itemsIn(text: string, dashboard: string, look: string): readonly string[] {
  const page = text.split(/^(?=## )/m).find((each) => each.startsWith(`${headingOf(dashboard, look)}\n`));
  return page === undefined ? [] : page.trimEnd().split('\n\n').slice(1);
}
