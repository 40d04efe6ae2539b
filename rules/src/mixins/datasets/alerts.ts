import { firing } from '../../engine/model/external.ts';
import type { AlertOptions } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
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
  tellingServices,
} from './conditions.ts';
import {
  errored,
  exportedBy,
  isDisabled,
  isUnseen,
  schemaDifferences,
  valuesOutside,
  warned,
} from './recordings/index.ts';
import { datasetServices } from './thresholds.ts';

const panel = (title: string) => ({ uid: 'sightglass-datasets', panel: title });

/** Of data sets that a person has not disabled. */
const whileEnabled = (query: Query): Query => promql`${query}\nunless on (dataset, layer) ${isDisabled}`;

/** One outage is one page: what was told of a stale data set goes on until it is stale no more, whatever of its cause has ended before. */
const staleAs = (alert: string, other: string, begins: Query) => promql`(
    (${begins} unless on (dataset, layer) ${firing(other)})
    or on (dataset, layer)
    (${isStale} and on (dataset, layer) ${firing(alert)})
  )`;
const staleAndSeen = staleAs(
  'DatasetStale',
  'DatasetUnseen',
  promql`(${isStale} unless on (dataset, layer) ${isUnseen})`,
);
const staleAndUnseen = staleAs(
  'DatasetUnseen',
  'DatasetStale',
  promql`(${isStale} and on (dataset, layer) ${isUnseen})`,
);

const criticalDatasetAlerts: readonly AlertOptions[] = [
  {
    alert: 'DatasetStale',
    expr: whileEnabled(staleAndSeen),
    for: minutes(5),
    severity: 'critical',
    summary: 'A data set is older than it may be.',
    description:
      'The newest record of data set {{ $labels.dataset }} in layer {{ $labels.layer }} is {{ $value | humanizeDuration }} old.',
    impact: 'Whoever reads the data decides by what was, and takes it for what is.',
    action: 'Find the first layer that is old: repair what feeds it, and let it catch up.',
    runbook: 'datasets',
    dashboard: panel('Freshness'),
  },
  {
    alert: 'DatasetUnseen',
    expr: whileEnabled(promql`(${staleAndUnseen} * on (dataset, layer) group_left (job) ${exportedBy})`),
    for: minutes(5),
    severity: 'critical',
    summary: 'Nobody can tell how new a data set is, and what was known last is too old.',
    description:
      'Data set {{ $labels.dataset }} in layer {{ $labels.layer }}, which service {{ $labels.job }} had, became too old while no process had it or could read it; its newest known record is {{ $value | humanizeDuration }} old.',
    impact: 'Whoever reads the data may decide by what was, and nobody can say whether they do.',
    incident: ['job'],
    action:
      'See whether the application runs, and whether its database answers. If both do, wait for the next load or start one by hand: that ends it. If the data set was removed on purpose, say so with retireDataset().',
    runbook: 'datasets',
    dashboard: panel('Freshness'),
  },
  {
    alert: 'DatasetEmpty',
    expr: whileEnabled(isMissing),
    for: minutes(5),
    severity: 'critical',
    summary: 'A data set has no records.',
    description: 'Data set {{ $labels.dataset }} in layer {{ $labels.layer }} has no record at all.',
    impact: 'Whoever reads the data finds none, or takes nothing for zero.',
    action: 'Find out what emptied the table, stop it, and load the data again.',
    runbook: 'datasets',
    dashboard: panel('Data sets'),
  },
  {
    alert: 'DatasetNeverLoaded',
    expr: whileEnabled(isUnknown),
    for: minutes(5),
    severity: 'critical',
    summary: 'Nobody has ever said how old a data set is.',
    description:
      'For {{ $value | humanizeDuration }} it has been waited for how new the records of data set {{ $labels.dataset }} in layer {{ $labels.layer }} are, and nothing is known.',
    impact: 'The data may be missing or of any age, and no other alert would tell.',
    action: 'See whether its load has run at all, and whether what reads its newest record works.',
    runbook: 'datasets',
    dashboard: panel('Data sets'),
  },
  {
    alert: 'DatasetQualityLow',
    expr: whileEnabled(isLow),
    for: minutes(10),
    severity: 'critical',
    summary: 'The quality score of a data set is below its objective.',
    description:
      'Of the expectations of suite {{ $labels.suite }} for data set {{ $labels.dataset }} in layer {{ $labels.layer }} {{ $value | humanizePercentage }} hold.',
    impact: 'What is computed from the data may be wrong.',
    incident: ['dataset', 'layer'],
    action: 'Read which expectations failed; stop what passes the data on until they hold.',
    runbook: 'datasets',
    dashboard: panel('Quality Score by Layer'),
  },
  {
    alert: 'DatasetIncomplete',
    expr: whileEnabled(isIncomplete),
    for: minutes(5),
    severity: 'critical',
    summary: 'Many records of a data set are missing.',
    description:
      'Of the expected records of data set {{ $labels.dataset }} in layer {{ $labels.layer }} {{ $value | humanizePercentage }} are there.',
    impact: 'Sums and averages over the data are wrong.',
    action: 'Find the source, station or hour that is missing; load it again.',
    runbook: 'datasets',
    dashboard: panel('Completeness'),
  },
];

