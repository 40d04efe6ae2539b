import type { GraphFieldConfig } from '@grafana/grafana-foundation-sdk/common';
import type {
  AnnotationQuery,
  Dashboard,
  FieldConfig,
  FieldConfigSource,
  Panel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Options as GaugeOptions } from '@grafana/grafana-foundation-sdk/gauge';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Options as StatOptions } from '@grafana/grafana-foundation-sdk/stat';
import type {
  FieldConfig as TimelineFieldConfig,
  Options as TimelineOptions,
} from '@grafana/grafana-foundation-sdk/statetimeline';
import type {
  FieldConfig as TableFieldConfig,
  Options as TableOptions,
} from '@grafana/grafana-foundation-sdk/table';
import type { Options as TimeSeriesOptions } from '@grafana/grafana-foundation-sdk/timeseries';

/** What JSON holds of a type: no methods, and the values of enumerations rather than their members. */
type Plain<T> = 0 extends 1 & T
  ? unknown
  : T extends string
    ? `${T}`
    : T extends number
      ? `${T}` extends `${infer N extends number}`
        ? N
        : never
      : T extends readonly (infer E)[]
        ? Plain<E>[]
        : T extends object
          ? { [K in keyof T as T[K] extends (...args: never) => unknown ? never : K]: Plain<T[K]> }
          : T;

/** What Grafana's data source for Postgres takes; the SDK has no type for it. Its documentation names these for provisioned dashboards. */
interface SqlQuery {
  refId: string;
  datasource: { type: 'grafana-postgresql-datasource'; uid: string };
  editorMode: 'code' | 'builder';
  format: 'table' | 'time_series';
  rawQuery: boolean;
  rawSql: string;
}

/** The SDK leaves options, queries and custom fields of a panel open; its own types for each plugin close them. */
type PanelOf<Type extends string, Options, Custom> = Omit<
  Panel,
  'type' | 'options' | 'fieldConfig' | 'targets'
> & {
  type: Type;
  options: Options;
  fieldConfig: Pick<FieldConfigSource, 'overrides'> & {
    defaults: Omit<FieldConfig, 'custom'> & { custom?: Custom };
  };
  targets: (Dataquery | SqlQuery)[];
};

type OurPanel =
  | PanelOf<'timeseries', TimeSeriesOptions, GraphFieldConfig>
  | PanelOf<'stat', StatOptions, never>
  | PanelOf<'gauge', GaugeOptions, never>
  | PanelOf<'table', TableOptions, Partial<TableFieldConfig>>
  | PanelOf<'state-timeline', TimelineOptions, TimelineFieldConfig>;

/** Our dashboards' JSON, as the SDK declares Grafana's model. The schema test compiles every rendered file against it. */
export type GrafanaDashboard = Plain<
  Omit<Dashboard, 'panels' | 'annotations'> & {
    panels: OurPanel[];
    annotations: { list: (Omit<AnnotationQuery, 'target'> & { target: Dataquery })[] };
  }
>;
