import { promql, type Query } from '../../engine/promql/promql.ts';
import {
  isIncomplete,
  isLate,
  isLow,
  isMissing,
  isOddVolume,
  isReduced,
  isStale,
  isThin,
  isUnchecked,
  isUnknown,
  isUnreadable,
  isZeroRows,
} from './conditions.ts';
import {
  enabled,
  errored,
  isDisabled,
  schemaDifferences,
  valuesOutside,
  warned,
} from './recordings/index.ts';

/** What a data set is, in a word. */
export interface DatasetState {
  readonly name: string;
  /** The severity of the alert that would say so, at last. */
  readonly severity: 'critical' | 'warning' | 'info' | 'none';
  /** Data sets of which it is true. */
  readonly query: Query;
  /** What says the same with less weight, and needs not be said beside it. */
  readonly covers?: string;
}

/** What an alert on suites or columns says of their data set. */
const ofDataset = (query: Query): Query => promql`group by (dataset, layer) (${query})`;

const critical = (name: string, query: Query, covers?: string): DatasetState => ({
  name,
  severity: 'critical',
  query,
  ...(covers === undefined ? {} : { covers }),
});
const warning = (name: string, query: Query): DatasetState => ({ name, severity: 'warning', query });

/** What a data set can be, the worst first, by what the alerts compare and without their patience: the dashboard and the command `monitor-data-quality` say the same. The last holds for all. */
export const datasetStates: readonly DatasetState[] = [
  // Of what somebody disabled nobody is told anything.
  { name: 'disabled', severity: 'info', query: isDisabled },
  critical('empty', isMissing),
  critical('unknown', isUnknown),
  critical('stale', isStale, 'late'),
  critical('wrong', ofDataset(isLow), 'reduced'),
  critical('incomplete', isIncomplete, 'thin'),
  warning('unreadable', isUnreadable),
  warning('late', isLate),
  warning('unchecked', ofDataset(promql`${isUnchecked} or on (dataset, layer, suite) ${errored} == 1`)),
  warning('reduced', ofDataset(isReduced)),
  warning('thin', isThin),
  warning('zero rows', isZeroRows),
  warning('odd volume', isOddVolume),
  warning('out of range', ofDataset(promql`${valuesOutside} > 0`)),
  warning('new schema', promql`(${schemaDifferences} > 0)`),
  warning('warned', ofDataset(promql`${warned} > 0`)),
  { name: 'ok', severity: 'none', query: promql`${enabled}` },
];
