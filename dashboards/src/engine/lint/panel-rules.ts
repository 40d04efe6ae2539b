import { datasource as TEMPLATED } from '../context.ts';
import type { DatasourceJson } from '../model.ts';
import { grafanaUnits } from '../style.ts';
import { type LintRule, onPanels } from './rule.ts';

/** Whether a reference goes through the dashboard's data source variable. */
export const isTemplated = (datasource: DatasourceJson | undefined): boolean =>
  datasource?.uid === TEMPLATED.uid;

const REMOVED_TYPES = ['graph', 'singlestat', 'table-old'];

/** Rules on panels; the first four are named as Grafana's dashboard-linter names them. */
export const panelRules: readonly LintRule[] = [
  onPanels('panel-datasource', ({ datasource }) =>
    isTemplated(datasource) ? [] : ['the panel does not use the data source variable'],
  ),
  onPanels('panel-title-description', ({ title, description }) => [
    ...(title ? [] : ['the panel has no title']),
    ...(description ? [] : ['the panel has no description']),
  ]),
  onPanels('panel-units', ({ fieldConfig }) => {
    const unit = fieldConfig?.defaults?.unit;
    if (unit === undefined) return ['the panel has no unit'];
    return grafanaUnits.has(unit) ? [] : [`"${unit}" is no unit that Grafana knows`];
  }),
  onPanels('panel-no-targets', ({ targets = [] }) => (targets.length > 0 ? [] : ['the panel has no query'])),
  onPanels('panel-type', ({ type }) =>
    type === undefined || REMOVED_TYPES.includes(type) ? [`the type "${type}" is gone from Grafana`] : [],
  ),
  onPanels('panel-legend', ({ type, options }) =>
    type === 'timeseries' && !options?.legend?.showLegend ? ['the legend is hidden'] : [],
  ),
  onPanels('panel-ref-ids', ({ targets = [] }) => {
    const ids = targets.map(({ refId }) => refId);
    return ids.some((id) => !id) || new Set(ids).size < ids.length
      ? ['every query needs a refId of its own']
      : [];
  }),
];
