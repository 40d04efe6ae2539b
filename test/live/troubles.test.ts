import { rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { counter, gauge } from '@sightglass/core';
import { startEndpoint } from '@sightglass/core/endpoint';
import {
  declareDataset,
  declareOffload,
  declarePipeline,
  pipelineRun,
  recordCycleComplete,
  recordOffloadSuccess,
  recordRecords,
  sqlCollector,
} from '@sightglass/pipeline';
import { renderRules } from '@sightglass/rules';
import { collectors, datasets, jobs, offload, pipelines, telemetry } from '@sightglass/rules/mixins';
import { declareJob, instrumentJob } from '@sightglass/scheduler';
import {
  type ExampleProcess,
  type Labels,
  type Prometheus,
  startAlertmanager,
  startExampleProcess,
  startPrometheus,
  startWebhookSink,
  type WebhookSink,
  waitUntil,
} from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { stringify } from 'yaml';
import { startTogether, writeRules } from './servers.ts';
import { LAYER, SHARED, SOLE } from './troubled-names.ts';

/*
 * Alerts that no example has a fault for: services that have all the troubles at once, each by itself, told of by a real Prometheus through a real Alertmanager, and
 * their ends. This process is one of the services.
 */

/** One minute of the rules is one second here. */
const SCALE = 60;

type Service = ExampleProcess<never, object>;
const startService = (role: string): Promise<Service> =>
  startExampleProcess({
    name: `the service ${role}`,
    main: fileURLToPath(new URL('troubled-service.ts', import.meta.url)),
    settings: { role },
  });

interface Servers {
  readonly prometheus: Prometheus;
  readonly sink: WebhookSink;
  readonly twin: Service;
  readonly mortal: Service;
  readonly skewed: Service;
  /** Whether the second receiver takes what it is sent. */
  readonly deaf: { isDeaf: boolean };
  /** Whether the configuration of Prometheus has the service `mortal`. */
  scrapesMortal(does: boolean): Promise<void>;
  /** Groups of rules beside those that ship. */
  groups(groups: readonly object[]): Promise<void>;
  stop(): Promise<void>;
}
let servers: Servers;

beforeAll(async () => {
  servers = await startTogether(async ({ folder, keep }) => {
    const sink = keep(await startWebhookSink());
    const deaf = { isDeaf: false };
    const receiver = createServer((request, response) => {
      request.resume();
      response.writeHead(deaf.isDeaf ? 400 : 200).end();
    }).listen(0, '127.0.0.1');
    keep({ stop: async () => void receiver.close() });
    await new Promise((resolve) => receiver.once('listening', resolve));
    const { port } = receiver.address() as AddressInfo;
    const alertmanager = keep(
      await startAlertmanager({
        config: {
          // Each alert is told of by itself, and none is held back.
          route: {
            receiver: 'all',
            group_by: ['...'],
            group_wait: '0s',
            group_interval: '1s',
            routes: [
              { receiver: 'deaf', matchers: ['alertname="Watchdog"'], repeat_interval: '1s', continue: true },
            ],
          },
          receivers: [
            { name: 'all', webhook_configs: [{ url: sink.url }] },
            { name: 'deaf', webhook_configs: [{ url: `http://127.0.0.1:${port}` }] },
          ],
        },
      }),
    );
    const endpoint = await startEndpoint({ port: 0, host: '127.0.0.1' });
    keep({ stop: () => endpoint.close() });
    const [twin, mortal, skewed] = await Promise.all(
      ['twin', 'mortal', 'skewed'].map((role) => startService(role).then(keep)),
    );
    const ruleFiles = await writeRules(
      folder,
      renderRules({ scale: SCALE, mixins: [collectors, datasets, jobs, offload, pipelines, telemetry] }),
    );
    const extra = join(folder, 'extra.yml');
    const writeGroups = (groups: readonly object[]) => writeFile(extra, stringify({ groups }));
    await writeGroups([]);
    const targets = join(folder, 'mortal.json');
    const writeTargets = async (does: boolean) => {
      const listed = does ? [{ targets: [mortal!.metricsTarget] }] : [];
      await writeFile(`${targets}.new`, JSON.stringify(listed));
      await rename(`${targets}.new`, targets);
    };
    await writeTargets(true);
    const prometheus = keep(
      await startPrometheus({
        ruleFiles: [...ruleFiles, extra],
        scrape: [
          { job: 'shop', targets: [new URL(endpoint.url!).host] },
          { job: 'twin', targets: [twin!.metricsTarget] },
          { job: 'skewed', targets: [skewed!.metricsTarget] },
          { job: 'mortal', targets: [], targetsFile: targets },
          { job: 'alertmanager', targets: [new URL(alertmanager.url).host] },
        ],
        scrapeItself: true,
        alertmanagers: [alertmanager.url],
        // A scrape may take as long as its interval. One that a busy machine misses begins the wait of each alert anew, and half a minute is the longest.
        scrapeIntervalSeconds: 2,
        evaluationIntervalSeconds: 60 / SCALE,
      }),
    );
    return {
      prometheus,
      sink,
      twin: twin!,
      mortal: mortal!,
      skewed: skewed!,
      deaf,
      scrapesMortal: writeTargets,
      groups: async (groups: readonly object[]) => {
        await writeGroups(groups);
        await prometheus.reload();
      },
    };
  });
});

/** What is wrong, and how it is mended. */
interface Trouble {
  readonly alert: string;
  /** Labels that its alert has. */
  readonly of: Labels;
  /** Begins it, and gives what ends it. */
  begin(): Promise<() => unknown> | (() => unknown);
}

/** Does something again and again, as work on a timer does. */
function always(step: () => unknown): () => void {
  const timer = setInterval(step, 250);
  void step();
  return () => clearInterval(timer);
}

const failing = () => {
  throw new Error('it fails');
};
const quietly = (work: () => Promise<unknown>) => () => void work().catch(() => {});
const layer = (name: string, options: object = {}) =>
  declareOffload({ layer: name, tables: ['trades'], intervalSeconds: 2, ...options });
const copied = (name: string, more: object = {}) =>
  recordOffloadSuccess({
    table: 'trades',
    layer: name,
    rows: 100_000,
    durationSeconds: 1,
    watermark: new Date(),
    ...more,
  });
const cycled = (name: string, durationSeconds: number, failed = 0) =>
  recordCycleComplete({ layer: name, durationSeconds, successful: 1 - failed, failed, rows: 100_000 });

/** Work that goes on until all has ended. */
const stops: (() => void)[] = [];

const troubles: readonly Trouble[] = [
  {
    alert: 'IcebergOffloadDisabled',
    of: { layer: 'disabled' },
    begin: () => {
      const offload = layer('disabled');
      offload.disable();
      return () => offload.enable();
    },
  },
  {
    alert: 'IcebergOffloadSuccessRateLow',
    of: { layer: 'failing' },
    begin: () => {
      layer('failing');
      const stop = always(() => cycled('failing', 0.1, 1));
      return () => {
        stop();
        stops.push(always(() => cycled('failing', 0.1)));
      };
    },
  },
  {
    alert: 'IcebergOffloadLagElevated',
    of: { layer: 'late', table: 'trades' },
    begin: () => {
      layer('late', { lagObjectiveSeconds: 60 });
      const stop = always(() => copied('late', { watermark: new Date(Date.now() - 50_000) }));
      return () => {
        stop();
        stops.push(always(() => copied('late')));
      };
    },
  },
  {
    alert: 'IcebergOffloadThroughputLow',
    of: { layer: 'thin' },
    begin: () => {
      layer('thin', { throughputObjectiveRowsPerSecond: 1_000 });
      const stop = always(() => copied('thin', { rows: 1_000, durationSeconds: 10 }));
      return () => {
        stop();
        stops.push(always(() => copied('thin', { rows: 1_000_000, durationSeconds: 10 })));
      };
    },
  },
  {
    alert: 'IcebergOffloadCycleSlow',
    of: { layer: 'slow' },
    begin: () => {
      layer('slow', { cycleDurationObjectiveSeconds: 10 });
      const stop = always(() => cycled('slow', 8));
      return () => {
        stop();
        stops.push(always(() => cycled('slow', 1)));
      };
    },
  },
  {
    alert: 'JobMissedRun',
    of: { job_name: 'forgotten' },
    begin: async () => {
      const job = declareJob({ name: 'forgotten', intervalSeconds: 2 });
      const run = instrumentJob(job, () => {});
      await run({ trigger: 'manual' });
      return () => stops.push(always(run));
    },
  },
  {
    alert: 'JobNeverSucceeded',
    of: { job_name: 'new' },
    begin: () => {
      let work: () => void = failing;
      const job = declareJob({ name: 'new', intervalSeconds: 2 });
      const run = instrumentJob(job, () => work());
      stops.push(always(quietly(async () => run())));
      return () => {
        work = () => {};
      };
    },
  },
  {
    alert: 'JobLate',
    of: { job_name: 'late' },
    begin: () => {
      let lateMs = 2_000;
      const run = instrumentJob(declareJob({ name: 'late', intervalSeconds: 5 }), () => {});
      stops.push(always(() => run({ trigger: 'scheduled', scheduledFor: new Date(Date.now() - lateMs) })));
      return () => {
        lateMs = 0;
      };
    },
  },
  {
    alert: 'PipelineStuck',
    of: { pipeline_name: 'stuck' },
    begin: () => {
      const pipeline = declarePipeline({ name: 'stuck', durationObjectiveSeconds: 1 });
      let end = () => {};
      void pipelineRun(pipeline, () => new Promise<void>((resolve) => (end = resolve)));
      return () => end();
    },
  },
  {
    alert: 'PipelineNoConsumer',
    of: { pipeline_name: 'unconsumed' },
    begin: () => {
      let consumers = 0;
      declarePipeline({ name: 'unconsumed', activeConsumers: () => consumers });
      return () => {
        consumers = 1;
      };
    },
  },
  ...['PipelineFailed', 'PipelineStale'].map((alert) => ({
    alert,
    of: { pipeline_name: alert },
    begin: () => {
      let work: () => void = failing;
      const pipeline = declarePipeline({ name: alert, freshnessObjectiveSeconds: 3 });
      stops.push(always(quietly(() => pipelineRun(pipeline, () => work()))));
      return () => {
        work = () => {};
      };
    },
  })),
  {
    alert: 'PipelineSlow',
    of: { pipeline_name: 'slow' },
    begin: async () => {
      const pipeline = declarePipeline({ name: 'slow', durationObjectiveSeconds: 0.05 });
      const run = (ms: number) =>
        pipelineRun(pipeline, () => new Promise<void>((resolve) => void setTimeout(resolve, ms)));
      await run(100);
      return () => run(0);
    },
  },
  {
    alert: 'PipelineRecordsFailed',
    of: { layer: 'gold' },
    begin: () => {
      let status: 'failed' | 'success' = 'failed';
      stops.push(
        always(() => recordRecords({ layer: 'gold', count: status === 'failed' ? 1 : 10_000, status })),
      );
      return () => {
        status = 'success';
      };
    },
  },
  {
    alert: 'PipelineDisabled',
    of: { pipeline_name: 'disabled' },
    begin: () => {
      const pipeline = declarePipeline({ name: 'disabled' });
      pipeline.disable();
      return () => pipeline.enable();
    },
  },
  {
    alert: 'SightglassCollectorFailing',
    of: { job: 'shop', collector: 'trouble_reads' },
    begin: () => {
      let read: () => number = failing;
      gauge('trouble_reads', { help: 'A reading.', merge: 'max' }).observe(() => read());
      return () => {
        read = () => 1;
      };
    },
  },
  {
    alert: 'SightglassCardinalityOverflow',
    of: { job: 'shop', metric: 'trouble_users_total' },
    begin: () => {
      const users = counter('trouble_users_total', { help: 'Users.', labels: ['user'], maxSeries: 2 });
      let count = 0;
      return always(() => users.add(1, { user: String(count++) }));
    },
  },
  {
    alert: 'SightglassMeasurementsDropped',
    of: { job: 'shop', metric: 'trouble_numbers' },
    begin: () => {
      const numbers = gauge('trouble_numbers', { help: 'Numbers.', merge: 'max' });
      return always(() => numbers.set(Number.NaN));
    },
  },
  {
    alert: 'SightglassClockSkewed',
    of: { job: 'skewed' },
    begin: () => () => servers.skewed.control.repair(),
  },
  {
    alert: 'SightglassNotificationsLost',
    of: { integration: 'webhook' },
    begin: () => {
      servers.deaf.isDeaf = true;
      return () => {
        servers.deaf.isDeaf = false;
      };
    },
  },
];

/** Rules beside those that ship: some that can't be evaluated, some that take longer than their interval. */
const BROKEN = {
  name: 'sightglass-broken',
  interval: '1s',
  rules: [{ record: 'broken', expr: 'up * on () group_right () up' }],
};
const LATE = {
  name: 'sightglass-late',
  interval: '5ms',
  rules: [{ record: 'late', expr: 'count(max_over_time(up[1m:5ms]))' }],
};
/** Has by its names what the service `twin` has too. */
function share(): void {
  stops.push(always(instrumentJob(declareJob({ name: SHARED, intervalSeconds: 2 }), () => {})));
  declarePipeline({ name: SHARED });
  declareDataset({ name: SHARED, layer: 'gold', newest: () => new Date() });
  declareOffload({ layer: LAYER, tables: [SHARED], intervalSeconds: 2 });
  const collector = sqlCollector({
    name: SHARED,
    pool: { query: async () => [{ value: 1 }] },
    intervalSeconds: 1,
    queries: { one: { sql: 'select 1 as value', reads: () => {} } },
  });
  stops.push(() => void collector.stop());
}

/** Troubles that begin together, and are mended together when all of them are told of. */
interface Troubles {
  readonly alerts: { readonly [alert: string]: Labels };
  begin(): Promise<unknown>;
  mend(): Promise<unknown>;
}

const together: readonly Troubles[] = [
  {
    alerts: { SightglassRulesFailing: {}, SightglassRulesLate: {} },
    begin: () => servers.groups([BROKEN, LATE]),
    mend: () => servers.groups([]),
  },
  // What a service has by the same name as another.
  {
    alerts: {
      JobNameShared: { job_name: SHARED },
      PipelineNameShared: { pipeline_name: SHARED },
      DatasetShared: { dataset: SHARED },
      CollectorNameShared: { collector: SHARED },
      IcebergOffloadTableShared: { layer: LAYER, table: SHARED },
    },
    begin: async () => share(),
    mend: () => servers.twin.kill(),
  },
  // What is gone with a process that never comes back, and that nobody scrapes any more.
  {
    alerts: {
      PipelineGone: { pipeline_name: SOLE },
      IcebergOffloadTableGone: { layer: LAYER, table: SOLE },
      SightglassTargetAbsent: { job: 'mortal' },
    },
    begin: async () => {
      const known = [
        `pipeline_name:pipeline_seen_timestamp_seconds:last_known{pipeline_name="${SOLE}"}`,
        `layer_table:offload_table_seen_timestamp_seconds:last_known{table="${SOLE}"}`,
        'job:sightglass_targets_seen_timestamp_seconds:last_known{job="mortal"}',
      ].join(' and on () ');
      await waitUntil(async () => (await servers.prometheus.query(known)).length > 0, {
        what: 'the service mortal to be known',
        pollMs: 250,
      });
      await servers.mortal.kill();
      await servers.scrapesMortal(false);
    },
    mend: async () => {
      await servers.mortal.restart();
      await servers.scrapesMortal(true);
    },
  },
];

/** What is told of one thing, past or future. */
const told = (status: 'firing' | 'resolved', alert: string, of: Labels) =>
  servers.sink.waitFor(
    ({ alerts }) =>
      alerts.some(
        (each) =>
          each.status === status &&
          each.labels.alertname === alert &&
          Object.entries(of).every(([name, value]) => each.labels[name] === value),
      ),
    { what: `${alert} ${status} of ${JSON.stringify(of)}` },
  );

/** What becomes of each, begun at once and side by side. */
const fires = new Map<string, Promise<unknown>>();
const ends = new Map<string, Promise<unknown>>();
beforeAll(() => {
  for (const { alert, of, begin } of troubles) {
    const mending = (async () => begin())();
    fires.set(
      alert,
      mending.then(() => told('firing', alert, of)),
    );
    ends.set(
      alert,
      fires.get(alert)!.then(async () => {
        await (await mending)();
        await told('resolved', alert, of);
      }),
    );
  }
  for (const { alerts, begin, mend } of together) {
    const begun = begin();
    const all = Object.entries(alerts).map(([alert, of]) => begun.then(() => told('firing', alert, of)));
    const mended = Promise.all(all).then(mend);
    for (const [at, [alert, of]] of Object.entries(alerts).entries()) {
      fires.set(alert, all[at]!);
      ends.set(
        alert,
        mended.then(() => told('resolved', alert, of)),
      );
    }
  }
  // Each test says what became of its own.
  for (const promise of [...fires.values(), ...ends.values()]) promise.catch(() => {});
});

const ALL = [...troubles.map(({ alert }) => alert), ...together.flatMap(({ alerts }) => Object.keys(alerts))];

describe.each(ALL)('%s', (alert) => {
  test('is told of', () => fires.get(alert));
  test('and its end, when it is mended', () => ends.get(alert));
});

afterAll(async () => {
  for (const stop of stops) stop();
  await servers?.stop();
});
