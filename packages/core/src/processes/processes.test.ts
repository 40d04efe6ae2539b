import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeclarationError, describe } from '../catalog/index.ts';
import { createExposition } from '../exposition/index.ts';
import { changesFrame, FRAME, frame, jsonFrame, MAX_FRAME_BYTES } from '../handover/index.ts';
import { sightglassProducer } from '../otel/index.ts';
import { serveProcesses } from './index.ts';
import { listening, takeMeetingPoint } from './meeting-point.ts';
import { type Serving, serveReal } from './served.support.ts';

let here: Serving;
beforeEach(async () => {
  here = await serveReal();
});
afterEach(() => here.close());

const reads = (name: string, labels: readonly string[], value: number | undefined) =>
  expect.poll(() => here.read(name, ...labels)).toBe(value);

test('what a child measures is served; it tells nothing of that itself, and stays when it is killed', async () => {
  const child = await here.child();
  await child.obey({ done: 5, depth: 3, seconds: 0.5 });
  await reads('work_done_total', ['a'], 5);
  expect(await here.read('work_under_way')).toBe(3);
  expect(await here.read('work_seconds')).toBe(1);
  expect(await here.read('sightglass_processes')).toBe(2);
  child.process.kill('SIGKILL');
  await reads('sightglass_processes', [], 1);
  expect(await here.read('work_done_total', 'a')).toBe(5);
  expect(await here.read('work_seconds')).toBe(1);
  expect(await here.read('work_under_way')).toBeUndefined();
  expect(await here.read('sightglass_processes_ended_total', 'lost')).toBe(1);
  const next = await here.child();
  await next.obey({ done: 2 });
  await reads('work_done_total', ['a'], 7);
});

test('a child that ends by itself leaves all that it has measured, however long its interval is', async () => {
  await here.close();
  here = await serveReal(60);
  const child = await here.child();
  await child.obey({ done: 5, exit: true });
  await child.ended;
  await reads('sightglass_processes_ended_total', ['left'], 1);
  expect(await here.read('work_done_total', 'a')).toBe(5);
});

test('what a child said last is heard though it is asked, when it has ended already, before that is read', async () => {
  await here.close();
  here = await serveReal(60);
  const child = await here.child();
  await child.obey({ done: 2 });
  await reads('work_done_total', ['a'], 2);
  child.process.send({ done: 3, exit: true });
  // This process is held meanwhile, as by work of its own.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  await here.read('work_done_total', 'a');
  await reads('sightglass_processes_ended_total', ['left'], 1);
  expect(await here.read('work_done_total', 'a')).toBe(5);
});

test('threads are served as processes are; one that is terminated leaves what it had handed over', async () => {
  const [one, two] = [await here.thread(), await here.thread()];
  await Promise.all([one.obey({ done: 5 }), two.obey({ done: 2 })]);
  await reads('work_done_total', ['a'], 7);
  await one.worker.terminate();
  await two.obey({ done: 1, exit: true });
  await reads('sightglass_processes', [], 1);
  await reads('work_done_total', ['a'], 8);
});

test('a child that is frozen is missing, costs nobody else anything, and is whole when it goes on', async () => {
  const [frozen, other] = [await here.child(), await here.child()];
  await Promise.all([frozen.obey({ done: 5 }), other.obey({ done: 2 })]);
  await reads('work_done_total', ['a'], 7);
  frozen.process.kill('SIGSTOP');
  await other.obey({ done: 1 });
  await reads('work_done_total', ['a'], 8);
  await reads('sightglass_processes_missing', [], 1);
  expect(await here.read('sightglass_processes')).toBe(3);
  frozen.process.kill('SIGCONT');
  await reads('sightglass_processes_missing', [], 0);
  await frozen.obey({ done: 1 });
  await reads('work_done_total', ['a'], 9);
});

test('a child outlives the one that serves, and what it has told is not told to the next', async () => {
  const child = await here.child();
  await child.obey({ done: 5 });
  await reads('work_done_total', ['a'], 5);
  const { address } = here.served;
  here.served.close();
  await child.obey({ done: 1 });
  expect(child.process.exitCode).toBeNull();
  expect(child.process.kill('SIGTERM')).toBe(true);
  await child.ended;
  expect(address.path).not.toBe('');
});

test('a child that has the name of another service in its environment is by itself', async () => {
  const other = await here.child({ OTEL_SERVICE_NAME: 'other' });
  await other.obey({ done: 5, exit: true });
  await other.ended;
  const ours = await here.child({ OTEL_SERVICE_NAME: 'test' });
  await ours.obey({ done: 2 });
  await reads('work_done_total', ['a'], 2);
});

const work = describe('counter', 'forged_total', { help: 'F.' });
const hello = () => jsonFrame(FRAME.hello, { token: here.served.address.token, pid: 1 });
const numbers = (...all: number[]) =>
  changesFrame(0, { metrics: [[0, work]], series: [[0, 0, []]], removed: [], numbers: all });
const seconds = describe('histogram', 'forged_seconds', { help: 'F.', buckets: [1] });
const times = (...all: number[]) =>
  changesFrame(0, { metrics: [[0, seconds]], series: [[0, 0, [], [1]]], removed: [], numbers: all });
const json = (...news: unknown[]) =>
  changesFrame(0, {
    metrics: [],
    series: [],
    removed: [],
    numbers: [],
    ...Object.fromEntries(news.map((one, i) => [['metrics', 'series', 'removed'][i], one])),
  } as never);

