import type {
  AnnotationJson,
  DashboardJson,
  PanelJson,
  TargetJson,
} from '../../dashboards/src/engine/model.ts';
import type { PrintedSample } from '../scenario/promtool/labels.ts';

/*
 * What a person reads on a panel, in words: the name of each series, its number in its unit, its colour, its axis, and the lines that it is compared with.
 * It follows what Grafana does with the settings of a panel, as far as our dashboards use them.
 */

/** What a query found, by the letter of the query. */
export type Found = (refId: string) => readonly PrintedSample[];

type Settings = { readonly [id: string]: unknown };
interface Step {
  readonly value: number | null;
  readonly color: string;
}
interface Mapped {
  readonly text?: string;
  readonly color?: string;
}

/** More of Grafana's model than the checks of the dashboards read. */
export interface ShownPanel extends PanelJson {
  readonly options?: {
    readonly legend?: { readonly showLegend?: boolean; readonly calcs?: readonly string[] };
    readonly reduceOptions?: { readonly calcs?: readonly string[] };
  };
  readonly transformations?: readonly { readonly id: string; readonly options: unknown }[];
  readonly maxDataPoints?: number;
}

/** The lines of a panel: what it is, then one for each series, row or band. */
export function readPanel(panel: ShownPanel, found: Found): string[] {
  const targets = panel.targets ?? [];
  const content =
    panel.type === 'table'
      ? rowsOf(panel, found)
      : targets.flatMap((target) => seriesOf(panel, target, found(target.refId ?? '')));
  return [headOf(panel), ...content.map((line) => `  ${line}`)];
}

/** What stands on the graphs at a time: what a query of marks finds. */
export function readMarks(mark: AnnotationJson, found: readonly PrintedSample[]): string[] {
  const { iconColor, titleFormat, textFormat, name } = mark as AnnotationJson & {
    readonly [name: string]: string;
  };
  const lines = found
    .filter(({ value }) => value > 0)
    .map(({ labels }) => `  ${named(titleFormat ?? '', labels)}: ${named(textFormat ?? '', labels)}`);
  return [`marks "${name}", ${iconColor}`, ...lines.sort()];
}

/** The time that a dashboard shows at first, and how often it is drawn anew. */
export const readRange = ({ title, time, refresh }: DashboardJson & { readonly refresh?: string }): string =>
  `${title}, from ${time?.from} to ${time?.to}, every ${refresh}`;

function headOf(panel: ShownPanel): string {
  const { unit, min, max } = defaultsOf(panel) as { unit?: string; min?: number; max?: number };
  const { drawStyle, stacking } = customOf(defaultsOf(panel)) as {
    drawStyle?: string;
    stacking?: { mode?: string };
  };
  const { legend, reduceOptions } = panel.options ?? {};
  const words = [
    panel.type ?? '',
    ...(drawStyle === undefined ? [] : [drawStyle]),
    ...(stacking?.mode === 'normal' ? ['stacked'] : []),
    unit ?? 'no unit',
    ...(panel.type === 'table' || panel.type === 'state-timeline' ? [] : [`${min ?? '…'} to ${max ?? '…'}`]),
    ...(legend?.calcs ?? reduceOptions?.calcs ?? []),
  ];
  return `${panel.title} (${words.join(', ')})`;
}

const defaultsOf = ({ fieldConfig }: PanelJson): Settings => (fieldConfig?.defaults ?? {}) as Settings;

const customOf = (settings: Settings): Settings => (settings.custom ?? {}) as Settings;

/** The settings of a field: those of all, and over them those that name it. */
function settingsOf(panel: PanelJson, field: { refId?: string; name: string; column?: string }): Settings {
  const own = (panel.fieldConfig?.overrides ?? [])
    .filter(({ matcher }) => {
      const option = String(matcher?.options);
      if (matcher?.id === 'byFrameRefID') return option === field.refId;
      if (matcher?.id === 'byName') return option === field.column;
      return matcher?.id === 'byRegexp' && new RegExp(option.slice(1, -1)).test(field.name);
    })
    .flatMap(({ properties = [] }) => properties.map(({ id = '', value }) => [id, value] as const));
  return { ...defaultsOf(panel), ...Object.fromEntries(own) };
}

/** A legend with the labels of a series in it. */
const named = (legend: string, labels: PrintedSample['labels']): string =>
  legend.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '').trim();

function seriesOf(panel: ShownPanel, target: TargetJson, samples: readonly PrintedSample[]): string[] {
  const { refId = '', legendFormat = '' } = target;
  if (samples.length === 0) return [`${refId} nothing`];
  const lines = samples.map(({ labels, value }) => {
    const name = named(legendFormat, labels);
    const settings = settingsOf(panel, { refId, name: ` ${name}` });
    const mapped = mappedIn(settings, String(value));
    const words = [
      `${refId} ${name}:`,
      mapped?.text ?? inUnit(value, settings.unit),
      mapped?.color ?? colourOf(panel, settings, value),
      ...looksOf(settings),
    ];
    return words.filter((word) => word !== '').join(' ');
  });
  return lines.sort();
}

/** Each value beside what it is measured in. */
const inUnit = (value: number, unit: unknown): string =>
  unit === 'percentunit' ? `${short(100 * value)} %` : `${short(value)} ${String(unit ?? '')}`;

/** Four digits: two runs of one story differ by what a computer adds up in another order. */
const short = (value: number): number => Number(value.toPrecision(4)) + 0;

