import { expect, test } from 'vitest';
import { atTheEnd, shownBy, valuesBy } from './shown-by.ts';
import { containers, machine } from './world/host.ts';
import { hours, minutes } from './world/time.ts';

/** What System Health shows of a machine and its containers, evaluated with the rules that it reads. */

const { exprOf } = shownBy('sightglass-hosts');

test('services are up, partly up or down, the worst first (000-P1)', async () => {
  const [states = [], up = [], of = []] = await atTheEnd(
    async (s) => {
      s.other('api', 'x 1');
      s.other('db', undefined);
      await s.start();
      await s.wait(minutes(10));
      s.other('api', undefined, 'api:81');
      await s.seen();
    },
    ...['A', 'B', 'C'].map((refId) => exprOf('Services', refId)),
  );
  expect(valuesBy(states, 'job', 'state')).toMatchObject({ 'db down': 0, 'iceberg-scheduler up': 2 });
  expect(valuesBy(up, 'job')).toMatchObject({ db: 0, 'iceberg-scheduler': 1 });
  expect(valuesBy(of, 'job')).toMatchObject({ db: 1, 'iceberg-scheduler': 1 });
});

test('a machine shows what it has in use, and by what it is short (000-P2, TR-96)', async () => {
  const [states = [], cpu = [], memory = [], disk = [], plotted = [], firing = []] = await atTheEnd(
    async (s) => {
      const host = machine(s, { busy: 3, memory: 0.95, diskLeft: 0.12 });
      await host.wait(minutes(20));
    },
    ...['A', 'B', 'C', 'D'].map((refId) => exprOf('Machines', refId)),
    exprOf('Disk Space'),
    'ALERTS{alertname="HostMemoryHigh",alertstate="firing"}',
  );
  expect(firing.map(({ labels }) => labels.alertname)).toEqual(['HostMemoryHigh']);
  expect(valuesBy(states, 'instance', 'state')).toEqual({ 'node:80 disk low': 2 });
  expect(valuesBy(cpu, 'instance')).toEqual({ 'node:80': expect.closeTo(0.75, 3) });
  expect(valuesBy(memory, 'instance')).toEqual({ 'node:80': expect.closeTo(0.95, 6) });
  expect(valuesBy(disk, 'instance')).toEqual({ 'node:80': expect.closeTo(0.12, 6) });
  expect(valuesBy(plotted, 'instance', 'mountpoint')).toEqual({ 'node:80 /': expect.closeTo(0.12, 6) });
});

test('the network shows bytes and broken packets, of cards alone (000-P3)', async () => {
  const [bytes = [], share = [], packets = []] = await atTheEnd(
    async (s) => {
      const host = machine(s, { packets: 100, broken: 2 });
      await host.wait(minutes(30));
    },
    exprOf('Network'),
    exprOf('Network Errors'),
    exprOf('Network Errors', 'B'),
  );
  const [perSecond] = Object.values(valuesBy(bytes, 'instance'));
  // A hundred packets of a thousand bytes, but for the last scrape.
  expect(perSecond).toBeGreaterThan(70_000);
  expect(perSecond).toBeLessThanOrEqual(100_000);
  expect(valuesBy(share, 'device')).toEqual({ eth0: expect.closeTo(0.02, 4) });
  expect(valuesBy(packets, 'device')).toEqual({ eth0: expect.closeTo(1_800, -2) });
});

test('a container is well, near its limit, throttled or gone (000-P4)', async () => {
  const [states = [], running = [], memory = [], cpu = []] = await atTheEnd(
    async (s) => {
      const all = containers(
        s,
        { name: 'gone' },
        { name: 'full' },
        { pod: 'api-1', container: 'slow' },
        { name: 'well' },
      );
      all.is(1, { memory: 950, limit: 1_000 });
      all.is(2, { throttled: 0.5 });
      await all.wait(hours(1) + minutes(2));
      all.end(0);
      await all.wait(minutes(6));
    },
    exprOf('Containers'),
    exprOf('Containers', 'B'),
    exprOf('Container Memory'),
    exprOf('Container CPU'),
  );
  expect(valuesBy(states, 'pod', 'container', 'state')).toEqual({
    ' gone gone': 0,
    ' full near limit': 3,
    'api-1 slow throttled': 4,
    ' well ok': 5,
  });
  expect(valuesBy(running, 'container').well).toBeCloseTo(hours(1) + minutes(8.5), -2);
  expect(valuesBy(memory, 'container')).toMatchObject({ full: 0.95, well: 0.1 });
  expect(valuesBy(cpu, 'container')).toMatchObject({ slow: expect.closeTo(0.5, 1) });
});
