import type { Mixin } from '../engine/mixin/mixin.ts';
import { airQualityNames } from './air-quality/index.ts';
import { anomalies } from './anomalies/index.ts';
import { collectors } from './collectors/index.ts';
import { dags } from './dags/index.ts';
import { database } from './database/index.ts';
import { datasets } from './datasets/index.ts';
import { errors } from './errors/index.ts';
import { hosts } from './hosts/index.ts';
import { http } from './http/index.ts';
import { jobs } from './jobs/index.ts';
import { offload } from './offload/index.ts';
import { pipelines } from './pipelines/index.ts';
import { pricing } from './pricing/index.ts';
import { queues } from './queues/index.ts';
import { service } from './service/index.ts';
import { syncs } from './syncs/index.ts';
import { telemetry } from './telemetry/index.ts';

/** Everything that ships. A domain is added by its folder and a line here. */
export const shipped: readonly Mixin[] = [
  offload,
  jobs,
  syncs,
  pricing,
  queues,
  dags,
  pipelines,
  datasets,
  airQualityNames,
  collectors,
  telemetry,
  http,
  service,
  database,
  hosts,
  errors,
  anomalies,
];

export {
  type AirflowDag,
  type AirflowNames,
  type AirflowOptions,
  airflow,
  otelCollector,
  statsdMapping,
} from './airflow/index.ts';
export {
  airQualityNames as airQuality,
  anomalies,
  collectors,
  dags,
  database,
  datasets,
  errors,
  hosts,
  http,
  jobs,
  offload,
  pipelines,
  pricing,
  queues,
  service,
  syncs,
  telemetry,
};
