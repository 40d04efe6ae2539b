import {
  datasetCompleteness,
  datasetCompletenessMeasured,
  datasetGaps,
  datasetLastLoad,
  datasetLoadRows,
  datasetMissingRecords,
  datasetSchemaDifferences,
  datasetSchemaMeasured,
  datasetValuesMeasured,
  datasetValuesOutside,
} from '@sightglass/pipeline/metrics';
import type { Recording } from '../../../engine/model/rule.ts';
import { column, dataset } from './things.ts';

/* Whether the records of each data set are all there, and as they should be. */

export const completenessMeasured = dataset.newest(datasetCompletenessMeasured);
export const completeness = dataset.ofLatest(
  datasetCompleteness,
  datasetCompletenessMeasured,
  completenessMeasured,
);
export const missingRecords = dataset.ofLatest(
  datasetMissingRecords,
  datasetCompletenessMeasured,
  completenessMeasured,
);
export const gaps = dataset.ofLatest(datasetGaps, datasetCompletenessMeasured, completenessMeasured);

export const lastLoad = dataset.newest(datasetLastLoad);
export const loadRows = dataset.ofLatest(datasetLoadRows, datasetLastLoad, lastLoad);

const schemaMeasured = dataset.newest(datasetSchemaMeasured);
export const schemaDifferences = dataset.ofLatest(
  datasetSchemaDifferences,
  datasetSchemaMeasured,
  schemaMeasured,
);

const valuesMeasured = column.newest(datasetValuesMeasured);
export const valuesOutside = column.ofLatest(datasetValuesOutside, datasetValuesMeasured, valuesMeasured);

/** In the order in which they read each other. */
export const recordRecordings: readonly Recording[] = [
  completenessMeasured,
  completeness,
  missingRecords,
  gaps,
  lastLoad,
  loadRows,
  schemaMeasured,
  schemaDifferences,
  valuesMeasured,
  valuesOutside,
];
