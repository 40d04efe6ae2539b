import { DATABASE, database, POSTGRES, datasource as TEMPLATED } from '../context.ts';
import { type DatasourceJson, isPromql, type TargetJson } from '../model.ts';
import { grafanaUnits } from '../style.ts';
import { type LintRule, onPanels } from './rule.ts';

/** Whether a reference goes through the dashboard's data source variable. */
export const isTemplated = (datasource: DatasourceJson | undefined): boolean =>
  datasource?.uid === TEMPLATED.uid;

/** Whether a panel asks a database alone. */
const isOfDatabase = (targets: readonly TargetJson[]): boolean =>
  targets.length > 0 && !targets.some(isPromql);

const REMOVED_TYPES = ['graph', 'singlestat', 'table-old'];

/** Rules on panels; the first four are named as Grafana's dashboard-linter names them. */
export const panelRules: readonly LintRule[] = [
  onPanels('panel-datasource', ({ datasource, targets = [] }) =>
    isTemplated(datasource) || isOfDatabase(targets)
      ? []
      : ['the panel does not use the data source variable'],
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
  onPanels('panel-database', ({ datasource, targets = [] }, { templating }) => {
    const asked = targets.filter((target) => !isPromql(target));
    if (asked.length === 0) return [];
    const chosen = templating?.list?.find(({ name }) => name === DATABASE);
    return [
      ...(chosen?.type === 'datasource' && chosen.query === POSTGRES
        ? []
        : ['a database is asked, and no drop-down chooses one']),
      // Without these Grafana asks Prometheus for SQL, or draws rows as curves.
      ...([datasource, ...asked.map((target) => target.datasource)].every(
        (each) => each?.uid === database.uid,
      )
        ? []
        : ['a database is asked through another data source than the one that is chosen']),
      ...(asked.every(({ format }) => format === 'table')
        ? []
        : ['rows of a database are not read as a table']),
    ];
  }),
];
