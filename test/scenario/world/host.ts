import type { Stage } from './stage.ts';

/*
 * What the node exporter of a machine and the cAdvisor of its containers answer, by what happens there. Names, labels and kinds are those of the real ones: `test/contract/hosts.test.ts`
 * holds them against a node exporter that runs, and against cAdvisor's own list.
 */

export const MACHINE = { job: 'node', instance: 'node:80' } as const;
export const CONTAINERS = { job: 'cadvisor', instance: 'cadvisor:80' } as const;

/** What a machine has in use. Shares are 0 to 1. */
export interface MachineFacts {
  /** Cores that compute, of four. */
  readonly busy?: number;
  readonly memory?: number;
  /** What is left of its disk, and whether it can be written to. */
  readonly diskLeft?: number;
  readonly readonly?: boolean;
  /** Where its disk is mounted (default: at `/`), and whether it can be written to there. */
  readonly mounts?: { readonly [mountpoint: string]: 'rw' | 'ro' };
  /** Bytes that its disk loses each hour. */
  readonly fills?: number;
  readonly inodesLeft?: number;
  /** Packets that came in each second, and the broken ones among them. */
  readonly packets?: number;
  readonly broken?: number;
}

const CORES = 4;
const GIB = 2 ** 30;
const DISK = 100 * GIB;
const STEP = 15;

/** A machine, whose counters grow with time. */
export function machine(s: Stage, first: MachineFacts = {}) {
  let facts: MachineFacts = first;
  let isReachable = true;
  let [busy, idle, received, broken, kills, filled] = [0, 0, 0, 0, 0, 0];
  const answer = (): void => {
    const { memory = 0.5, diskLeft = 0.6, readonly = false, inodesLeft = 0.9, mounts } = facts;
    const image = '{device="/dev/loop0",fstype="squashfs",mountpoint="/snap/core"}';
    if (!isReachable) {
      s.other(MACHINE.job, undefined);
      return;
    }
    s.other(
      MACHINE.job,
      [
        `node_cpu_seconds_total{cpu="0",mode="idle"} ${idle * 0.9}`,
        `node_cpu_seconds_total{cpu="0",mode="iowait"} ${idle * 0.1}`,
        `node_cpu_seconds_total{cpu="0",mode="user"} ${busy * 0.75}`,
        `node_cpu_seconds_total{cpu="0",mode="system"} ${busy * 0.25}`,
        `node_memory_MemTotal_bytes ${16 * GIB}`,
        `node_memory_MemAvailable_bytes ${16 * GIB * (1 - memory)}`,
        `node_vmstat_oom_kill ${kills}`,
        ...Object.entries(mounts ?? { '/': readonly ? 'ro' : 'rw' }).flatMap(([mountpoint, how]) => {
          const disk = `{device="/dev/sda1",fstype="ext4",mountpoint="${mountpoint}"}`;
          return [
            `node_filesystem_size_bytes${disk} ${DISK}`,
            `node_filesystem_avail_bytes${disk} ${Math.max(0, DISK * diskLeft - filled)}`,
            `node_filesystem_readonly${disk} ${how === 'ro' ? 1 : 0}`,
            `node_filesystem_files${disk} 1000000`,
            `node_filesystem_files_free${disk} ${1_000_000 * inodesLeft}`,
          ];
        }),
        // What is read from an image is full by nature.
        `node_filesystem_size_bytes${image} 1000`,
        `node_filesystem_avail_bytes${image} 0`,
        `node_filesystem_readonly${image} 1`,
        `node_filesystem_files${image} 10`,
        `node_filesystem_files_free${image} 0`,
        `node_network_receive_packets_total{device="eth0"} ${received}`,
        `node_network_transmit_packets_total{device="eth0"} 0`,
        `node_network_receive_errs_total{device="eth0"} ${broken}`,
        `node_network_transmit_errs_total{device="eth0"} 0`,
        `node_network_receive_packets_total{device="veth1"} ${received}`,
        `node_network_transmit_packets_total{device="veth1"} 0`,
        `node_network_receive_errs_total{device="veth1"} ${received}`,
        `node_network_transmit_errs_total{device="veth1"} 0`,
        `node_network_receive_bytes_total{device="eth0"} ${received * 1_000}`,
        `node_network_transmit_bytes_total{device="eth0"} 0`,
      ].join('\n'),
    );
  };
  answer();
  return {
    /** From now on it is so. */
    is(now: MachineFacts): void {
      facts = now;
      filled = 0;
      answer();
    },
    /** The kernel kills a process. */
    kill(): void {
      kills++;
      answer();
    },
    /** It boots: its kernel counts anew. */
    boot(): void {
      [busy, idle, received, broken, kills] = [0, 0, 0, 0, 0];
      answer();
    },
    /** It answers, or not. */
    reachable(is: boolean): void {
      isReachable = is;
      answer();
    },
    /** Time passes on it. */
    async wait(duration: number): Promise<void> {
      const end = s.now + duration;
      for (;;) {
        const step = Math.min(STEP, end - s.now);
        if (step <= 0) return;
        await s.wait(step);
        busy += step * (facts.busy ?? 1);
        idle += step * (CORES - (facts.busy ?? 1));
        received += step * (facts.packets ?? 100);
        broken += step * (facts.broken ?? 0);
        filled += (step / 3_600) * (facts.fills ?? 0);
        answer();
      }
    },
  };
}

