/** A cluster whose workers all start telemetry at one port. The primary prints what each said, and how many of them answered ten scrapes. */
import cluster from 'node:cluster';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

const WORKERS = 3;
const SCRAPES = 10;

if (cluster.isPrimary) {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, 'close');
  const reports: unknown[] = [];
  cluster.on('message', async (_, report) => {
    reports.push(report);
    if (reports.length < WORKERS) return;
    const answered = new Set<string>();
    for (let i = 0; i < SCRAPES; i++) {
      const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } });
      answered.add(/worker_id_total (\d+)/.exec(await response.text())![1]!);
    }
    console.log(`REPORT ${JSON.stringify({ reports, answered: answered.size })}`);
    for (const worker of Object.values(cluster.workers ?? {})) worker?.kill();
  });
  for (let i = 0; i < WORKERS; i++) cluster.fork({ PORT: String(port) });
} else {
  const { counter } = await import('@sightglass/core');
  const { startTelemetry } = await import('@sightglass/core/setup');
  counter('worker_id_total', { help: 'The id.' }).add(cluster.worker!.id);
  const { url, problems } = await startTelemetry({
    serviceName: 'clustered',
    port: Number(process.env.PORT),
  });
  process.send!({ serves: url !== undefined, problems });
}
