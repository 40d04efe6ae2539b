/** Grafana's classic dashboard JSON, as far as the lint and the live tests read it. Everything may be missing: it is read, not trusted. */
export interface DashboardJson {
  readonly uid?: string;
  readonly id?: number | null;
  readonly title?: string;
  readonly editable?: boolean;
  readonly schemaVersion?: number;
  readonly time?: { readonly from?: string; readonly to?: string };
  readonly panels?: readonly PanelJson[];
  readonly templating?: { readonly list?: readonly VariableJson[] };
  readonly annotations?: { readonly list?: readonly AnnotationJson[] };
}

export interface DatasourceJson {
  readonly type?: string;
  readonly uid?: string;
}

export interface TargetJson {
  readonly refId?: string;
  readonly expr?: string;
  readonly interval?: string;
  readonly legendFormat?: string;
  /** What it asks of a database; it has no `expr` then. */
  readonly rawSql?: string;
  readonly format?: string;
  readonly datasource?: DatasourceJson;
}

/** Whether a query asks Prometheus, rather than a database. */
export const isPromql = ({ rawSql }: TargetJson): boolean => rawSql === undefined;

export interface PanelJson {
  readonly id?: number;
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: DatasourceJson;
  readonly gridPos?: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly TargetJson[];
  readonly options?: { readonly legend?: { readonly showLegend?: boolean } };
  readonly fieldConfig?: {
    readonly defaults?: { readonly unit?: string; readonly min?: number; readonly mappings?: unknown };
    readonly overrides?: readonly {
      readonly matcher?: { readonly id?: string; readonly options?: unknown };
      readonly properties?: readonly { readonly id?: string; readonly value?: unknown }[];
    }[];
  };
  readonly links?: readonly { readonly title?: string; readonly url?: string }[];
}

export interface VariableJson {
  readonly name?: string;
  readonly type?: string;
  readonly label?: string;
  readonly query?: unknown;
  readonly datasource?: DatasourceJson;
  readonly refresh?: number;
  readonly hide?: number;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly current?: { readonly value?: unknown };
}

export interface AnnotationJson {
  readonly name?: string;
  readonly expr?: string;
  readonly datasource?: DatasourceJson;
}
