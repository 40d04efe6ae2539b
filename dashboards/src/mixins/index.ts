import type { DashboardMixin } from '../engine/mixin.ts';
import { anomaliesMixin } from './anomalies/index.ts';
import { collectorsMixin } from './collectors/index.ts';
import { dagsMixin } from './dags/index.ts';
import { datasetsMixin } from './datasets/index.ts';
import { errorsMixin } from './errors/index.ts';
import { hostsMixin } from './hosts/index.ts';
import { httpMixin } from './http/index.ts';
import { jobsMixin } from './jobs/index.ts';
import { offloadMixin } from './offload/index.ts';
import { queuesMixin } from './queues/index.ts';
import { serviceMixin } from './service/index.ts';
import { sloMixin } from './slo/index.ts';
import { syncsMixin } from './syncs/index.ts';
import { telemetryMixin } from './telemetry/index.ts';

/** What ships, in the order of its files. Nothing else in this package names a domain. */
export const dashboardMixins: readonly DashboardMixin[] = [
  offloadMixin,
  jobsMixin,
  syncsMixin,
  queuesMixin,
  dagsMixin,
  httpMixin,
  serviceMixin,
  sloMixin,
  anomaliesMixin,
  telemetryMixin,
  hostsMixin,
  errorsMixin,
  collectorsMixin,
  datasetsMixin,
];
