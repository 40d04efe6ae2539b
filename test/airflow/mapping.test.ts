import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { airflow, statsdMapping } from '@sightglass/rules/mixins';
import { waitUntil } from '@sightglass/test-tools';
import { afterEach, describe, expect, test } from 'vitest';
import { type StatsdExporter, startStatsdExporter } from './statsd-exporter.ts';

/*
 * What Airflow sends over UDP, as its documentation has it, through the mapping that ships. Who reads the mapping here is written by what statsd_exporter documents, and is not it.
 */

let exporter: StatsdExporter;
afterEach(() => exporter?.stop());

async function send(mapping: string, lines: readonly string[]): Promise<string> {
  exporter = await startStatsdExporter(mapping);
  const socket = createSocket('udp4');
  // As its client does: a packet for each line.
  for (const line of lines)
    await new Promise<void>((done, fail) => {
      socket.send(line, exporter.port, '127.0.0.1', (error) => (error ? fail(error) : done()));
    });
  socket.close();
  await waitUntil(() => exporter.received() >= lines.length, { what: 'all lines' });
  expect(exporter.refused).toEqual([]);
  return exporter.exposition();
}

/** A run of Airflow 2 or 3 with the names that have variables in them; 3 sends the stems beside, without tags. */
const LEGACY = [
  'airflow.scheduler_heartbeat:1|c',
  'airflow.dagrun.schedule_delay.sales:1500|ms',
  'airflow.dag.sales.extract.queued_duration:4000.0|ms',
  'airflow.dag.sales.load.orders.duration:90000.5|ms',
  'airflow.ti.finish.sales.extract.success:1|c',
  'airflow.ti.finish.sales.load.orders.up_for_retry:1|c',
  'airflow.ti.finish.sales.load.orders.failed:1|c',
  'airflow.dagrun.duration.success.sales:120000|ms',
  'airflow.dagrun.duration.failed.sales.eu:61000|ms',
];
const STEMS = [
  'airflow.dagrun.schedule_delay:1500|ms',
  'airflow.task.queued_duration:4000.0|ms',
  'airflow.task.duration:90000.5|ms',
  'airflow.ti.finish:1|c',
  'airflow.dagrun.duration.success:120000|ms',
  'airflow.dagrun.duration.failed:61000|ms',
];
const DOWN_TO_SERIES = [
  'airflow_dag_run_duration_seconds_count{dag_id="sales",status="success"} 1',
  'airflow_dag_run_duration_seconds_sum{dag_id="sales",status="success"} 120',
  'airflow_dag_run_duration_seconds_count{dag_id="sales.eu",status="failed"} 1',
  'airflow_dag_run_duration_seconds_sum{dag_id="sales.eu",status="failed"} 61',
  'airflow_dag_start_lateness_seconds_sum{dag_id="sales"} 1.5',
  'airflow_dag_task_queue_delay_seconds_sum{dag_id="sales",task_id="extract"} 4',
  'airflow_dag_task_duration_seconds_sum{dag_id="sales",task_id="load.orders"} 90.0005',
  'airflow_ti_finish_total{dag_id="sales",state="success",task_id="extract"} 1',
  'airflow_ti_finish_total{dag_id="sales",state="up_for_retry",task_id="load.orders"} 1',
  'airflow_ti_finish_total{dag_id="sales",state="failed",task_id="load.orders"} 1',
  'airflow_scheduler_heartbeat_total 1',
];

const linesOf = (exposition: string) => exposition.split('\n');

describe('names with variables in them', () => {
  test('become labels, milliseconds seconds, and failed runs have a duration under the name of the others', async () => {
    const lines = linesOf(await send(statsdMapping('legacy'), LEGACY));
    expect(lines).toEqual(expect.arrayContaining(DOWN_TO_SERIES));
    expect(lines).toContain(
      'airflow_dag_run_duration_seconds_bucket{dag_id="sales",le="60",status="success"} 0',
    );
    expect(lines).toContain(
      'airflow_dag_run_duration_seconds_bucket{dag_id="sales",le="300",status="success"} 1',
    );
  });

  test('are not counted twice where Airflow sends the others too', async () => {
    const alone = await send(statsdMapping('legacy'), LEGACY);
    await exporter.stop();
    expect(await send(statsdMapping('legacy'), [...LEGACY, ...STEMS])).toBe(alone);
  });

  test('another prefix is another name', async () => {
    const lines = await send(
      statsdMapping('legacy', 'prod.airflow'),
      LEGACY.map((line) => `prod.${line}`),
    );
    expect(linesOf(lines)).toEqual(expect.arrayContaining(DOWN_TO_SERIES));
  });
});

describe('names with tags', () => {
  const influx = [
    'airflow.scheduler_heartbeat:1|c',
    'airflow.dagrun.schedule_delay,dag_id=sales:1500|ms',
    'airflow.task.queued_duration,dag_id=sales,task_id=extract:4000.0|ms',
    'airflow.task.duration,dag_id=sales,task_id=load.orders:90000.5|ms',
    'airflow.ti.finish,dag_id=sales,task_id=extract,state=success:1|c',
    'airflow.ti.finish,dag_id=sales,task_id=load.orders,state=up_for_retry:1|c',
    'airflow.ti.finish,dag_id=sales,task_id=load.orders,state=failed:1|c',
    'airflow.dagrun.duration.success,dag_id=sales:120000|ms',
    'airflow.dagrun.duration.failed,dag_id=sales.eu:61000|ms',
  ];
  const dog = influx.map((line) => {
    const [, name = '', tags = '', value = ''] = /^([^,:]+),?([^:]*):(.*)$/.exec(line)!;
    return tags === '' ? line : `${name}:${value}|#${tags.replaceAll('=', ':')}`;
  });

  test.each([
    ['InfluxDB', influx],
    ['DogStatsD', dog],
  ])('give the same series, as %s writes them', async (_, lines) => {
    expect(linesOf(await send(statsdMapping('tagged'), lines))).toEqual(
      expect.arrayContaining(DOWN_TO_SERIES),
    );
  });

  test('are not counted twice where Airflow sends the others too', async () => {
    const alone = await send(statsdMapping('tagged'), influx);
    await exporter.stop();
    expect(await send(statsdMapping('tagged'), [...influx, ...LEGACY.slice(1)])).toBe(alone);
  });
});

test('the names of the exporter plugin are read by nobody here: a choice is made (TR-14)', () => {
  const all = statsdMapping('legacy') + statsdMapping('tagged');
  expect(all).not.toMatch(/airflow_(task|dag)_status|airflow_task_failed_total/);
});

test('what ships is what is rendered', () => {
  for (const names of ['legacy', 'tagged'] as const)
    expect(readFileSync(new URL(`../../rules/airflow/statsd-${names}.yml`, import.meta.url), 'utf8')).toBe(
      statsdMapping(names),
    );
});

test('a declaration lists everything that is wrong with it', () => {
  expect(() =>
    airflow({
      job: '',
      dags: [
        { id: 'sales', intervalSeconds: 0 },
        { id: 'sales', intervalSeconds: 60, successObjective: 2 },
        { id: 'a b', intervalSeconds: 60, slaSeconds: -1 },
      ],
    }),
  ).toThrow(
    /job must name[\s\S]*intervalSeconds[\s\S]*there twice[\s\S]*successObjective[\s\S]*an id that Airflow takes[\s\S]*slaSeconds/,
  );
});
