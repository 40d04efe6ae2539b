import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServerProcess } from '@sightglass/test-tools';
import { expect, test } from 'vitest';
import { GENERATIONS, installedService } from './generations.ts';
import { ROOT } from './packed.ts';
import { fromText } from './samples.ts';

/* What `docs/beside-prom-client.md` says, pasted into an Express 4 service of CommonJS that has our tarballs and prom-client. */

const page = await readFile(join(ROOT, 'docs/beside-prom-client.md'), 'utf8');
const [, name, server] = /^```js\n\/\/ (\S+)\n([\s\S]*?)^```/m.exec(page)!;

test('one page has the metrics of both, each once, as one family', async () => {
  const { node, nodeMajor } = GENERATIONS[0]!;
  const folder = await installedService({
    folder: 'express-4',
    nodeMajor,
    dependencies: { '@opentelemetry/api': '1.10.0', express: '4.22.1', 'prom-client': '15.1.3' },
  });
  const file = join(folder, name!);
  await writeFile(file, server!);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const service = await startServerProcess({
    name: 'express',
    command: node(),
    args: [file],
    folder: await mkdtemp(join(tmpdir(), 'sightglass-express-')),
    env: { PORT: String(port) },
    isReady: async () => (await fetch(`${url}/metrics`)).ok,
  });
  try {
    expect((await fetch(`${url}/send`, { method: 'POST' })).status).toBe(204);
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(fromText(text)).toMatchObject({
      'letters_sent_total{outcome="ok"}': 1,
      'invoices_sent_total{outcome="ok"}': 1,
      'invoices_sent_total{outcome="bounced"}': 0,
      process_resident_memory_bytes: expect.any(Number),
    });
    const named = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, metric]) => metric);
    expect(new Set(named).size).toBe(named.length);
  } finally {
    await service.stop();
  }
});
