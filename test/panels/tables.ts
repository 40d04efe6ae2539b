import { wordsOf } from '../scenario/rules.ts';
import { Dice, textOf } from '../scenario/tables/table.ts';
import type { InputSeries } from '../scenario/world/series-history.ts';
import { minutes } from '../scenario/world/time.ts';
import { dashboards, type Item, itemsOf, valuesOf } from './pages.ts';
import type { PanelStory } from './told.ts';

/*
 * A table tells a dashboard all that it reads of what rules record, of some things at once, in every mixture of what may be, wherever that comes from: so each
 * comparison of a panel is held at its edge, and each rank beside the next one. No rule is evaluated for it.
 */

const STEP = minutes(1);
/** So long all stays what it is; then it is told anew, so that a thing is in several states, one after the other. */
const PHASE = minutes(30);
/** Somebody looks near the end of each. */
const LOOKS = [1, 2, 3].map((phase) => phase * PHASE - STEP);

/** What each label may be; a thing has one of each, and all that is alike in some of them is told apart by the others. */
const LABELS: { readonly [label: string]: readonly string[] } = {
  dataset: 'trades quotes orders fees books rates fills marks'.split(' '),
  layer: ['bronze', 'silver', 'gold', 'iron'],
  suite: ['daily', 'deep'],
  column: ['amount', 'price'],
  table: ['trades', 'quotes', 'orders', 'fees', 'books'],
  job_name:
    'invoices reports prices mails backups quotas tokens feeds carts logs sums drafts scans exports bills audits'.split(
      ' ',
    ),
  source: ['one', 'two'],
  queue: 'mails events orders prices exports images hooks scans bills audits clicks'.split(' '),
  dag_id:
    'ingest clean join score publish report archive load merge split dump rank prune scan index sweep'.split(
      ' ',
    ),
  pipeline_name:
    'daily hourly weekly monthly refunds taxes rates fills marks risks sums books loans swaps'.split(' '),
  scheduler: ['airflow', 'dagster'],
  collector: 'quality orders prices users logs fees carts scans'.split(' '),
  query: ['rows', 'scores'],
  status: ['success', 'failed', 'partial', 'timeout'],
  outcome: ['success', 'failed', 'timed_out', 'stalled'],
  error_type: ['timeout', 'refused'],
  task_id: ['read', 'write'],
  http_route: ['/prices', '/orders/:id'],
  server_address: ['api.one', 'api.two'],
  check: ['database', 'queue'],
  db_system_name: ['postgresql', 'mysql'],
  db_client_connection_pool_name: ['main', 'reports'],
  mountpoint: ['/', '/data'],
  pod: ['blue', 'green'],
  container: ['app', 'proxy'],
  job: 'one two three four five six seven eight'.split(' '),
  instance: ['a', 'b'],
};

/** What panels read of processes themselves, and what it is of: each of them has it. */
const RAW: { readonly [name: string]: readonly string[] } = {
  sql_collector_interval_seconds: ['collector', 'query'],
  sql_collector_declared_timestamp_seconds: ['collector'],
  dag_declared_timestamp_seconds: ['dag_id'],
  dag_interval_seconds: ['dag_id'],
  job_declared_timestamp_seconds: ['job_name'],
  job_interval_seconds: ['job_name'],
  job_enabled: ['job_name'],
  job_running: ['job_name'],
  queue_declared_timestamp_seconds: ['queue'],
  queue_in_flight: ['queue'],
  pipeline_declared_timestamp_seconds: ['pipeline_name'],
  pipeline_active_consumers: ['pipeline_name'],
  pipeline_duration_objective_seconds: ['pipeline_name'],
  dataset_declared_timestamp_seconds: ['dataset', 'layer'],
  dataset_update_interval_seconds: ['dataset', 'layer'],
  offload_interval_seconds: ['layer'],
  offload_lag_objective_seconds: ['layer', 'table'],
  offload_tables_configured: ['layer'],
  offload_lifecycle_state: ['layer'],
};

const NAMES = Object.keys(LABELS);

/** The labels that the level of a recorded series names; undefined where there is another one. */
function labelsOf(level: string): string[] | undefined {
  if (level === '') return [];
  const label = NAMES.filter((each) => level === each || level.startsWith(`${each}_`)).sort(
    (a, b) => b.length - a.length,
  )[0];
  const rest = label === undefined ? undefined : labelsOf(level.slice(label.length + 1));
  return rest && [label!, ...rest];
}

const LEVEL = /^([a-z_]+):[a-z]\w*:\w+$/;

/** Labels of each series by its name: of what a table can tell. */
function toldLabels(name: string): string[] | undefined {
  if (RAW[name] !== undefined) return [...RAW[name], 'instance'];
  const level = LEVEL.exec(name)?.[1];
  return level === undefined ? undefined : labelsOf(level);
}

