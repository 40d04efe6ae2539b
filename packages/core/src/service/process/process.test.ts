import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, describe as group, test, vi } from 'vitest';
import type { MetricDescriptor } from '../../catalog/index.ts';
import { processStore } from '../../store/index.ts';
import { fakeClock } from '../../testing/index.ts';
import { seriesOf } from '../series.support.ts';
import * as metrics from './metrics.ts';
import { observeProcess } from './process.ts';

let stop = () => {};
afterEach(() => stop());

const read = async (descriptor: MetricDescriptor, labels = ''): Promise<number> => {
  await processStore().collect();
  return seriesOf(descriptor)[labels]!;
};

function burn(ms: number): void {
  const end = process.cpuUsage().user + ms * 1000;
  while (process.cpuUsage().user < end);
}

group('the process', () => {
  test('CPU time is that of the process, also what it used before, and grows by what is used', async () => {
    burn(50);
    stop = observeProcess();
    const before = await read(metrics.processCpuSeconds);
    expect(before).toBeGreaterThan(0.05);
    burn(100);
    const grown = (await read(metrics.processCpuSeconds)) - before;
    const { user, system } = process.cpuUsage();
    expect(grown).toBeGreaterThanOrEqual(0.1);
    expect(before + grown).toBeLessThanOrEqual((user + system) / 1e6);
  });

  test('memory, start time and heap limit are those that Node says', async () => {
    stop = observeProcess();
    const resident = await read(metrics.processResidentMemory);
    expect(Math.abs(resident / process.memoryUsage.rss() - 1)).toBeLessThan(0.5);
    const startedAt = Date.now() / 1000 - process.uptime();
    expect(Math.abs((await read(metrics.processStartTime)) - startedAt)).toBeLessThan(5);
    expect(await read(metrics.heapSizeLimit)).toBeGreaterThan(64e6);
  });

  test.runIf(process.platform === 'linux')('Linux adds virtual memory and file descriptors', async () => {
    stop = observeProcess();
    const kilobytes = Number(/^VmSize:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
    expect(Math.abs((await read(metrics.processVirtualMemory)) / (kilobytes * 1024) - 1)).toBeLessThan(0.5);
    const before = await read(metrics.processOpenFds);
    const files = await Promise.all(Array.from({ length: 20 }, () => open('/dev/null')));
    const during = await read(metrics.processOpenFds);
    await Promise.all(files.map((file) => file.close()));
    expect(during - before).toBeGreaterThanOrEqual(15);
    expect(await read(metrics.processMaxFds)).toBeGreaterThanOrEqual(during);
  });

  test('ended, its gauges leave the export', async () => {
    observeProcess()();
    await processStore().collect();
    for (const gauge of [metrics.processResidentMemory, metrics.heapUsed, metrics.eventLoopDelayP99])
      expect(seriesOf(gauge)).toEqual({});
  });
});

group('the runtime', () => {
  test('a blocked event loop shows in its delays and its active time', async () => {
    stop = observeProcess();
    await vi.waitFor(async () => expect(await read(metrics.eventLoopDelayMax)).toBeGreaterThanOrEqual(0));
    const active = await read(metrics.eventLoopTime, 'nodejs_eventloop_state=active');
    burn(200);
    await vi.waitFor(async () => expect(await read(metrics.eventLoopDelayMax)).toBeGreaterThan(0.15));
    expect(await read(metrics.eventLoopDelayMax)).toBeGreaterThanOrEqual(
      await read(metrics.eventLoopDelayP50),
    );
    const grown = (await read(metrics.eventLoopTime, 'nodejs_eventloop_state=active')) - active;
    expect(grown).toBeGreaterThan(0.19);
    const busy = await read(metrics.eventLoopUtilization);
    expect(busy).toBeGreaterThan(0);
    expect(busy).toBeLessThanOrEqual(1);
  });

  test('a delay is shown to every reader for at least a minute, and for no more than two', async () => {
    const clock = fakeClock();
    try {
      stop = observeProcess();
      await vi.waitFor(async () => expect(await read(metrics.eventLoopDelayMax)).toBeGreaterThanOrEqual(0));
      burn(200);
      await vi.waitFor(async () => expect(await read(metrics.eventLoopDelayMax)).toBeGreaterThan(0.15));
      for (const seconds of [30, 29]) {
        clock.advance(seconds);
        expect(await read(metrics.eventLoopDelayMax)).toBeGreaterThan(0.15);
      }
      clock.advance(2);
      expect(await read(metrics.eventLoopDelayMax)).toBeGreaterThan(0.15);
      clock.advance(60);
      await vi.waitFor(async () => expect(await read(metrics.eventLoopDelayMax)).toBeLessThan(0.15));
    } finally {
      clock.restore();
    }
  });

  test('heap spaces are in the export, and a garbage collection that happened', async () => {
    stop = observeProcess();
    const spaces = async () => {
      await processStore().collect();
      return seriesOf(metrics.heapUsed);
    };
    expect(Object.keys(await spaces())).toContain('v8js_heap_space_name=new_space');
    const collected = () => seriesOf(metrics.gcDuration)['v8js_gc_type=minor']!;
    const before = collected();
    await vi.waitFor(async () => {
      for (let i = 0; i < 100; i++)
        JSON.parse(JSON.stringify(Array.from({ length: 1_000 }, (_, n) => ({ n }))));
      await turn();
      expect(collected()).toBeGreaterThan(before);
    });
  });
});
