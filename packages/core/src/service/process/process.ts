import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { MetricDescriptor } from '../../catalog/index.ts';
import type { Gauge, Store } from '../../store/index.ts';
import { switchOn } from '../switch-on.ts';
import { EventLoop, moveTo } from './event-loop.ts';
import { observeGarbage } from './garbage.ts';
import {
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
import { readProc } from './proc-files.ts';

/**
 * Measures this process and its runtime: CPU, memory, file descriptors and start time under the names that Prometheus's client libraries
 * share (`process_…`); heap, garbage collection and event loop under those of OpenTelemetry's conventions (`v8js_…`, `nodejs_…`).
 * All but the collections are read at each scrape. Virtual memory and file descriptors are there on Linux only.
 *
 * `startTelemetry` does it unless told otherwise. Calling it again changes nothing. Returns the function that ends it. Never throws.
 */
export function observeProcess(): () => void {
  return switchOn('process', (store) => {
    const loop = new EventLoop(store);
    const startSeconds = store.clock.wallMs() / 1000 - process.uptime();
    // Read now and not first at a scrape: what the process used before would show there as one step of the counter.
    readProcess(store, startSeconds);
    loop.read();
    const stops = [
      observeGarbage(store),
      read(store, 'process', () => readProcess(store, startSeconds), [
        processResidentMemory,
        processStartTime,
      ]),
      read(store, 'nodejs_runtime', () => readRuntime(store, loop), RUNTIME),
      () => loop.stop(),
    ];
    if (process.platform === 'linux') stops.push(read(store, 'process_files', () => readFiles(store), FILES));
    return () => {
      for (const stop of stops) stop();
    };
  });
}

const FILES = [processOpenFds, processMaxFds, processVirtualMemory];
const RUNTIME = [
  heapSizeLimit,
  heapUsed,
  heapSpaceSize,
  eventLoopUtilization,
  eventLoopDelayMean,
  eventLoopDelayMax,
  eventLoopDelayP50,
  eventLoopDelayP90,
  eventLoopDelayP99,
];

/** Reads gauges at each scrape; what can't be read is not exported, and neither is anything once it has ended. */
function read(
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
  store.gauge(processResidentMemory).set(process.memoryUsage.rss());
  store.gauge(processStartTime).set(startSeconds);
}

function readRuntime(store: Store, loop: EventLoop): void {
  loop.read();
  store.gauge(heapSizeLimit).set(getHeapStatistics().heap_size_limit);
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

function set(gauge: Gauge<Record<never, string>>, value: number | undefined): void {
  if (value !== undefined) gauge.set(value);
}