function colourOf({ type }: ShownPanel, settings: Settings, value: number): string {
  const { mode, fixedColor } = (settings.color ?? {}) as { mode?: string; fixedColor?: string };
  if (mode === 'fixed') return fixedColor ?? '';
  // A graph gives each series a colour of its own.
  return type === 'timeseries' && mode !== 'thresholds' ? '' : stepAt(settings, value);
}

const stepsOf = (settings: Settings): readonly Step[] =>
  ((settings.thresholds ?? {}) as { steps?: readonly Step[] }).steps ?? [];

const stepAt = (settings: Settings, value: number): string =>
  stepsOf(settings).findLast((step) => step.value === null || value >= step.value)?.color ?? '';

/** How a series is drawn otherwise than the others of its panel. */
function looksOf(settings: Settings): string[] {
  const dashed = (settings['custom.lineStyle'] as { fill?: string } | undefined)?.fill === 'dash';
  const stacking = settings['custom.stacking'] as { mode?: string } | undefined;
  return [
    ...(dashed ? ['dashed'] : []),
    ...(settings['custom.fillOpacity'] === 0 ? ['not filled'] : []),
    ...(stacking?.mode === 'none' ? ['not stacked'] : []),
    ...(settings['custom.axisPlacement'] === 'right' ? ['right axis'] : []),
    ...(settings['custom.thresholdsStyle'] === undefined
      ? []
      : stepsOf(settings)
          .filter(({ value }) => value !== null)
          .map(({ value, color }) => `line at ${value} ${color}`)),
  ];
}

/** What a value is called, and its colour, where the panel says so. */
const mappedIn = (settings: Settings, value: string): Mapped | undefined =>
  ((settings.mappings ?? []) as readonly { readonly options: { readonly [value: string]: Mapped } }[])
    .map(({ options }) => options[value])
    .find((each) => each !== undefined);

interface Row {
  readonly cells: Map<string, string | number>;
}

/** A table as its transformations leave it. */
function rowsOf(panel: ShownPanel, found: Found): string[] {
  const targets = panel.targets ?? [];
  const rows: Row[] = [];
  for (const { refId = '' } of targets) {
    const field = targets.length > 1 ? `Value #${refId}` : 'Value';
    for (const { labels, value } of found(refId)) {
      const same = rows.filter(({ cells }) =>
        Object.entries(labels).every(([name, text]) => !cells.has(name) || cells.get(name) === text),
      );
      const into = same.length === 0 ? [{ cells: new Map<string, string | number>() }] : same;
      if (same.length === 0) rows.push(...into);
      for (const { cells } of into) {
        for (const [name, text] of Object.entries(labels)) cells.set(name, text);
        cells.set(field, value);
      }
    }
  }
  if (rows.length === 0) return [String(defaultsOf(panel).noValue)];
  const columns = columnsOf(panel, rows);
  const heading = columns.map((column) =>
    String(settingsOf(panel, { name: '', column }).displayName ?? column),
  );
  const lines = placed(panel, rows).map(([place, { cells }]) =>
    [place, columns.map((column) => cellOf(panel, column, cells.get(column))).join(' | ')].join(''),
  );
  return [heading.join(' | '), ...lines];
}

function optionsOf<T>({ transformations = [] }: ShownPanel, id: string): Partial<T> {
  return (transformations.find((each) => each.id === id)?.options ?? {}) as Partial<T>;
}

function columnsOf(panel: ShownPanel, rows: readonly Row[]): string[] {
  const { excludeByName = {}, indexByName = {} } = optionsOf<{
    excludeByName: { readonly [name: string]: boolean };
    indexByName: { readonly [name: string]: number };
  }>(panel, 'organize');
  const place = (name: string) => indexByName[name] ?? 1_000;
  return [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))]
    .filter((name) => excludeByName[name] !== true)
    .sort((a, b) => place(a) - place(b));
}

/** The rows in their order, each with its place; those of one rank stand as they come, so that they share one. */
function placed(panel: ShownPanel, rows: readonly Row[]): readonly (readonly [place: string, row: Row])[] {
  const { sort = [] } = optionsOf<{ sort: readonly { field: string; desc?: boolean }[] }>(panel, 'sortBy');
  const [by] = sort;
  // Here by what names them, so that they always stand alike.
  const named = rows.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  if (by === undefined) return named.map((row) => ['', row]);
  const rank = ({ cells }: Row) => Number(cells.get(by.field) ?? Number.NaN);
  const ranks = [...new Set(rows.map(rank))].sort((a, b) => (by.desc ? b - a : a - b));
  return named
    .toSorted((a, b) => (by.desc ? rank(b) - rank(a) : rank(a) - rank(b)))
    .map((row) => [`${1 + ranks.indexOf(rank(row))}. `, row]);
}

const nameOf = ({ cells }: Row): string =>
  [...cells.values()].filter((value) => typeof value === 'string').join(' ');

function cellOf(panel: ShownPanel, column: string, value: string | number | undefined): string {
  if (value === undefined) return '-';
  const settings = settingsOf(panel, { name: '', column });
  const mapped = mappedIn(settings, String(value));
  const { type } = (settings['custom.cellOptions'] ?? {}) as { type?: string };
  // A word has its colour as the background of its cell, and without one none.
  const color = type === 'color-background' ? mapped?.color : undefined;
  if (typeof value === 'string') return [mapped?.text ?? value, color ?? ''].join(' ').trim();
  const bar = type === 'gauge' ? ` ${stepAt(settings, value)} bar of ${settings.min} to ${settings.max}` : '';
  return `${inUnit(value, settings.unit)}${bar}`;
}
