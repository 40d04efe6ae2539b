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
}

/**
 * A panel as data. `bars` and `area` are stacked; `stat` and `gauge` show the newest value of each series. The alerts that name it as theirs become links
 * on it.
 */
export interface PanelSpec {
  readonly title: string;
  /** What is shown, over which time, and what is good. */
  readonly description: string;
  readonly type: 'timeseries' | 'area' | 'bars' | 'stat' | 'gauge';
  readonly unit: Unit;
  /** Width in columns; a row has 24. */
  readonly width: number;
  /** Height in grid units of 30 pixels. */
  readonly height: number;
  /** Where the scale begins: at 0, or as low as the data, for shares near 1 and for what may be negative. Default `zero`. */
  readonly from?: 'zero' | 'data';
  /** The upper end of the scale. Default: as high as the data. */
  readonly max?: number;
  readonly queries: readonly PanelQuery[];
}

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

/** How the alerts of a dashboard are marked on its graphs while they fire. */
export interface FiringSpec {
  /** Labels that all of the alerts carry, so that the drop-downs hide none by mistake. */
  readonly labels: readonly string[];
  /** Labels that some of them carry, which are told too. Default: none. */
  readonly others?: readonly string[];
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
  readonly variables: readonly LabelVariable[];
  readonly computed?: readonly ComputedVariable[];
  readonly annotations: readonly AnnotationSpec[];
  /** Marks of the alerts that name panels of this dashboard, while they fire. Default: not marked. */
  readonly firing?: FiringSpec;
  readonly panels: readonly PanelSpec[];
  /** The uids of other dashboards to go to from here; one that is not rendered together with this one is left out. */
  readonly related: readonly string[];
}
