import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startExporter } from '@sightglass/test-tools';

/*
 * A machine by a real node exporter: its CPU and memory are those of this one; what no test can do to it, such as a full disk or a container that is killed, it reads from a file, as a
 * script would write one for it.
 */

export interface Machine {
  readonly target: string;
  /** From now on all of it is ill. */
  fail(): void;
  /** From now on it is well again. */
  recover(): void;
  stop(): Promise<void>;
}

const EVERY_MS = 200;

export async function startMachine(folder: string): Promise<Machine> {
  const exporter = await startExporter('node', {
    args: [
      '--collector.disable-defaults',
      '--collector.cpu',
      '--collector.meminfo',
      '--collector.textfile',
      `--collector.textfile.directory=${folder}`,
    ],
  });
  const began = Date.now() / 1_000;
  let failedAt: number | undefined;
  let recoveredAt: number | undefined;
  let writing = Promise.resolve();
  const write = async () => {
    const draft = join(folder, 'draft');
    await writeFile(draft, factsAt(Date.now() / 1_000, { began, failedAt, recoveredAt }));
    await rename(draft, join(folder, 'machine.prom'));
  };
  await write();
  const timer = setInterval(() => {
    writing = writing.then(write, write);
  }, EVERY_MS);
  return {
    target: exporter.target,
    fail() {
      failedAt = Date.now() / 1_000;
    },
    recover() {
      recoveredAt = Date.now() / 1_000;
    },
    async stop() {
      clearInterval(timer);
      await writing.catch(() => {});
      await exporter.stop();
    },
  };
}

interface Times {
  readonly began: number;
  readonly failedAt: number | undefined;
  readonly recoveredAt: number | undefined;
}

/** What is so at a time. */
function factsAt(now: number, { began, failedAt, recoveredAt }: Times): string {
  const isIll = failedAt !== undefined && recoveredAt === undefined;
  const ill = failedAt === undefined ? 0 : (recoveredAt ?? now) - failedAt;
  const disk = '{device="/dev/sda1",fstype="ext4",mountpoint="/"}';
  const api = '{id="/docker/a",image="app:1",name="api"}';
  const database = '{id="/docker/b",image="db:1",name="db"}';
  // It begins anew each second, for four of them.
  const restarts = Math.min(4, Math.floor(ill));
  return `${[
    `node_filesystem_size_bytes${disk} 1000`,
    `node_filesystem_avail_bytes${disk} ${isIll ? 30 : 600}`,
    `node_filesystem_readonly${disk} 0`,
    `node_filesystem_files${disk} 1000`,
    `node_filesystem_files_free${disk} ${isIll ? 10 : 900}`,
    `node_vmstat_oom_kill ${ill > 0 ? 1 : 0}`,
    `node_network_receive_packets_total{device="eth0"} ${1_000 * (now - began)}`,
    `node_network_transmit_packets_total{device="eth0"} 0`,
    `node_network_receive_errs_total{device="eth0"} ${100 * ill}`,
    `node_network_transmit_errs_total{device="eth0"} 0`,
    `container_start_time_seconds${api} ${began - 7_200 + restarts}`,
    `container_memory_working_set_bytes${api} ${isIll ? 950 : 100}`,
    `container_spec_memory_limit_bytes${api} 1000`,
    `container_oom_events_total${api} ${ill > 0 ? 1 : 0}`,
    `container_cpu_cfs_periods_total${api} ${10 * (now - began)}`,
    `container_cpu_cfs_throttled_periods_total${api} ${5 * ill}`,
    ...(isIll ? [] : [`container_start_time_seconds${database} ${began - 7_200}`]),
  ].join('\n')}\n`;
}
