import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableCellHeight,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Gauge } from '@grafana/grafana-foundation-sdk/gauge';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Timeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';
import { type Alert, promql, type Query, raw, thresholdValue } from '@sightglass/rules';
import { type DashboardContext, database, datasource } from './context.ts';
import type { Place } from './layout.ts';
import { alertLinks } from './links.ts';
import { renderScoped, scopeNames } from './scope.ts';
import type { PanelQuery, PanelSpec, SqlQuery } from './spec.ts';
import { type Color, unit } from './style.ts';
import { type TableSpec, tableOverrides, tableTransformations, thingsTable } from './table.ts';

/** What the dashboard decides for a panel: its number, place and step, and the variables that filter it. */
export interface PanelFrame {
  readonly id: number;
  readonly place: Place;
  readonly minInterval: string;
  readonly variables: readonly string[];
  /** The alerts that name this panel as theirs. */
  readonly alerts: readonly Alert[];
  /** What a table shows besides its queries. Default: a table of things. */
  readonly table?: TableSpec;
}

/** As many as can be told apart over the width of a screen. */
const MOST_CHANGES = 300;

/** As many as can be told apart in half the width of a screen. */
const MOST_BARS = 60;

type Builder = TimeSeries | Stat | Gauge | Table | Timeline;

/**
 * A panel of Grafana's classic model. What the SDK leaves out or defaults wrongly is set here for all of them: id, refIds, place, data source on
 * the panel and on each query, a visible legend, minimum step.
 */
export function panel(spec: PanelSpec, frame: PanelFrame, context: DashboardContext): Builder {
  const builder: Builder = visualization(spec);
  builder
    .id(frame.id)
    .title(spec.title)
    .description(spec.description)
    .gridPos(frame.place)
    .datasource(spec.sql ? database : datasource)
    .interval(frame.minInterval)
    .unit(spec.unit)
    .thresholds(steps())
    .links(frame.alerts.flatMap((alert) => alertLinks(alert, context)));
  if (spec.sql) return builder.noValue(spec.sql.empty).withTarget(sqlTarget(spec.sql));
  const table = spec.type === 'table' ? (frame.table ?? thingsTable(spec)) : undefined;
  if (table) {
    builder.noValue(table.empty);
    for (const each of tableTransformations(spec, table, context)) builder.withTransformation(each);
    for (const { field, properties } of tableOverrides(spec, table))
      builder.overrideByName(field, properties);
  }
  if (spec.from !== 'data' && !isOfWords(spec)) builder.min(0);
  if (spec.max !== undefined) builder.max(spec.max);
  spec.queries.forEach((query, i) => {
    const refId = String.fromCharCode(65 + i);
    builder.withTarget(target(query, refId, spec, frame, context));
    if (isOfWords(spec)) return;
    const properties = overrides(query, context);
    if (properties.length > 0) builder.overrideByQuery(refId, properties);
    for (const { name, color } of query.states ?? []) builder.overrideByRegexp(`/ ${name}$/`, [fixed(color)]);
  });
  return builder;
}

function target(
  query: PanelQuery,
  refId: string,
  spec: PanelSpec,
  frame: PanelFrame,
  context: DashboardContext,
) {
  const target = new DataqueryBuilder()
    .refId(refId)
    .datasource(datasource)
    .expr(renderScoped(cellsOf(query, spec), frame.variables, context))
    .interval(frame.minInterval)
    .legendFormat(
      [
        ...scopeNames(context),
        query.legend,
        ...(query.states && spec.type !== 'timeline' ? ['{{state}}'] : []),
      ].join(' '),
    );
  if (spec.type === 'table') return target.instant().format(PromQueryFormat.Table);
  return isGraph(spec) ? target.range() : target.instant();
}

/** A statement as Grafana's data source for Postgres takes it; the SDK has no type for it. */
const sqlTarget = ({ statement }: SqlQuery) => ({
  build: () => ({
    refId: 'A',
    datasource: database,
    editorMode: 'code',
    format: 'table',
    rawQuery: true,
    rawSql: statement,
    _implementsDataqueryVariant: () => {},
  }),
});

