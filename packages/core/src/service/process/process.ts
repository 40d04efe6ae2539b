import { getHeapSpaceStatistics } from 'node:v8';
import { foreignRuntime, warnOnce } from '../../base/index.ts';
import type { MetricDescriptor } from '../../catalog/index.ts';
import type { Gauge, Store } from '../../store/index.ts';
import { switchOn } from '../switch-on.ts';
import { checkCgroup, readCgroup } from './cgroup.ts';
import { EventLoop, moveTo } from './event-loop.ts';
import { observeGarbage } from './garbage.ts';
import { heapLimitBytes } from './heap-limit.ts';
import {
  cgroupCpuLimit,
  cgroupCpuThrottled,
  cgroupMemoryLimit,
  cgroupMemoryUsed,
  eventLoopDelayMax,
  eventLoopDelayMean,
  eventLoopDelayP50,
  eventLoopDelayP90,
  eventLoopDelayP99,
  eventLoopUtilization,
  heapSizeLimit,
  heapSpaceSize,
  heapUsed,
  processCpuSeconds,
  processMaxFds,
  processOpenFds,
  processResidentMemory,
  processStartTime,
  processVirtualMemory,
} from './metrics.ts';
import { checkProc, readProc } from './proc-files.ts';

/**
 * Measures this process and its runtime: CPU, memory, file descriptors and start time under the names that Prometheus's client libraries
 * share (`process_…`); heap, garbage collection and event loop under those of OpenTelemetry's conventions (`v8js_…`, `nodejs_…`).
 * All but the collections are read at each scrape. Virtual memory, file descriptors and the limits of the container (`process_cgroup_…`) are there on Linux only. What can not be read here, such
 * as a `/proc` that is closed, is left out and said once in the log. So are the event loop in Bun and Deno, and the heap in Bun, whose figures are zeros or those of no V8.
 *
 * `startTelemetry` does it unless told otherwise. Calling it again changes nothing. Returns the function that ends it. Never throws.
 */
export function observeProcess(): () => void {
  return switchOn('process', (store) => {
    const startSeconds = store.clock.wallMs() / 1000 - process.uptime();
    const parts: { readonly [name: string]: () => () => void } = {
      collections: () => observeGarbage(store),
      process: () => read(store, 'process', () => readProcess(store, startSeconds), [processStartTime]),
      memory: () => read(store, 'process_memory', () => readMemory(store), [processResidentMemory]),
      runtime: () => observeRuntime(store),
      files: () => observeFiles(store),
      container: () => observeContainer(store),
    };
    const stops = Object.entries(parts).map(([name, start]) => part(name, start));
    return () => {
      for (const stop of stops) stop();
    };
  });
}

const warn = warnOnce();

/** Begins a part of it; what can't be measured in this process or place costs no other part. */
function part(name: string, start: () => () => void): () => void {
  try {
    return start();
  } catch (error) {
    warn(name, `The ${name} of this process can not be measured here.`, error);
    return () => {};
  }
}

const FILES = [processOpenFds, processMaxFds, processVirtualMemory];
const CONTAINER = [cgroupMemoryLimit, cgroupMemoryUsed, cgroupCpuLimit];
const HEAP = [heapSizeLimit, heapUsed, heapSpaceSize];
const LOOP = [
  eventLoopUtilization,
  eventLoopDelayMean,
  eventLoopDelayMax,
  eventLoopDelayP50,
  eventLoopDelayP90,
  eventLoopDelayP99,
];

/**
 * Reads gauges now and at each scrape; what can't be read is not exported, and neither is anything once it has ended. Throws what the first
 * reading throws. Now, and not first at a scrape, because what the process used before would show there as one step of a counter.
 */
function read(
  store: Store,
  name: string,
  collect: () => void,
  gauges: readonly MetricDescriptor[],
): () => void {
  collect();
  return collectAt(store, name, collect, gauges);
}

function collectAt(
  store: Store,
  name: string,
  collect: () => void | Promise<void>,
  gauges: readonly MetricDescriptor[],
): () => void {
  const withhold = () => {
    for (const gauge of gauges) store.gauge(gauge).removeAll({});
  };
  const stop = store.collectors.add(name, { collect, failed: withhold });
  return () => {
    stop();
    withhold();
  };
}

function readProcess(store: Store, startSeconds: number): void {
  const { user, system } = process.cpuUsage();
  moveTo(store.counter(processCpuSeconds).series.at({}), (user + system) / 1e6);
  store.gauge(processStartTime).set(startSeconds);
}

function readMemory(store: Store): void {
  store.gauge(processResidentMemory).set(process.memoryUsage.rss());
}

function observeRuntime(store: Store): () => void {
  const runtime = foreignRuntime();
  if (runtime !== undefined)
    warn(
      'runtime',
      `${runtime} does not say how busy and how late its event loop is, nor of its garbage collections: they are not measured here${runtime === 'Bun' ? ', and neither is the heap' : ''}.`,
    );
  if (runtime === 'Bun') return () => {};
  if (runtime !== undefined) return read(store, 'nodejs_runtime', () => readHeap(store), HEAP);
  const loop = new EventLoop(store);
  let stop = () => {};
  try {
    stop = read(store, 'nodejs_runtime', () => readRuntime(store, loop), [...HEAP, ...LOOP]);
  } catch (error) {
    loop.stop();
    throw error;
  }
  return () => {
    stop();
    loop.stop();
  };
}

/** Throws when they can't be read here, so that they are left out rather than told of as failing for ever. */
function observeFiles(store: Store): () => void {
  if (process.platform !== 'linux') return () => {};
  checkProc();
  return collectAt(store, 'process_files', () => readFiles(store), FILES);
}

/** The container's limits, so that memory and CPU are shares of what the process may use. */
function observeContainer(store: Store): () => void {
  if (process.platform !== 'linux') return () => {};
  checkCgroup();
  return collectAt(store, 'process_cgroup', () => readContainer(store), CONTAINER);
}

function readRuntime(store: Store, loop: EventLoop): void {
  loop.read();
  readHeap(store);
}

function readHeap(store: Store): void {
  store.gauge(heapSizeLimit).set(heapLimitBytes(process.env.NODE_OPTIONS, process.execArgv));
  const used = store.gauge(heapUsed);
  const size = store.gauge(heapSpaceSize);
  for (const { space_name, space_used_size, space_size } of getHeapSpaceStatistics()) {
    used.set(space_used_size, { v8js_heap_space_name: space_name });
    size.set(space_size, { v8js_heap_space_name: space_name });
  }
}

async function readFiles(store: Store): Promise<void> {
  const { virtualMemoryBytes, openFds, maxFds } = await readProc();
  store.gauge(processOpenFds).set(openFds);
  set(store.gauge(processVirtualMemory), virtualMemoryBytes);
  set(store.gauge(processMaxFds), maxFds);
}

async function readContainer(store: Store): Promise<void> {
  const { memoryLimitBytes, memoryUsedBytes, cpuLimit, throttledSeconds } = await readCgroup();
  set(store.gauge(cgroupMemoryLimit), memoryLimitBytes);
  set(store.gauge(cgroupMemoryUsed), memoryUsedBytes);
  set(store.gauge(cgroupCpuLimit), cpuLimit);
  if (throttledSeconds !== undefined)
    moveTo(store.counter(cgroupCpuThrottled).series.at({}), throttledSeconds);
}

function set(gauge: Gauge<Record<never, string>>, value: number | undefined): void {
  if (value !== undefined) gauge.set(value);
}
