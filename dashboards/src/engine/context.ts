import { DEFAULT_SCOPE, type RenderContext } from '@sightglass/rules';

/** How dashboards are rendered for one installation. Everything is optional. */
export interface DashboardContext extends RenderContext {
  /** Where the runbooks are served, without a slash at the end. Default: the project's own. */
  readonly runbookBaseUrl?: string;
  /**
   * Target labels that tell one estate from another within one Prometheus. Each has a drop-down, and no number is of two estates. A label that
   * no series has costs nothing. Give `sightglass` the same. Default: {@link DEFAULT_SCOPE}.
   */
  readonly scope?: readonly string[];
}

const LABEL = /^[a-zA-Z_]\w*$/;

/** What can't tell estates apart: what names a target, a bucket, a metric or an alert. */
const TAKEN = ['job', 'instance', 'le', '__name__', 'alertname', 'alertstate'];

/**
 * The scope labels of an installation that are left to choose: those of its selector are chosen already. Throws a `RangeError` that lists
 * those which can't be scope labels.
 */
export function scopeOf({ scope = DEFAULT_SCOPE, selector = {} }: DashboardContext): readonly string[] {
  const wrong = scope.filter((label) => !LABEL.test(label) || TAKEN.includes(label));
  if (wrong.length > 0)
    throw new RangeError(`No scope labels: ${wrong.map((each) => `"${each}"`).join(', ')}`);
  return [...new Set(scope)].filter((label) => !(label in selector));
}

/** The drop-down that every panel, query and variable reads its data source from. */
export const DATASOURCE = 'datasource';

/** The drop-down from which panels that ask a database read theirs. */
export const DATABASE = 'database';

/** What Grafana calls its data sources for Postgres. */
export const POSTGRES = 'grafana-postgresql-datasource';

/** The database as Grafana's JSON refers to it. */
export const database = { type: POSTGRES, uid: `\${${DATABASE}}` } as const;

/** The data source as Grafana's JSON refers to it. */
export const datasource = { type: 'prometheus', uid: `\${${DATASOURCE}}` } as const;
