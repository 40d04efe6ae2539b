import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { afterEach, expect, describe as group, test, vi } from 'vitest';
import type { MetricDescriptor } from '../../catalog/index.ts';
import { collectorSuccess, processStore } from '../../store/index.ts';
import { fakeClock } from '../../testing/index.ts';
import { observeHttpClient } from '../http/client.ts';
import { observeHttpServer } from '../http/server.ts';
import { seriesOf } from '../series.support.ts';
import { heapLimitBytes } from './heap-limit.ts';
import * as metrics from './metrics.ts';
import { observeProcess } from './process.ts';

let stop = () => {};
afterEach(() => stop());

const read = async (descriptor: MetricDescriptor, labels = ''): Promise<number> => {
  await processStore().collect();
  return seriesOf(descriptor)[labels]!;
};

/** Uses CPU time of the user's kind; asking for it all the time would use the system's. */
function burn(ms: number): void {
  const end = process.cpuUsage().user + ms * 1000;
  while (process.cpuUsage().user < end) for (let i = 0; i < 1e5; i++) Math.sqrt(i);
}

/** Holds the event loop. Long enough that a busy machine does not hold it for as long by itself. */
function block(): void {
  const end = performance.now() + BLOCK_SECONDS * 1000;
  while (performance.now() < end) Math.sqrt(end);
}

const BLOCK_SECONDS = 1;
/** Node looks at the loop every 20 ms, so the first look may come that late into it. */
const BLOCKED = 0.95;

const eventually = (check: () => Promise<void>) => vi.waitFor(check);

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
    expect(Math.abs(resident / process.memoryUsage.rss() - 1)).toBeLessThan(0.25);
    const startedAt = Date.now() / 1000 - process.uptime();
    expect(Math.abs((await read(metrics.processStartTime)) - startedAt)).toBeLessThan(5);
    expect(await read(metrics.heapSizeLimit)).toBeGreaterThan(64e6);
  });

  test.runIf(process.platform === 'linux')('Linux adds virtual memory and file descriptors', async () => {
    stop = observeProcess();
    const kilobytes = Number(/^VmSize:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
    expect(Math.abs((await read(metrics.processVirtualMemory)) / (kilobytes * 1024) - 1)).toBeLessThan(0.25);
    const before = await read(metrics.processOpenFds);
    const files = await Promise.all(Array.from({ length: 20 }, () => open('/dev/null')));
    const during = await read(metrics.processOpenFds);
    await Promise.all(files.map((file) => file.close()));
    expect(during - before).toBeGreaterThanOrEqual(15);
    expect(await read(metrics.processMaxFds)).toBeGreaterThanOrEqual(during);
  });

  test('the heap’s limit is that at which the process is ended, and not that of the young objects with it', async () => {
    const all = heapLimitBytes(undefined, []);
    expect(all).toBe(getHeapStatistics().heap_size_limit);
    const MIB = 2 ** 20;
    expect(heapLimitBytes('--max-old-space-size=160', [])).toBe(160 * MIB);
    expect(heapLimitBytes('--enable-source-maps --max_old_space_size=300 --no-warnings', [])).toBe(300 * MIB);
    expect(heapLimitBytes('--max-old-space-size=160', ['--inspect', '--max-old-space-size', '200'])).toBe(
      200 * MIB,
    );
    for (const other of [
      '--max-old-space-size=0',
      '--not-max-old-space-size=160',
      '--max-old-space-size=1e9',
    ])
      expect(heapLimitBytes(other, [])).toBe(all);
    expect(heapLimitBytes('--max-old-space-size=99999999', [])).toBe(all);
    const script = `
      const { observeProcess } = await import(${JSON.stringify(new URL('process.ts', import.meta.url).href)});
      const { readExposition } = await import(${JSON.stringify(new URL('../../testing/index.ts', import.meta.url).href)});
      observeProcess();
      console.log(await readExposition());`;
    const args = ['--conditions=@sightglass/source', '--max-old-space-size=160', '--input-type=module', '-e'];
    const { stdout } = spawnSync(process.execPath, [...args, script], { encoding: 'utf8' });
    expect(stdout).toContain(`nodejs_heap_size_limit_bytes ${160 * MIB}\n`);
  });

  test('ended, its gauges leave the export', async () => {
    observeProcess()();
    await processStore().collect();
    for (const gauge of [metrics.processResidentMemory, metrics.heapUsed, metrics.eventLoopDelayP99])
      expect(seriesOf(gauge)).toEqual({});
  });
});