/** What a query gives for each thing of a table: nothing but the labels that name it, as its rows are joined by all labels that they have. */
const cellsOf = ({ query, states }: PanelQuery, { type, by }: PanelSpec): Query =>
  type === 'table' && by !== undefined && states === undefined
    ? promql`max by (${raw(by.join(', '))}) (${query})`
    : query;

/** How the series of one query differ from the panel's others. */
function overrides(
  { color, limit, rightAxis, line }: PanelQuery,
  context: DashboardContext,
): DynamicConfigValue[] {
  const properties: DynamicConfigValue[] = [];
  const set = (id: string, value: unknown) => properties.push({ id, value });
  if (color !== undefined) properties.push(fixed(color));
  if (limit) {
    set('custom.lineStyle', { fill: 'dash', dash: [10, 10] });
    set('custom.fillOpacity', 0);
    set('custom.stacking', { mode: StackingMode.None, group: 'A' });
  }
  if (rightAxis !== undefined) {
    set('unit', rightAxis);
    set('custom.axisPlacement', 'right');
  }
  if (line !== undefined) {
    const value = thresholdValue(line, context.thresholds, context.scale);
    set('thresholds', steps({ value, color: 'red' }).build());
    set('custom.thresholdsStyle', { mode: GraphThresholdsStyleMode.Dashed });
  }
  return properties;
}

const fixed = (color: Color): DynamicConfigValue => ({
  id: 'color',
  value: { mode: 'fixed', fixedColor: color },
});

const steps = (...above: readonly { readonly value: number; readonly color: Color }[]) =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: 'green' }, ...above]);

/** Whether a panel says states in words, by mappings rather than by the names of series. */
const isOfWords = ({ type }: PanelSpec): boolean => type === 'table' || type === 'timeline';

const isGraph = ({ type }: PanelSpec): boolean => type !== 'stat' && type !== 'gauge';

function visualization(spec: PanelSpec): Builder {
  switch (spec.type) {
    case 'timeseries':
      return graph(spec).fillOpacity(5).lineWidth(2).showPoints(VisibilityMode.Auto);
    case 'area':
      return graph(spec).fillOpacity(30).stacking(stacked());
    case 'bars':
      return graph(spec)
        .drawStyle(GraphDrawStyle.Bars)
        .fillOpacity(80)
        .stacking(stacked())
        .maxDataPoints(MOST_BARS);
    case 'stat':
      return new Stat()
        .reduceOptions(newest())
        .colorMode(BigValueColorMode.Value)
        .graphMode(BigValueGraphMode.None);
    case 'gauge':
      return new Gauge().reduceOptions(newest()).showThresholdMarkers(false);
    case 'table':
      return new Table().showHeader(true).cellHeight(TableCellHeight.Sm);
    case 'timeline':
      return timeline(spec);
  }
}

const timeline = ({ queries }: PanelSpec) =>
  new Timeline()
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .rowHeight(0.85)
    .fillOpacity(80)
    .lineWidth(0)
    .maxDataPoints(MOST_CHANGES)
    .mappings([
      {
        type: MappingType.ValueToText,
        options: Object.fromEntries(
          (queries[0]?.states ?? []).map(({ name, color }, rank) => [
            rank,
            { text: name, color, index: rank },
          ]),
        ),
      },
    ])
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    );

const stacked = () => new StackingConfigBuilder().mode(StackingMode.Normal).group('A');

const newest = () => new ReduceDataOptionsBuilder().calcs(['lastNotNull']);

const graph = ({ sums = ['last', 'max'], unit: shown }: PanelSpec) =>
  (shown === unit.count ? new TimeSeries().axisSoftMax(1) : new TimeSeries())
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Right)
        .calcs(sums.map((sum) => (sum === 'last' ? 'lastNotNull' : sum))),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