/** What a container has in use. */
export interface ContainerFacts {
  /** Bytes, and how many it may use; 0 without a limit. */
  readonly memory?: number;
  readonly limit?: number;
  /** The share of its periods in which it waits for CPU. */
  readonly throttled?: number;
}

/** A container of Docker, which has a name; or one of Kubernetes, which is `container` in `pod`. */
export type ContainerName = { readonly name: string } | { readonly pod: string; readonly container: string };

/** The containers of a machine, each by what its labels say. */
export function containers(s: Stage, ...names: readonly ContainerName[]) {
  const all = names.map((name, i) => ({
    name,
    id: i,
    facts: {} as ContainerFacts,
    began: s.now,
    isThere: true,
    ooms: 0,
    periods: 0,
    throttled: 0,
    cpu: 0,
  }));
  let isReachable = true;
  const answer = (): void => {
    const root = `{container="",id="/",image="",name="",pod=""}`;
    const lines = all
      .filter(({ isThere }) => isThere)
      .flatMap(({ name, id, facts, began, ooms, periods, throttled, cpu }) => {
        const labels = labelsOf(name, id);
        return [
          `container_start_time_seconds${labels} ${began}`,
          `container_memory_working_set_bytes${labels} ${facts.memory ?? 100}`,
          `container_spec_memory_limit_bytes${labels} ${facts.limit ?? 1_000}`,
          `container_oom_events_total${labels} ${ooms}`,
          `container_cpu_cfs_periods_total${labels} ${periods}`,
          `container_cpu_cfs_throttled_periods_total${labels} ${throttled}`,
          `container_cpu_usage_seconds_total${labels.replace('}', ',cpu="total"}')} ${cpu}`,
        ];
      });
    s.other(
      CONTAINERS.job,
      isReachable
        ? [
            // The machine itself is a group of the kernel's too, and no container.
            `container_start_time_seconds${root} ${s.began}`,
            `container_memory_working_set_bytes${root} 999`,
            `container_spec_memory_limit_bytes${root} 1000`,
            `container_oom_events_total${root} ${all.reduce((sum, { ooms }) => sum + ooms, 0)}`,
            ...lines,
          ].join('\n')
        : undefined,
    );
  };
  answer();
  return {
    is(i: number, facts: ContainerFacts): void {
      all[i]!.facts = facts;
      answer();
    },
    /** Its process ends and is started again. */
    restart(i: number): void {
      all[i]!.began = s.now;
      all[i]!.isThere = true;
      answer();
    },
    /** Another one with its name takes its place, and counts anew. */
    replace(i: number): void {
      all[i]!.id += names.length;
      Object.assign(all[i]!, { began: s.now, isThere: true, ooms: 0, periods: 0, throttled: 0, cpu: 0 });
      answer();
    },
    end(i: number): void {
      all[i]!.isThere = false;
      answer();
    },
    kill(i: number): void {
      all[i]!.ooms++;
      answer();
    },
    /** cAdvisor answers, or not. */
    reachable(is: boolean): void {
      isReachable = is;
      answer();
    },
    async wait(duration: number): Promise<void> {
      const end = s.now + duration;
      for (;;) {
        const step = Math.min(STEP, end - s.now);
        if (step <= 0) return;
        await s.wait(step);
        for (const one of all) {
          one.periods += step * 10;
          one.throttled += step * 10 * (one.facts.throttled ?? 0);
          one.cpu += step * 0.5;
        }
        answer();
      }
    },
  };
}

function labelsOf(name: ContainerName, i: number): string {
  if ('name' in name) return `{id="/docker/${i}",image="app:1",name="${name.name}"}`;
  const { pod, container } = name;
  return `{container="${container}",id="/kubepods/${i}",image="app:1",name="${'f'.repeat(8)}${i}",pod="${pod}"}`;
}
