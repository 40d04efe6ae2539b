import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { useOwnTemporaryFolder } from './temporary.ts';
import { waitUntil } from './wait.ts';

const temporary = useOwnTemporaryFolder();
const tools = new URL('./index.ts', import.meta.url).href;

/** Starts servers in a process of their own, tells their addresses and dies without stopping them. */
const careless = `
  import { startPostgres, startPrometheus } from ${JSON.stringify(tools)};
  const prometheus = await startPrometheus({ scrape: [], scrapeIntervalSeconds: 1, evaluationIntervalSeconds: 1 });
  const postgres = await startPostgres();
  console.log(JSON.stringify([prometheus.url, postgres.url]));
  process.kill(process.pid, 'SIGKILL');
`;

test('servers end, and leave nothing, when the process that started them is killed', async () => {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', careless], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  const [prometheus, postgres] = JSON.parse(output).map((url: string) => new URL(url).port);
  expect(await readdir(temporary.path)).not.toEqual([]);
  await waitUntil(async () => (await readdir(temporary.path)).length === 0, {
    what: 'their folders to go',
  });
  for (const port of [prometheus, postgres])
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow(/fetch failed/);
});
