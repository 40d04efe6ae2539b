import type { Mixin } from '../engine/mixin/mixin.ts';
import { collectors } from './collectors/index.ts';
import { dags } from './dags/index.ts';
import { database } from './database/index.ts';
import { datasets } from './datasets/index.ts';
import { http } from './http/index.ts';
import { jobs } from './jobs/index.ts';
import { offload } from './offload/index.ts';
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
  telemetry,
  http,
  service,
  database,
  datasets,
  dags,
  collectors,
];

export {
  collectors,
  dags,
  database,
  datasets,
  http,
  jobs,
  offload,
  pricing,
  queues,
  service,
  syncs,
  telemetry,
};
