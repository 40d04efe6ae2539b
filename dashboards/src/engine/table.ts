import type { DataTransformerConfig, DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardContext } from './context.ts';
import { scopeOf } from './context.ts';
import type { PanelQuery, PanelSpec } from './spec.ts';
import type { State } from './states.ts';

/** A column that shows a label. */
export interface LabelColumn {
  readonly label: string;
  readonly title: string;
  /** In pixels. Default: what is left. */
  readonly width?: number;
  /** Its values in their colours. Default: plain. */
  readonly states?: readonly Pick<State, 'name' | 'color'>[];
  /** What stands for a value. Default: the value itself. */
  readonly texts?: ReadonlyMap<string, string>;
  /** An address to open, in Grafana's syntax. */
  readonly link?: string;
}

/** What a table shows besides its queries. */
export interface TableSpec {
  /** In words, what it means that there is no row. */
  readonly empty: string;
  /** The field whose smallest value comes first. */
  readonly sortBy: string;
  /** Fields that are not shown. */
  readonly hidden: readonly string[];
  /** Before the columns of the queries, in their order. */
  readonly labels: readonly LabelColumn[];
}

/** A table of things: a row for each, the worst first, its state in a word and what names it before the columns of the queries. */
export function thingsTable({ by = [], queries }: PanelSpec): TableSpec {
  const worst = valueField(queries, 0);
  return {
    empty: 'Nothing is declared here yet.',
    sortBy: worst,
    hidden: [worst],
    labels: [
      {
        label: 'state',
        title: 'State',
        width: widthOf(queries[0]?.states ?? []),
        states: queries[0]?.states ?? [],
      },
      ...by.map((label) => ({ label, title: inWords(label) })),
    ],
  };
}

/** Wide enough for the longest word. */
const widthOf = (states: readonly Pick<State, 'name'>[]): number =>
  Math.max(100, ...states.map(({ name }) => 32 + 8 * name.length));

/** What labels are called that are not the words of their names. */
const HEADINGS: { readonly [label: string]: string } = { slo: 'SLO', http_route: 'Route' };

const inWords = (label: string): string =>
  HEADINGS[label] ?? `${label[0]!.toUpperCase()}${label.slice(1).replaceAll('_', ' ')}`.replace(/ name$/, '');

/** What Grafana calls the values of a query in a table: several tables in one tell theirs apart by the letter of the query. */
const valueField = (queries: readonly PanelQuery[], i: number): string =>
  queries.length > 1 ? `Value #${String.fromCharCode(65 + i)}` : 'Value';

/** The rows of all queries as one table: one row for each thing, in order, without what is not shown. */
export function tableTransformations(
  { queries }: PanelSpec,
  { sortBy, hidden, labels }: TableSpec,
  context: DashboardContext,
): DataTransformerConfig[] {
  const names = labels.map(({ label }) => label);
  const shown = [
    ...names.filter((name) => name !== 'runbook'),
    ...scopeOf(context),
    ...queries.map((_, i) => valueField(queries, i)),
    ...names.filter((name) => name === 'runbook'),
  ];
  return [
    { id: 'merge', options: {} },
    { id: 'sortBy', options: { sort: [{ field: sortBy, desc: false }] } },
    {
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(['Time', ...hidden].map((name) => [name, true])),
        indexByName: Object.fromEntries(shown.map((name, i) => [name, i])),
        renameByName: {},
      },
    },
  ];
}

/** How each column looks. The heading is a display name, so that the fields keep the names by which these settings find them. */
export function tableOverrides(
  { queries, unit }: PanelSpec,
  { labels }: TableSpec,
): readonly { readonly field: string; readonly properties: DynamicConfigValue[] }[] {
  return [
    ...labels.map((column) => ({ field: column.label, properties: labelProperties(column) })),
    ...queries.map((query, i) => ({
      field: valueField(queries, i),
      properties: [
        { id: 'displayName', value: query.legend },
        { id: 'unit', value: query.unit ?? unit },
        ...(query.bar === undefined ? [] : barProperties(query.bar)),
      ],
    })),
  ];
}

function labelProperties({ title, width, states, texts, link }: LabelColumn): DynamicConfigValue[] {
  const shown = [
    ...(states ?? []).map(({ name, color }, index) => [name, { text: name, color, index }] as const),
    ...[...(texts ?? [])].map(([value, text], index) => [value, { text, index }] as const),
  ];
  return [
    { id: 'displayName', value: title },
    ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
    ...(shown.length === 0
      ? []
      : [{ id: 'mappings', value: [{ type: 'value', options: Object.fromEntries(shown) }] }]),
    ...(states === undefined
      ? []
      : [{ id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } }]),
    ...(link === undefined ? [] : [{ id: 'links', value: [{ title, url: link, targetBlank: true }] }]),
  ];
}

const barProperties = (yellow: number): DynamicConfigValue[] => [
  { id: 'min', value: 0 },
  { id: 'max', value: 1 },
  { id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' } },
  { id: 'color', value: { mode: 'thresholds' } },
  {
    id: 'thresholds',
    value: {
      mode: 'absolute',
      steps: [
        { value: null, color: 'green' },
        { value: yellow, color: 'yellow' },
        { value: 1, color: 'red' },
      ],
    },
  },
];
