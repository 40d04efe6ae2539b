import type { Part, Query, Threshold } from '@sightglass/rules';
import type { State } from './states.ts';
import type { Color, Unit } from './style.ts';

/** One query of a panel. */
export interface PanelQuery {
  readonly query: Query;
  /** What names its series, with labels in double braces, such as `{{table}}`. */
  readonly legend: string;
  /** One colour for all its series. Default: a colour for each. */
  readonly color?: Color;
  /** States that its series carry in the label `state`, each in its own colour; the legend then ends with `{{state}}`. */
  readonly states?: readonly Pick<State, 'name' | 'color'>[];
  /** A dashed line: what the other series are compared with. It is not stacked on them. */
  readonly limit?: true;
  /** Drawn against an axis of its own on the right, in this unit. */
  readonly rightAxis?: Unit;
  /** A dashed red line at a fixed value of this query's axis. */
  readonly line?: Threshold;
  /** The unit of its column, in a table. Default: that of the panel. */
  readonly unit?: Unit;
  /** Its column is drawn as a bar from 0 to 1, yellow from here on and red beyond 1. Only in a table. */
  readonly bar?: number;
}

/**
 * A panel as data. `bars` and `area` are stacked; `stat` and `gauge` show the newest value of each series. A `table` has a row for each thing and a column
 * for each query, whose legend is its heading; a `timeline` has a band for each thing, in the colours of its states. Both take their first query from
 * `worstOf`. The alerts that name a panel as theirs become links on it.
 */
export interface PanelSpec {
  readonly title: string;
  /** What is shown, over which time, and what is good. */
  readonly description: string;
  readonly type: 'timeseries' | 'area' | 'bars' | 'stat' | 'gauge' | 'table' | 'timeline';
  readonly unit: Unit;
  /** Width in columns; a row has 24. */
  readonly width: number;
  /** Height in grid units of 30 pixels. */
  readonly height: number;
  /** Where the scale begins: at 0, or as low as the data, for shares near 1 and for what may be negative. Default `zero`. */
  readonly from?: 'zero' | 'data';
  /** The upper end of the scale. Default: as high as the data. */
  readonly max?: number;
  /** What the legend of a graph says of each series over the time that is shown. Default: its last value and its maximum. */
  readonly sums?: readonly ('last' | 'mean' | 'max')[];
  /** The labels that name a thing, in a table; each is a column. */
  readonly by?: readonly string[];
  readonly queries: readonly PanelQuery[];
  /** What a table shows of a database, instead of `queries`: it is asked through a data source of its own, which a drop-down chooses. */
  readonly sql?: SqlQuery;
}

/** A statement for a database that Grafana reads. */
export interface SqlQuery {
  /** Its columns are those of the table, in its order; variables as Grafana writes them. */
  readonly statement: string;
  /** In words, what it means that there is no row. */
  readonly empty: string;
}

/** One number of the first row, such as how many jobs fail: green only when all is well. The row decides its size. */
export type NumberSpec = Pick<PanelSpec, 'title' | 'description' | 'unit' | 'queries'>;

/** A drop-down that filters every series which carries its label. Several values, or all. */
export interface LabelVariable {
  readonly label: string;
  readonly title: string;
  /** A metric that has one series for every value to choose from. */
  readonly of: Part;
  /** Whether "All" takes series without the label too, where several kinds of things share their metrics. Default false. */
  readonly optional?: true;
}

/** A number that a query works out, for use in others as `${name}`; not shown. */
export interface ComputedVariable {
  readonly name: string;
  readonly description: string;
  /** A scalar. */
  readonly query: Query;
  /** Its value until the query has answered. */
  readonly initial: string;
}

/** Marks on every graph, at the times when the query returns something above 0. */
export interface AnnotationSpec {
  readonly name: string;
  readonly query: Query;
  readonly color: Color;
  readonly title: string;
  readonly text: string;
}

/** How the alerts of a dashboard are listed in its first row, and marked on its graphs, while they fire. */
export interface FiringSpec {
  /** Labels that all of the alerts carry, so that the drop-downs hide none by mistake. */
  readonly labels: readonly string[];
  /** Labels that some of them carry, which are told too. Default: none. */
  readonly others?: readonly string[];
  /** The uids of other dashboards whose alerts are listed and marked here too, for one that is an overview of theirs. Default: none. */
  readonly of?: readonly string[];
}

/** A dashboard as data. */
export interface DashboardSpec {
  /** Stable for ever, at most 40 characters: bookmarks and alerts link to it. */
  readonly uid: string;
  readonly title: string;
  /** What other dashboards call it where they link to it. Default: its title. */
  readonly shortTitle?: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** The shortest step of its queries; with `$__rate_interval`, at least the time between two scrapes or exports. */
  readonly minInterval: string;
  /** What is shown at first: the time from here to now, as Grafana writes it. Default `now-1h`. */
  readonly from?: string;
  /** How often an open page asks again, as Grafana writes it. Default `30s`. */
  readonly refresh?: string;
  readonly variables: readonly LabelVariable[];
  readonly computed?: readonly ComputedVariable[];
  readonly annotations: readonly AnnotationSpec[];
  /** The alerts that name panels of this dashboard, listed and marked while they fire. Default: neither. */
  readonly firing?: FiringSpec;
  /** At most four numbers beside the list of what fires: is anything wrong. Default: none, and the list has the whole row. */
  readonly numbers?: readonly NumberSpec[];
  readonly panels: readonly PanelSpec[];
  /** The uids of other dashboards to go to from here; one that is not rendered together with this one is left out. */
  readonly related: readonly string[];
}
