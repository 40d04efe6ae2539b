import {
  datasetDeclared,
  datasetEmpty,
  datasetNewestRecord,
  datasetNewestRecordKnown,
  datasetNewestRecordRead,
  datasetUpdated,
} from '@sightglass/pipeline/metrics';
import type { Recording } from '../../../engine/model/rule.ts';
import { promql } from '../../../engine/promql/promql.ts';
import { datasetUnseen } from '../thresholds.ts';
import { dataset, isDisabled, named } from './things.ts';

/* How new each data set is, or for how long nothing is known of that. */

/** The time at which each data set was last looked at: that of the oldest sample of its replicas; now, when no process has it. */
export const view: Recording = {
  ...named('dataset_view_timestamp_seconds:min'),
  expr: promql`min by (dataset, layer) (timestamp(${datasetDeclared}))
    or on (dataset, layer)
    0 * ${dataset.seen} + time()`,
};

/** When anybody last knew how new the newest record is, or that there is none. */
export const lastKnowledge = dataset.newest(datasetNewestRecordKnown);

/** The newest record, by who looked last. One of a time to come says nothing. */
export const newestRecord = dataset.recording(
  'dataset_newest_record_timestamp_seconds:last_known',
  (self) => promql`max by (dataset, layer) (
      ${dataset.past(datasetNewestRecord)}
      and on (dataset, layer, job, instance)
      (${datasetNewestRecordKnown} >= on (dataset, layer) group_left () ${lastKnowledge})
    )
    or on (dataset, layer)
    ${dataset.known(self)}`,
);

/** Whether each data set is without any record, by who looked last. */
export const empty = dataset.ofLatest(datasetEmpty, datasetNewestRecordKnown, lastKnowledge);
/** Data sets without any record. */
export const isEmpty = promql`(${empty} == 1)`;

/** When the newest record was last seen to be another. */
export const lastUpdate = dataset.newest(datasetUpdated);

/** How old the newest record is, growing while the process hangs or is gone; absent while the data set is empty, and until anything is known of it. */
export const age: Recording = {
  ...named('dataset_age_seconds:last_known'),
  expr: promql`clamp_min(${view} - on (dataset, layer) ${newestRecord}, 0) unless on (dataset, layer) ${isEmpty}`,
};

/** Since when anything is waited for of a data set of which nothing is known yet: it was declared for the first time, or disabled until then. */
const awaited = dataset.recording(
  'dataset_awaited_timestamp_seconds:last_known',
  (self) => promql`0 * (${isDisabled} or ${newestRecord} or ${isEmpty}) + time()
    or on (dataset, layer)
    ${dataset.known(self)}
    or on (dataset, layer)
    min by (dataset, layer) (${datasetDeclared})`,
);

/** How long it has been waited for what is known of the newest record; 0 as soon as anything is. */
export const unknownFor: Recording = {
  ...named('dataset_unknown_seconds:last_known'),
  expr: promql`clamp_min(${view} - on (dataset, layer) ${awaited}, 0)`,
};

/** When anybody last could read the newest record; since when it has been tried, where nobody ever could. */
const lastRead = dataset.recording(
  'dataset_read_timestamp_seconds:last_known',
  (self) => promql`0 * (max by (dataset, layer) (${datasetNewestRecordRead}) == 1) + time()
    or on (dataset, layer)
    ${dataset.known(self)}
    or on (dataset, layer)
    0 * max by (dataset, layer) (${datasetNewestRecordRead}) + time()`,
);

/** For how long the newest record can't be read, of data sets that a process tries to read; 0 while it can. */
export const unreadFor: Recording = {
  ...named('dataset_unread_seconds:last_known'),
  expr: promql`time() - ${lastRead} and on (dataset, layer) ${datasetNewestRecordRead}`,
};

/** Data sets that no process has had for some time, and such as nobody has been able to read for as long. */
export const isUnseen = promql`(
    time() - ${dataset.seen} > ${datasetUnseen}
    or on (dataset, layer)
    ${unreadFor} > ${datasetUnseen}
  )`;

/** In the order in which they read each other. */
export const freshnessRecordings: readonly Recording[] = [
  view,
  lastKnowledge,
  newestRecord,
  empty,
  lastUpdate,
  age,
  awaited,
  unknownFor,
  lastRead,
  unreadFor,
];
