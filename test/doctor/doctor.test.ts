import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startEndpoint } from '@sightglass/core/endpoint';
import { observeProcess } from '@sightglass/core/service';
import { declareDag } from '@sightglass/pipeline';
import { alertSubjects, type Diagnosis, diagnose, panelSubjects, seriesNames } from '@sightglass/rules';
import { shipped } from '@sightglass/rules/mixins';
import { type Exporter, startExporter } from '@sightglass/test-tools';
import { declareQueue } from '@sightglass/worker';
import client from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/*
 * What `doctor` says of pages that are not whole: an application with half of the calls, one that has another library, and an exporter. Those of the five examples are looked at where these run, in their live tests, by what `examples.ts` says.
 */

const DASHBOARDS = fileURLToPath(new URL('../../dashboards/grafana', import.meta.url));

const pageOf = async (url: string): Promise<string> => (await fetch(url)).text();

const stateOf = (all: readonly Diagnosis[], name: string | RegExp) =>
  Object.fromEntries(
    all
      .filter(({ subject }) => (typeof name === 'string' ? subject.name === name : name.test(subject.name)))
      .map(({ subject, state }) => [subject.name, state]),
  );

const alertsOn = (page: string) => diagnose(shipped, alertSubjects(shipped), seriesNames(page));
const panelsOn = (page: string) => diagnose(shipped, panelSubjects(shipped, DASHBOARDS), seriesNames(page));

describe('an application with only half of the calls', () => {
  let page: string;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    // It declares a queue and a DAG, observes its process, and neither says how deep the queue is nor answers requests by the library.
    const process = observeProcess();
    declareQueue({ name: 'events' });
    declareDag({ id: 'sales', intervalSeconds: 3_600, tasks: { extract: {} } });
    const endpoint = await startEndpoint({ port: 0 });
    page = await pageOf(`${endpoint.url}/metrics`);
    stop = async () => {
      process();
      await endpoint.close();
    };
  });
  afterAll(() => stop());

  test('is told which alerts wait for a call, and with which', () => {
    const alerts = alertsOn(page);
    expect(stateOf(alerts, 'QueueNoConsumer')).toEqual({ QueueNoConsumer: 'works' });
    // What it does not say of its queue.
    const near = alerts.find(({ subject }) => subject.name === 'QueueNearCapacity')!;
    expect(near.state).toBe('waits');
    expect(near.reasons.join()).toMatch(/queue_capacity appears when capacity is declared/);
    expect(stateOf(alerts, 'DagFailed')).toEqual({ DagFailed: 'works' });
  });

  test('is not told that it lacks what it does not do, nor what exporters say', () => {
    const alerts = alertsOn(page);
    expect(Object.values(stateOf(alerts, /^(IcebergOffload|Job|Sync)[A-Z]/))).not.toContain('blind');
    expect(new Set(Object.values(stateOf(alerts, /^Host(Cpu|Memory|Disk|Container)/)))).toEqual(
      new Set(['unused']),
    );
    expect(stateOf(alerts, /^Host.*Target/)).toEqual({
      HostEveryTargetDown: 'works',
      HostTargetDown: 'works',
    });
  });
});

describe('an application of prom-client alone', () => {
  let server: Server;
  let page: string;
  beforeAll(async () => {
    const register = new client.Registry();
    client.collectDefaultMetrics({ register });
    new client.Counter({
      name: 'letters_sent_total',
      help: 'Letters.',
      labelNames: ['outcome'],
      registers: [register],
    }).inc({ outcome: 'ok' });
    server = createServer(async (_, response) => response.end(await register.metrics()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    page = await pageOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
  });
  afterAll(() => void server.close());

  test('can use what Prometheus itself knows, and nothing that only this library says', () => {
    const alerts = alertsOn(page);
    expect(
      stateOf(alerts, /^(Watchdog|HostEveryTargetDown|HostTargetDown|SightglassNotificationsLost)$/),
    ).toEqual({
      Watchdog: 'works',
      HostEveryTargetDown: 'works',
      HostTargetDown: 'works',
      SightglassNotificationsLost: 'works',
    });
    const ours = stateOf(
      alerts,
      /^(JobFailing|QueueStalled|DagFailed|IcebergOffloadLagCritical|SightglassClockSkewed)$/,
    );
    expect(Object.keys(ours)).toHaveLength(5);
    expect(Object.values(ours)).not.toContain('works');
    // It says which call would bring them.
    const [jobs] = alerts.filter(({ subject }) => subject.name === 'JobFailing');
    expect(jobs!.reasons.join()).toMatch(/declareJob\(\)/);
  });

  test('has the lists of what fires, and no panel of what it does not say', () => {
    const panels = panelsOn(page);
    expect(new Set(Object.values(stateOf(panels, /: Firing alerts$/)))).toEqual(new Set(['works']));
    expect(Object.values(stateOf(panels, /^Worker & Queue: (?!Firing)/))).not.toContain('works');
  });
});

describe('a node exporter', () => {
  let exporter: Exporter;
  beforeAll(async () => {
    exporter = await startExporter('node');
  });
  afterAll(() => exporter?.stop());

  test('has what the alerts on machines read, and is no service', async () => {
    const alerts = alertsOn(await pageOf(`http://${exporter.target}/metrics`));
    const machines = stateOf(alerts, /^Host(Cpu|Memory|Disk|Inodes|Network|OutOf)/);
    expect(Object.keys(machines).length).toBeGreaterThan(7);
    expect(new Set(Object.values(machines))).toEqual(new Set(['works']));
    expect(new Set(Object.values(stateOf(alerts, /^HostContainer/)))).toEqual(new Set(['unused']));
  });
});
