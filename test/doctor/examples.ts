import { fileURLToPath } from 'node:url';
import { alertSubjects, type Diagnosis, diagnose, panelSubjects, seriesNames } from '@sightglass/rules';
import { shipped } from '@sightglass/rules/mixins';

const DASHBOARDS = fileURLToPath(new URL('../../dashboards/grafana', import.meta.url));

/** What every example has: the library's own health, its process and its targets. */
const ALWAYS =
  /^(Sightglass|Watchdog|Service(MemoryNearLimit|MemoryHigh|CrashLooping|EventLoopBlocked|FilesNearLimit|NotReady|HealthCheckFailing)|Host\w*Target|SloRetention)/;
/** What such a one waits for until it happens. */
const WAITS_FOR =
  /^(SightglassCardinalityOverflow|SightglassMeasurementsDropped|SightglassProcessesMissing)$/;
/** The dashboards on which every example has something. */
const PANELS_ALWAYS =
  /^(Sightglass telemetry|Error Tracking|System Health|Database & Infrastructure|SLO Tracking|SLA Monitoring): /;

/** What is right to say of the page of one example. */
export interface ExampleVerdicts {
  /** Its alerts, besides those of every service. All others are not for it. */
  readonly alerts: RegExp;
  /** Of these, what is not there yet, or never in this example: what `doctor` must say of each that waits. */
  readonly waits?: { readonly [alert: string]: RegExp };
  /** The dashboards whose panels are its own; of other dashboards than these, and those of every service, none works. */
  readonly dashboards: RegExp;
  /** Panels on them that are of something that it does not do. */
  readonly without?: readonly string[];
}

/** What `doctor` says of the page of an example that is not right, a line for each. */
export function falseVerdicts(page: string, right: ExampleVerdicts): readonly string[] {
  const names = seriesNames(page);
  const { alerts, waits = {}, dashboards, without = [] } = right;
  const wrong: string[] = [];
  const hold = (isRight: boolean, { subject, state, reasons }: Diagnosis, why: string) => {
    if (!isRight) wrong.push(`${subject.name}: ${state}, ${why} (${reasons.join('; ')})`);
  };
  for (const verdict of diagnose(shipped, alertSubjects(shipped), names)) {
    const { subject, state, reasons } = verdict;
    const isOwn = alerts.test(subject.name) || ALWAYS.test(subject.name);
    hold(isOwn === (state !== 'unused'), verdict, isOwn ? 'which is its own' : 'which is not for it');
    hold(state !== 'blind', verdict, 'though every call is there');
    if (state !== 'waits' || WAITS_FOR.test(subject.name)) continue;
    hold(waits[subject.name]?.test(reasons.join()) === true, verdict, 'though all of it is there');
  }
  for (const verdict of diagnose(shipped, panelSubjects(shipped, DASHBOARDS), names)) {
    const { subject, state } = verdict;
    if (subject.name.endsWith(': Firing alerts')) hold(state === 'works', verdict, 'which Prometheus knows');
    else if (dashboards.test(subject.name))
      hold((state === 'unused') === without.includes(subject.name), verdict, 'on a dashboard of its own');
    else if (!PANELS_ALWAYS.test(subject.name)) hold(state === 'unused', verdict, 'which is not for it');
    hold(state !== 'blind', verdict, 'though every call is there');
  }
  return wrong;
}

const CHECKS = /health_check_status appears when a health check is declared/;
const RUNNING = /appears while an? (execution|work) is under way|appears while work is under way/;
const PIPELINES_OF_A_DAG = {
  PipelineStuck: RUNNING,
  PipelineStale: /pipeline_freshness_objective_seconds appears when freshnessObjectiveSeconds is declared/,
};

const on = (dashboard: string, ...panels: readonly string[]) =>
  panels.map((panel) => `${dashboard}: ${panel}`);
/** Nobody declares a statistic. */
const RUNS = on('Anomalies', 'Unusual runs', 'Runs', 'Since when');

/** What is right for each of the five examples, as their live tests run them. */
export const exampleVerdicts = {
  offload: { alerts: /^IcebergOffload/, dashboards: /^Iceberg offload: / },
  'pricing-sync': {
    alerts:
      /^((Slo)?(Job|Sync|Source|Admin)|Slo(ErrorBudget|Source|Admin)|Http|Database|ServiceDown|AnomalyRequests)/,
    waits: {
      SyncWriteErrors: /after the first write that fails/,
      SyncSourceFailing: /after the first error of a source/,
      SyncSourceTimeouts: /after the first timeout of a source/,
    },
    dashboards: /^(Scheduler Health|System Impact|API Health|Anomalies): /,
    without: ['API Health: Events Received', 'Anomalies: Items Enqueued', ...RUNS],
  },
  'analytics-server': {
    alerts: /^((Slo)?Job|SloErrorBudget|SloAdmin|Queue|Http|Database|ServiceDown|Anomaly(Requests|Intake))/,
    waits: {
      QueueItemsTooOld: /appears while an item is ready/,
      QueueWorkStuck: RUNNING,
      HttpDependencyFailing: /appears after the first request/,
      JobStale: /after the first success/,
    },
    dashboards: /^(Worker & Queue|API Health|Scheduler Health|System Impact|Anomalies): /,
    without: [
      ...RUNS,
      ...on(
        'Scheduler Health',
        'Models Updated Per Sync',
        'Last Sync Timestamp Per Provider',
        'Providers Configured',
      ),
      ...on('System Impact', 'Provider API Response Times'),
    ],
  },
  'air-quality': {
    alerts: /^(Dag(?!SchedulerDown)|Pipeline|Dataset|Collector|Database)/,
    waits: {
      ...PIPELINES_OF_A_DAG,
      DatasetUnreadable: /when newest is declared, or trackFreshness\(\) is given a reader/,
    },
    dashboards: /^(Data Quality Monitoring|Pipeline Overview|Pipeline Status|SQL Collectors|System Impact): /,
    without: [
      'Pipeline Status: Scheduler Heartbeat',
      // No statistic is declared there.
      ...on('Data Quality Monitoring', 'Unusual Runs', 'Unusual since when'),
      // Of the database it tells, of requests and of a job it has none.
      ...on(
        'System Impact',
        'Current Resource Usage',
        'Memory (MB)',
        'Requests/sec',
        'HTTP Routes',
        'CPU Usage',
        'Memory Usage',
      ),
      ...on(
        'System Impact',
        'API Response Time',
        'HTTP Requests Per Second',
        'Sync Impact on CPU',
        'Provider API Response Times',
      ),
    ],
  },
  'dag-sla': {
    alerts: /^(Dag|Pipeline)/,
    waits: {
      ...PIPELINES_OF_A_DAG,
      PipelineNoConsumer: /pipeline_active_consumers appears when activeConsumers is declared/,
      ServiceNotReady: CHECKS,
      ServiceHealthCheckFailing: CHECKS,
    },
    dashboards: /^Pipeline (Status|Overview): /,
    without: [
      ...on('Pipeline Overview', 'Stale or empty', 'Wrong', 'Incomplete', 'Not checked'),
      ...on('Pipeline Overview', 'Data sets', 'Since when', 'Data Quality Score', 'Pipeline Lag'),
    ],
  },
} satisfies { readonly [example: string]: ExampleVerdicts };