test.each<[what: string, bytes: () => Buffer[]]>([
  ['who does not know the token', () => [jsonFrame(FRAME.hello, { token: 'x' }), numbers(0, 1)]],
  ['who says nothing of that', () => [numbers(0, 1)]],
  ['a frame that is too long', () => [hello(), Buffer.from([0xff, 0xff, 0xff, 0xff, 2])]],
  ['a frame that is cut short', () => [hello(), frame(FRAME.changes, Buffer.from([0, 0, 0, 0, 9, 0, 0, 0]))]],
  ['a frame of no type', () => [hello(), frame(99)]],
  [
    'no JSON',
    () => [hello(), frame(FRAME.changes, Buffer.from([0, 0, 0, 0, 3, 0, 0, 0]), Buffer.from('{}}'))],
  ],
  ['a hello that is no object', () => [frame(FRAME.hello, Buffer.from('7'))]],
  ['a metric without a descriptor', () => [hello(), json([[0, null]])]],
  ['a metric without a number', () => [hello(), json([['x', work]])]],
  ['news that are no lists', () => [hello(), json([7])]],
  ['a series of no metric', () => [hello(), json([], [[0, 7, []]])]],
  ['a series with other labels', () => [hello(), json([[0, work]], [[0, 0, ['a']]])]],
  [
    'a series that is there',
    () => [
      hello(),
      json(
        [[0, work]],
        [
          [0, 0, []],
          [0, 0, []],
        ],
      ),
    ],
  ],
  ['a count that is no count', () => [hello(), numbers(0, Number.NaN)]],
  ['a count below zero', () => [hello(), numbers(0, -1)]],
  ['a number of no series', () => [hello(), numbers(9, 1)]],
  ['a histogram of more buckets than it has', () => [hello(), times(0, 1, 7, 1, 1)]],
  ['a bucket that is none', () => [hello(), times(0, 1, 0.5, 1, 1)]],
  ['a histogram that ends too early', () => [hello(), times(0, 2, 0, 1, 1)]],
  ['a histogram that never ends', () => [hello(), times(0, Number.POSITIVE_INFINITY, 0, 1, 1)]],
  ['a number that ends too early', () => [hello(), numbers(0)]],
])('%s is refused, and harms nobody', async (_, bytes) => {
  const socket = connect(here.served.address.path);
  socket.on('error', () => {});
  socket.write(Buffer.concat(bytes()));
  await once(socket, 'close');
  const child = await here.child();
  await child.obey({ done: 5 });
  await reads('work_done_total', ['a'], 5);
  expect((await here.read('forged_total')) ?? 0).toBe(0);
});

test('strangers, who may be any user of the machine, take neither memory nor the places of others', async () => {
  const { path } = here.served.address;
  // What would be read into memory before it is known whose it is.
  const long = connect(path).on('error', () => {});
  long.write(Buffer.from([0, 0, 4, 0, FRAME.hello]));
  await once(long, 'close');
  const strangers: Socket[] = [];
  for (let i = 0; i < 600; i++) {
    const socket = connect(path).on('error', () => {});
    await once(socket, 'connect');
    strangers.push(socket);
  }
  await vi.waitFor(() =>
    expect(strangers.filter(({ closed, destroyed }) => closed || destroyed)).toHaveLength(600 - 512),
  );
  const child = await here.child();
  await child.obey({ done: 5 });
  await reads('work_done_total', ['a'], 5);
  for (const socket of strangers) socket.destroy();
});

test('a meeting point is made where there is none, and never in the place of a file of somebody else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightglass-meeting-'));
  const [file, link] = [join(folder, 'file'), join(folder, 'link')];
  writeFileSync(file, 'mine');
  symlinkSync(file, link);
  for (const path of [file, link]) await expect(takeMeetingPoint(path)).rejects.toThrow('no socket');
  expect(readFileSync(file, 'utf8')).toBe('mine');
  rmSync(link);
  const server = createServer();
  await listening(server, link);
  await expect(takeMeetingPoint(link)).rejects.toThrow('another process serves there');
  server.close();
  (await takeMeetingPoint(link))();
  rmSync(folder, { recursive: true });
});

test('a metric that nobody could declare is left out, and its process is served all the same', async () => {
  const socket = connect(here.served.address.path);
  socket.write(hello());
  socket.write(
    changesFrame(0, {
      metrics: [
        [0, { ...work, name: 'bad name' }],
        [1, work],
      ],
      series: [
        [0, 0, []],
        [1, 1, []],
      ],
      removed: [],
      numbers: [0, 7, 1, 8],
    }),
  );
  await reads('forged_total', [], 8);
  expect(await here.read('sightglass_processes_refused_total', 'metric')).toBe(1);
  socket.destroy();
});

test('a sender may be as slow as it likes', async () => {
  const socket = connect(here.served.address.path);
  for (const byte of Buffer.concat([hello(), numbers(0, 3)])) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await reads('forged_total', [], 3);
  expect(MAX_FRAME_BYTES).toBeGreaterThan(0);
  socket.destroy();
});

test.each([
  null,
  { handOverSeconds: 0 },
  { handOverSeconds: 61 },
  { serviceName: '' },
  { intervalSeconds: 1 },
])('serving with %j is a mistake that is told at once', async (options) => {
  await expect(serveProcesses(options as never)).rejects.toThrow(DeclarationError);
});

test('serving is begun once, and what has handed over shows in every export of the process', async () => {
  const first = await serveProcesses({ serviceName: 'test', handOverSeconds: 0.1 });
  expect(await serveProcesses()).toBe(first);
  const child = await here.child();
  await child.obey({ done: 5 });
  await expect.poll(() => createExposition().text()).toContain('work_done_total{kind="a"} 5');
  const names = async () => {
    const { resourceMetrics } = await sightglassProducer().collect();
    return resourceMetrics.scopeMetrics[0]?.metrics.map(({ descriptor }) => descriptor.name);
  };
  expect(await names()).toContain('work_done_total');
  first.close();
  expect(await createExposition().text()).not.toContain('work_done_total');
});
