import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startTelemetry } from './index.ts';
import { type App, PACKAGE, runApp, runProgram } from './run-app.support.ts';

let app: App | undefined;
afterEach(() => app?.child.kill('SIGKILL'));

async function reportOf(started: App) {
  app = started;
  await started.says('REPORT ');
  return JSON.parse(/REPORT (.*)/.exec(started.output())![1]!);
}

const value = (text: string, series: string) =>
  new RegExp(`^${series.replace(/[{}]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1];

test('the primary serves the workers of its cluster and all that they start; what is another service serves itself', async () => {
  const { reports, text, after, left } = await reportOf(
    runProgram(['--conditions=@sightglass/source', join(import.meta.dirname, 'family.support.ts')], PACKAGE),
  );
  expect(reports).toEqual({
    worker: { serves: false, problems: [] },
    portless: { serves: false, problems: [] },
    measures: 'measured',
    other: { serves: true, problems: [] },
    alone: { serves: true, problems: [] },
  });
  expect(value(text, 'family_work_total{role="primary"}')).toBe('1');
  expect(text).not.toMatch(/family_work_total{role="(other|alone)"}/);
  expect(text).toMatch(/^process_resident_memory_bytes{process=""} \d/m);
  expect(text).toMatch(/^process_resident_memory_bytes{process="\d"} \d/m);
  expect(text.match(/^sightglass_process_start_timestamp_seconds/gm)).toHaveLength(1);
  // Both workers were ended by a signal, and left a last hand-over, as those did that ended by themselves.
  expect(value(after, 'family_work_total{role="worker"}')).toBe('2');
  expect(after).not.toContain('family_depth{role="worker"}');
  expect(value(after, 'sightglass_processes_ended_total{how="lost"}')).toBe('0');
  expect(value(after, 'sightglass_processes_refused_total{reason="connection"}')).toBe('0');
  expect(left).toBeUndefined();
});

test('a process that serves others, and one that hands over, end when they have nothing left to do', async () => {
  app = runApp(`
    import { fork } from 'node:child_process';
    import { startTelemetry } from '@sightglass/core/setup';
    const telemetry = await startTelemetry({ serviceName: 'ends', port: 0, logLevel: 'silent' });
    const code = "const { counter } = await import('@sightglass/core'); counter('ends_total', { help: 'E.' }).add(3);";
    const child = fork('-', { execPath: process.execPath, execArgv: ['--conditions=@sightglass/source', '--input-type=module', '-e', code] });
    child.on('exit', async (code) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const text = await (await fetch(telemetry.url + '/metrics')).text();
      console.log('CHILD ' + code + ' ' + /^ends_total .*/m.exec(text));
    });`);
  expect(await app.ended).toEqual({ code: 0, signal: null });
  expect(app.output()).toContain('CHILD 0 ends_total 3');
});

test('a child says which metrics of OpenTelemetry’s own instruments are in no scrape', async () => {
  const CHILD = `
    import { metrics } from '@opentelemetry/api';
    import { startTelemetry } from '@sightglass/core/setup';
    await startTelemetry({ serviceName: 'family', port: 0, logLevel: 'warn' });
    metrics.getMeter('host').createCounter('host.orders').add(1);
    setInterval(() => {}, 60_000);`;
  app = runApp(`
    import { spawn } from 'node:child_process';
    import { startTelemetry } from '@sightglass/core/setup';
    const telemetry = await startTelemetry({ serviceName: 'family', port: 0, logLevel: 'warn' });
    const args = ['--conditions=@sightglass/source', '--input-type=module', '-e', ${JSON.stringify(CHILD)}];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        process.stdout.write(text);
        if (text.includes('in no scrape')) child.kill();
      });
    child.on('exit', () => telemetry.shutdown());`);
  await app.says('is in no scrape');
  expect(app.output()).toContain('host.orders');
  await app.ended;
});

const MEMBER = (socket: string) => `
  import { counter } from '@sightglass/core';
  import { startTelemetry } from '@sightglass/core/setup';
  const work = counter('member_work_total', { help: 'Work.' });
  const socket = ${JSON.stringify(socket)};
  const telemetry = await startTelemetry({ serviceName: 'members', port: 0, logLevel: 'silent', processes: { socket, handOverSeconds: 0.1 } });
  process.on('SIGUSR2', () => work.add(1));
  console.log('READY');
  setInterval(() => { if (telemetry.url !== undefined) console.log('SERVES ' + telemetry.url + ' '); }, 50);
`;

test('processes that nobody of ours has started meet: one serves, and when it dies another does, and counts on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightglass-members-'));
  const members: App[] = [];
  const come = async () => {
    const member = runApp(MEMBER(join(folder, 'socket')));
    members.push(member);
    await member.says('READY');
    return member;
  };
  const urlOf = (member: App) => /SERVES (\S+) /.exec(member.output())?.[1];
  const work = async (member: App) => {
    const text = await (await fetch(`${urlOf(member)}/metrics`)).text();
    return value(text, 'member_work_total');
  };
  try {
    const first = await come();
    const others = [await come(), await come()];
    await first.says('SERVES');
    expect(others.map(urlOf)).toEqual([undefined, undefined]);
    for (const { child } of members) child.kill('SIGUSR2');
    await expect.poll(() => work(first)).toBe('3');
    first.child.kill('SIGKILL');
    await first.ended;
    await expect.poll(() => others.filter((member) => urlOf(member) !== undefined)).toHaveLength(1);
    const next = others.find((member) => urlOf(member) !== undefined)!;
    // What the first has shown is not shown again, as after any restart.
    expect(await work(next)).toBe('0');
    for (const { child } of others) child.kill('SIGUSR2');
    await expect.poll(() => work(next)).toBe('2');
    const late = await come();
    late.child.kill('SIGUSR2');
    await expect.poll(() => work(next)).toBe('3');
    expect(urlOf(late)).toBeUndefined();
  } finally {
    for (const { child } of members) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});

test.each([
  true,
  'yes',
  { handOverSeconds: 0 },
  { handOverSeconds: 61 },
  { handOverSeconds: '1' },
  { socket: '' },
  { socket: 9464 },
])('processes: %j is no way of serving', async (processes) => {
  await expect(startTelemetry({ processes } as never)).rejects.toThrow('processes must be false, or');
});
