import type { RenderContext } from '@sightglass/rules';

/** How dashboards are rendered for one installation. Everything is optional. */
export interface DashboardContext extends RenderContext {
  /** Where the runbooks are served, without a slash at the end. Default: the project's own. */
  readonly runbookBaseUrl?: string;
}

/** The drop-down that every panel, query and variable reads its data source from. */
export const DATASOURCE = 'datasource';

/** The data source as Grafana's JSON refers to it. */
export const datasource = { type: 'prometheus', uid: `\${${DATASOURCE}}` } as const;