/** What a series may be, near the edges of what it is compared with, by what it measures. */
function choicesOf(name: string, now: number): readonly (number | undefined)[] {
  if (/_(enabled|judged|success):/.test(name)) return [0, 1, 1, 1, 1];
  if (/_(empty|errored):/.test(name)) return [undefined, 0, 0, 0, 0, 1];
  if (/_(interval|declared_timestamp)_seconds$|_running$|_in_flight$|_consumers$|_configured$/.test(name))
    return [undefined, 1, 2, 5];
  if (/_(exporter|consumer):info$/.test(name)) return [undefined, 1, 1];
  if (/_timestamp_seconds:/.test(name))
    return [undefined, ...[0, 4, 10, 20].map((ago) => now - minutes(ago))];
  if (/_(unread|unknown|overdue|standstill|overrun|lateness)_seconds|_unconsumed_seconds/.test(name))
    return [undefined, undefined, 0, 0, 0, 60, 600];
  if (/objective_ratio|warning_ratio/.test(name)) return [undefined, 0.5, 0.9, 0.95];
  if (/_ratio|:ratio/.test(name)) return [undefined, 0, 0.45, 0.5, 0.81, 0.9, 0.95, 1, 1];
  if (/(objective|limit|interval|warning|sla|window|timeout)_seconds/.test(name))
    return [undefined, 300, 300, 600];
  if (/_seconds/.test(name)) return [undefined, 60, 240, 300, 450, 600, 900];
  if (/consecutive_failures|services|differences|out_of_range|warned/.test(name))
    return [undefined, 0, 0, 0, 1, 2, 3];
  return [undefined, 0, 1, 5, 10, 11];
}

/** Everything of these labels that there can be. */
const subjectsOf = (labels: readonly string[]): { readonly [label: string]: string }[] =>
  labels.reduce<{ readonly [label: string]: string }[]>(
    (all, label) => all.flatMap((each) => LABELS[label]!.map((value) => ({ ...each, [label]: value }))),
    [{}],
  );

/** What is a metric in a query. */
const namesIn = ({ queries }: Item): string[] =>
  queries.flatMap(({ expr }) =>
    [...wordsOf(expr)].filter(
      (word) => word.includes(':') || /_(seconds|total|bucket|count|state)$/.test(word) || word in RAW,
    ),
  );

/** Whether a table tells all that an item reads. */
const isTold = (item: Item): boolean => {
  const names = namesIn(item);
  return names.length > 0 && names.every((name) => toldLabels(name) !== undefined);
};

/** How likely it is that something of a thing is as it should be: where much is wrong at once, the worst hides the rest. */
const QUIET = [0.3, 0.7, 0.85, 0.95];

/** What is nearly always there, whatever else is wrong. */
const DECLARED = /objective|limit|interval|enabled|sla_seconds|window|warning|seen|timeout/;

function seriesOf(uid: string, seed: number): InputSeries[] {
  const dashboard = dashboards.get(uid)!;
  const names = new Set(
    itemsOf(dashboard, valuesOf(dashboard))
      .filter(isTold)
      .flatMap(namesIn)
      // What was long ago is not told.
      .filter((name) => !name.endsWith('_hourly')),
  );
  const dice = new Dice(seed);
  const quiet = new Map<string, number>();
  const subjects = [...names].sort().flatMap((name) => {
    const labels = toldLabels(name)!;
    const all = subjectsOf(labels);
    // Of who tells of a thing, one is recorded.
    const jobs = LABELS.job!.length;
    const some = /_(exporter|consumer):info$/.test(name)
      ? all.filter((_, i) => i % jobs === Math.floor(i / jobs) % 2)
      : all;
    return some.map((subject) => ({ name, subject, thing: subject[labels[0]!]! }));
  });
  return subjects.flatMap(({ name, subject, thing }) => {
    const parts = LOOKS.map((now) => {
      const key = `${thing} ${subject.layer} ${subject.instance} ${now}`;
      const calm = quiet.get(key) ?? dice.one(...QUIET);
      quiet.set(key, calm);
      const choices = choicesOf(name, now);
      if (!dice.maybe(calm)) return dice.one(...choices);
      return DECLARED.test(name) ? (choices[1] ?? choices[0]) : choices[0];
    });
    if (parts.every((part) => part === undefined)) return [];
    const values = parts
      .map((part) => (part === undefined ? `_x${PHASE / STEP}` : `${part}x${PHASE / STEP - 1}`))
      .join(' ');
    return [{ series: `${name}${textOf(subject)}`, values }];
  });
}

const table = (name: string, uid: string, seed: number): PanelStory => ({
  name: `${name}-table`,
  dashboards: [uid],
  pace: { scrape: STEP, evaluation: STEP },
  start: 0,
  script: async () => {},
  table: { looks: LOOKS, series: () => seriesOf(uid, seed), isTold },
});

export const tables: readonly PanelStory[] = [
  table('dataset', 'sightglass-datasets', 21),
  table('overview', 'sightglass-pipeline-overview', 22),
  table('dag', 'sightglass-pipelines', 23),
  table('job', 'sightglass-scheduler', 24),
  table('layer', 'sightglass-offload', 25),
  table('queue', 'sightglass-queues', 26),
  table('collector', 'sightglass-collectors', 27),
  table('service', 'sightglass-infrastructure', 28),
  table('host', 'sightglass-hosts', 29),
];