group('B5: what can not be read here', () => {
  const boom = () => {
    throw Object.assign(new Error('ENOENT: no such file or directory, uv_resident_set_memory'), {
      code: 'ENOENT',
    });
  };
  afterEach(() => vi.restoreAllMocks());

  test.each([
    [
      'memory',
      () => vi.spyOn(process.memoryUsage, 'rss').mockImplementation(boom),
      metrics.processResidentMemory,
    ],
    ['CPU time', () => vi.spyOn(process, 'cpuUsage').mockImplementation(boom), metrics.processStartTime],
    ['files', () => vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin'), metrics.processOpenFds],
  ])('is left out, and nothing else: %s', async (_, spoil, absent) => {
    spoil();
    stop = observeProcess();
    await processStore().collect();
    expect(seriesOf(absent)).toEqual({});
    expect(await read(metrics.heapSizeLimit)).toBeGreaterThan(64e6);
    // It is known to be missing, and no failure of each scrape.
    expect(Object.values(seriesOf(collectorSuccess))).not.toContain(0);
  });

  test('and was left out is measured where it can be: nothing is remembered', async () => {
    vi.spyOn(process.memoryUsage, 'rss').mockImplementationOnce(boom);
    observeProcess()();
    stop = observeProcess();
    expect(await read(metrics.processResidentMemory)).toBeGreaterThan(0);
  });

  const withoutProc = (command: string) =>
    spawnSync('unshare', ['-r', '-m', 'sh', '-c', `mount -t tmpfs none /proc && ${command}`], {
      encoding: 'utf8',
    });

  test.runIf(withoutProc('true').status === 0)('in a process whose /proc is empty', () => {
    const script = `
      const { observeProcess } = await import(${JSON.stringify(new URL('process.ts', import.meta.url).href)});
      const { readExposition } = await import(${JSON.stringify(new URL('../../testing/index.ts', import.meta.url).href)});
      observeProcess();
      console.log(await readExposition());`;
    const node = `"${process.execPath}" --conditions=@sightglass/source --input-type=module -e '${script}'`;
    const { stdout, stderr, status } = withoutProc(node);
    expect({ stderr, status }).toEqual({ stderr: expect.not.stringContaining('unhandled'), status: 0 });
    expect(stdout).toMatch(/^process_cpu_seconds_total \d/m);
    expect(stdout).not.toMatch(/process_resident_memory_bytes|process_open_fds/);
    expect(stdout).toContain('nodejs_heap_size_limit_bytes ');
  });
});

group('A12: timers that a test has replaced', () => {
  afterEach(() => vi.useRealTimers());

  test('end, however often they are run: nothing here waits by a timer of JavaScript', async () => {
    vi.useFakeTimers();
    stop = observeProcess();
    const stops = [observeHttpServer(), observeHttpClient()];
    await vi.runAllTimersAsync();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(3_600_000);
    vi.useRealTimers();
    expect(await read(metrics.heapSizeLimit)).toBeGreaterThan(64e6);
    for (const end of stops) end();
  });

  test('and a request that is measured is answered', async () => {
    const stops = [observeHttpServer(), observeHttpClient()];
    const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // `setImmediate` and what undici waits by are the host's: a request needs them whoever measures it.
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'Date', 'performance'] });
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(await answer.text()).toBe('ok');
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    for (const end of stops) end();
    server.closeAllConnections();
    server.close();
  });
});

group('the runtime', () => {
  test('a blocked event loop shows in its delays and its active time', async () => {
    stop = observeProcess();
    await eventually(async () => expect(await read(metrics.eventLoopDelayMax)).toBeGreaterThanOrEqual(0));
    const active = await read(metrics.eventLoopTime, 'nodejs_eventloop_state=active');
    block();
    await eventually(async () => expect(await read(metrics.eventLoopDelayMax)).toBeGreaterThan(BLOCKED));
    expect(await read(metrics.eventLoopDelayMax)).toBeGreaterThanOrEqual(
      await read(metrics.eventLoopDelayP50),
    );
    const grown = (await read(metrics.eventLoopTime, 'nodejs_eventloop_state=active')) - active;
    expect(grown).toBeGreaterThan(BLOCKED);
    const busy = await read(metrics.eventLoopUtilization);
    expect(busy).toBeGreaterThan(0);
    expect(busy).toBeLessThanOrEqual(1);
  });

  test('a delay is shown to every reader for at least a minute, and for no more than two', async () => {
    const clock = fakeClock();
    try {
      stop = observeProcess();
      await eventually(async () => expect(await read(metrics.eventLoopDelayMax)).toBeGreaterThanOrEqual(0));
      block();
      await eventually(async () => expect(await read(metrics.eventLoopDelayMax)).toBeGreaterThan(BLOCKED));
      for (const seconds of [30, 29, 2]) {
        clock.advance(seconds);
        expect(await read(metrics.eventLoopDelayMax)).toBeGreaterThan(BLOCKED);
      }
      clock.advance(60);
      await eventually(async () => expect(await read(metrics.eventLoopDelayMax)).toBeLessThan(BLOCKED));
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
    // A kind of collection has no series before its first.
    const collected = () => seriesOf(metrics.gcDuration)['v8js_gc_type=minor'] ?? 0;
    const before = collected();
    const began = performance.now();
    await eventually(async () => {
      for (let i = 0; i < 100; i++)
        JSON.parse(JSON.stringify(Array.from({ length: 1_000 }, (_, n) => ({ n }))));
      await turn();
      expect(collected()).toBeGreaterThan(before);
    });
    // Seconds: a part of those that have passed, and no part of a microsecond each.
    const { count, sum } = processStore()
      .histogram(metrics.gcDuration)
      .series.cells.reduce((all, cell) => ({ count: all.count + cell.count, sum: all.sum + cell.sum }), {
        count: 0,
        sum: 0,
      });
    expect(sum).toBeLessThan((performance.now() - began) / 1_000);
    expect(sum).toBeGreaterThan(count * 1e-6);
  });
});