const otherDatasetAlerts: readonly AlertOptions[] = [
  {
    alert: 'DatasetLate',
    expr: whileEnabled(isLate),
    for: minutes(5),
    severity: 'warning',
    summary: 'A data set is getting old.',
    description:
      'The newest record of data set {{ $labels.dataset }} in layer {{ $labels.layer }} is {{ $value | humanizeDuration }} old.',
    impact: 'None yet; what reads the data is behind.',
    action: 'See whether its load runs and is slower than usual, or waits for what feeds it.',
    runbook: 'datasets',
    dashboard: panel('Freshness'),
  },
  {
    alert: 'DatasetQualityReduced',
    expr: whileEnabled(isReduced),
    for: minutes(10),
    severity: 'warning',
    summary: 'The quality score of a data set is lower than it should be.',
    description:
      'Of the expectations of suite {{ $labels.suite }} for data set {{ $labels.dataset }} in layer {{ $labels.layer }} {{ $value | humanizePercentage }} hold.',
    impact: 'Some of the data may be wrong.',
    action: 'Read which expectations failed, and whether they are the same as before.',
    runbook: 'datasets',
    dashboard: panel('Quality Score by Layer'),
  },
  {
    alert: 'DatasetExpectationsWarned',
    expr: whileEnabled(promql`${warned} > ${0}`),
    for: minutes(10),
    severity: 'warning',
    summary: 'Expectations that only warn have failed.',
    description:
      'In suite {{ $labels.suite }} for data set {{ $labels.dataset }} in layer {{ $labels.layer }} {{ $value | humanize }} expectations of severity warn do not hold.',
    impact: 'None by itself: who wrote the expectation wants to know.',
    action: 'Read which expectations failed, in the log or the table of failed expectations.',
    runbook: 'datasets',
    dashboard: panel('Expectations that do not hold'),
  },
  {
    alert: 'DatasetCompletenessLow',
    expr: whileEnabled(isThin),
    for: minutes(5),
    severity: 'warning',
    summary: 'Records of a data set are missing.',
    description:
      'Of the expected records of data set {{ $labels.dataset }} in layer {{ $labels.layer }} {{ $value | humanizePercentage }} are there.',
    impact: 'What is computed from the data rests on fewer records than promised.',
    action: 'Find the source, station or hour that is missing; see whether it is only late.',
    runbook: 'datasets',
    dashboard: panel('Completeness'),
  },
  {
    alert: 'DatasetCheckMissing',
    expr: whileEnabled(isUnchecked),
    for: minutes(5),
    severity: 'warning',
    summary: 'A data set is not checked.',
    description:
      'Suite {{ $labels.suite }} has evaluated nothing of data set {{ $labels.dataset }} in layer {{ $labels.layer }} for {{ $value | humanizeDuration }}.',
    impact: 'The score is that of the last check: what is wrong with the data since then is not seen.',
    action:
      'See whether what runs the suite is started and reaches the data; retireSuite() if it is not to run.',
    runbook: 'datasets',
    dashboard: panel('Last check'),
  },
  {
    alert: 'DatasetCheckBroken',
    expr: whileEnabled(promql`${errored} == 1`),
    for: minutes(5),
    severity: 'warning',
    summary: 'A check of a data set could not be evaluated.',
    description:
      'The last run of suite {{ $labels.suite }} for data set {{ $labels.dataset }} in layer {{ $labels.layer }} evaluated nothing.',
    impact: 'The score is that of the check before.',
    action: 'Look up the error in the log line "data quality check evaluated nothing".',
    runbook: 'datasets',
    dashboard: panel('Last check'),
  },
  {
    alert: 'DatasetUnreadable',
    expr: whileEnabled(isUnreadable),
    for: minutes(10),
    severity: 'warning',
    summary: 'How new a data set is can not be read.',
    description:
      'For {{ $value | humanizeDuration }} the newest record of data set {{ $labels.dataset }} in layer {{ $labels.layer }} could not be read.',
    impact: 'The last known record counts: the data looks as old as that, though newer may be there.',
    action: 'Look up the error in the log; see whether the database answers, and how long the query takes.',
    runbook: 'datasets',
    dashboard: panel('Data sets'),
  },
  {
    alert: 'DatasetZeroRows',
    expr: whileEnabled(isZeroRows),
    noForReason: 'A load that brought nothing is what it is; the next may be a day away.',
    keepFiringFor: minutes(5),
    severity: 'warning',
    summary: 'A load ended well and brought nothing.',
    description:
      'The last load of data set {{ $labels.dataset }} in layer {{ $labels.layer }} brought {{ $value }} rows.',
    impact: 'The data is as old as before, and its load says that all is well.',
    action: 'See what the source gave; declare volume: { min: 0 } where a load may bring nothing.',
    runbook: 'datasets',
    dashboard: panel('Volume'),
  },
  {
    alert: 'DatasetVolumeOutOfRange',
    expr: whileEnabled(isOddVolume),
    noForReason: 'A load that brought too little is what it is; the next may be a day away.',
    keepFiringFor: minutes(5),
    severity: 'warning',
    summary: 'A load brought fewer or more rows than it should.',
    description:
      'The last load of data set {{ $labels.dataset }} in layer {{ $labels.layer }} brought {{ $value | humanize }} rows.',
    impact: 'Records are missing, or there more than once.',
    action:
      'Compare with the loads before: a source that is missing, a filter that has changed, a load that was repeated.',
    runbook: 'datasets',
    dashboard: panel('Volume'),
  },
  {
    alert: 'DatasetValuesOutOfRange',
    expr: whileEnabled(promql`${valuesOutside} > ${0}`),
    for: minutes(5),
    severity: 'warning',
    summary: 'Values of a data set are outside of their range.',
    description:
      'Of column {{ $labels.column }} of data set {{ $labels.dataset }} in layer {{ $labels.layer }} {{ $value | humanize }} values or more are outside of their range.',
    impact: 'What is computed from the column may be wrong.',
    action: 'Find where the values come from: a sensor, a unit, a decimal point.',
    runbook: 'datasets',
    dashboard: panel('Values out of range'),
  },
  {
    alert: 'DatasetSchemaChanged',
    expr: whileEnabled(promql`${schemaDifferences} > ${0}`),
    for: minutes(5),
    severity: 'warning',
    summary: 'The schema of a data set is not the expected one.',
    description:
      'By {{ $value | humanize }} columns the schema of data set {{ $labels.dataset }} in layer {{ $labels.layer }} differs from the expected one.',
    impact: 'What reads the data may fail, or take one column for another.',
    action:
      'Read which columns in the log line "schema differs from what is expected"; declare the new schema, or restore the old one.',
    runbook: 'datasets',
    dashboard: panel('Schema'),
  },
  {
    alert: 'DatasetShared',
    expr: promql`${tellingServices} > ${datasetServices}`,
    for: minutes(30),
    severity: 'warning',
    summary: 'Two services tell of one data set.',
    description:
      'How new data set {{ $labels.dataset }} in layer {{ $labels.layer }} is, or what a suite finds in it, is told by {{ $value | humanize }} services.',
    impact: 'They count as one data set: when that of one is old or wrong, the other hides it.',
    action:
      'Let one service tell what both tell; if they are two data sets, give one another name or layer, or the targets a label that tells them apart, such as namespace, and name it as a scope label.',
    runbook: 'datasets',
    dashboard: panel('Data sets'),
  },
  {
    alert: 'DatasetDisabled',
    expr: promql`${isDisabled}`,
    for: minutes(5),
    severity: 'info',
    summary: 'Nothing is promised of a data set.',
    description:
      'Data set {{ $labels.dataset }} in layer {{ $labels.layer }} has been disabled; nobody is told when it is old or wrong.',
    impact: 'The data may be anything, as somebody wanted.',
    action: 'Nothing, or enable it again.',
    runbook: 'datasets',
    dashboard: panel('Data sets'),
  },
];

/** The alerts on data sets, the critical ones first. */
export const datasetAlerts: readonly AlertOptions[] = [...criticalDatasetAlerts, ...otherDatasetAlerts];
