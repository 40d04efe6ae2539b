/**
 * A service of several processes: a primary that starts telemetry, workers of its cluster that do the same, one that only measures and has a child of its own, a process of another
 * service, and one that asks to be by itself. The primary prints what is scraped of it once all have measured, and what each said.
 */
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SELF = fileURLToPath(import.meta.url);
const role = process.env.ROLE ?? 'primary';
const { counter, gauge } = await import('@sightglass/core');
const { startTelemetry } = await import('@sightglass/core/setup');
const work = counter('family_work_total', { help: 'Work.', labels: ['role'] });
const read = gauge('family_depth', { help: 'Depth.', labels: ['role'] });

const OPTIONS = {
  serviceName: 'family',
  port: 0,
  logLevel: 'silent',
  processes: { handOverSeconds: 0.2 },
} as const;
const until = async (url: string, ...parts: string[]) => {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (parts.every((part) => text.includes(part))) return text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

if (role === 'primary') {
  const telemetry = await startTelemetry(OPTIONS);
  work.add(1, { role });
  cluster.setupPrimary({ exec: SELF, execArgv: process.execArgv });
  const reports: { [role: string]: unknown } = {};
  const hears = async (
    from: string,
    child: { once(event: 'message', listener: (m: unknown) => void): unknown },
  ) => {
    reports[from] = (await once(child as never, 'message'))[0];
  };
  const child = (name: string) => fork(SELF, { env: { ...process.env, ROLE: name } });
  const workers = [cluster.fork({ ROLE: 'worker' }), cluster.fork({ ROLE: 'worker' })];
  const others = ['measures', 'portless', 'other', 'alone'].map((name) => [name, child(name)] as const);
  await Promise.all([
    ...workers.map((one) => hears('worker', one)),
    ...others.map(([name, one]) => hears(name, one)),
  ]);
  const text = await until(
    telemetry.url!,
    'family_work_total{role="worker"} 2',
    'family_work_total{role="measures"} 1',
    'family_work_total{role="grandchild"} 1',
    'family_depth{role="worker"} 14',
  );
  for (const worker of workers) worker.process.kill('SIGTERM');
  for (const [name, one] of others)
    if (name !== 'measures') one.kill(name === 'portless' ? 'SIGTERM' : 'SIGKILL');
  const after = await until(telemetry.url!, 'sightglass_processes 1');
  await telemetry.shutdown();
  console.log(`REPORT ${JSON.stringify({ reports, text, after, left: process.env.SIGHTGLASS_PROCESSES })}`);
} else {
  work.add(1, { role });
  if (role === 'measures') {
    process.send!('measured');
    const grandchild = fork(SELF, { env: { ...process.env, ROLE: 'grandchild' } });
    await once(grandchild, 'exit');
  } else if (role !== 'grandchild') {
    const options = {
      worker: {},
      // A program of its own among the workers, that says nothing of a port.
      portless: { port: undefined },
      other: { serviceName: 'other' },
      alone: { processes: false },
    }[role]!;
    const telemetry = await startTelemetry({ ...OPTIONS, ...options } as never);
    read.observe(() => 7, { role });
    process.send!({ serves: telemetry.url !== undefined, problems: telemetry.problems });
  }
}
