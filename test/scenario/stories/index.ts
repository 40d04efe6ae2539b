import type { AlertLabelsTold } from '../../mutation/rules/labels.ts';
import type { AlertStories, Story } from '../story.ts';
import { aliases } from './aliases.ts';
import { anomalyStories } from './anomalies/index.ts';
import { collectorStories } from './collectors/index.ts';
import { consecutiveFailures } from './consecutive-failures.ts';
import { cycleSlow } from './cycle-slow.ts';
import { cycleTooSlow } from './cycle-too-slow.ts';
import { dagRecordingStories, dagStories } from './dags/index.ts';
import { databaseStories } from './database.ts';
import { datasetRecordingStories, datasetStories } from './datasets/index.ts';
import { hostStories } from './hosts/index.ts';
import { httpStories } from './http/index.ts';
import { intervals } from './intervals.ts';
import { jobRecordingStories, jobStories } from './jobs/index.ts';
import { lagCritical } from './lag-critical.ts';
import { lagElevated } from './lag-elevated.ts';
import { lastKnown } from './last-known.ts';
import * as monitoring from './monitoring.ts';
import { pipelineRecordingStories, pipelineStories } from './pipelines/index.ts';
import { queueRecordingStories, queueStories } from './queues/index.ts';
import { schedulerDown } from './scheduler-down.ts';
import { serviceStories } from './service/index.ts';
import { successRateLow } from './success-rate-low.ts';
import { pricingAliases, syncStories, syncsKnown } from './syncs/index.ts';
import { layerDisabled, tableGone, tableShared } from './tables-and-layers.ts';
import * as telemetry from './telemetry.ts';
import { throughputLow } from './throughput-low.ts';
import { watermarkStale } from './watermark-stale.ts';
import { windows } from './windows.ts';

/** The stories of every alert. */
export const alertStoryList: readonly AlertStories[] = [
  consecutiveFailures,
  lagCritical,
  cycleTooSlow,
  watermarkStale,
  schedulerDown,
  successRateLow,
  lagElevated,
  throughputLow,
  cycleSlow,
  tableGone,
  tableShared,
  layerDisabled,
  ...jobStories,
  ...syncStories,
  ...queueStories,
  ...dagStories,
  ...pipelineStories,
  ...httpStories,
  ...serviceStories,
  ...databaseStories,
  ...hostStories,
  ...anomalyStories,
  ...collectorStories,
  ...datasetStories,
  ...Object.values(telemetry),
  ...Object.values(monitoring),
];

/** The stories of recorded series: what dashboards and old queries read, and what alerts compare. */
export const recordingStories: readonly Story[] = [
  ...windows,
  ...lastKnown,
  ...aliases,
  ...jobRecordingStories,
  ...syncsKnown,
  ...pricingAliases,
  ...queueRecordingStories,
  ...datasetRecordingStories,
  ...dagRecordingStories,
  ...pipelineRecordingStories,
  ...intervals,
];

/** All of them. */
export const stories: readonly Story[] = [
  ...alertStoryList.flatMap((alert) => alert.stories),
  ...recordingStories,
];

/** What each alert is of, by how its name begins. */
const COMPONENTS = {
  IcebergOffload: 'offload',
  Job: 'job',
  Sync: 'sync',
  Queue: 'queue',
  Dag: 'dag',
  Pipeline: 'pipeline',
  Anomaly: 'anomaly',
  Database: 'database',
  Collector: 'collector',
  Dataset: 'dataset',
  Http: 'http',
  Service: 'service',
  Host: 'host',
  Sightglass: 'telemetry',
  Watchdog: 'telemetry',
};

/** The labels of the rules of an alert: one that pages has a second rule, as a warning, for what must wake nobody; monitoring and services belong to nobody. */
export function labelsToldOf({ alert, severity }: AlertStories): readonly AlertLabelsTold[] {
  const [, component] = Object.entries(COMPONENTS).find(([start]) => alert.startsWith(start))!;
  const isOwned =
    ![
      COMPONENTS.Sightglass,
      COMPONENTS.Database,
      COMPONENTS.Http,
      COMPONENTS.Service,
      COMPONENTS.Host,
    ].includes(component) &&
    // The loop that starts DAGs belongs to none of them.
    alert !== 'DagSchedulerDown';
  return [
    { severity, component },
    ...(severity === 'critical' && isOwned ? [{ severity: 'warning', component }] : []),
  ];
}
