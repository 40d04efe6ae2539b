import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const RUN = fileURLToPath(new URL('demo.ts', import.meta.url));

test('the demo shows the score falling, the alert delivered and resolved, and cleans up', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-demo-test-'));
  // Postgres runs as another user when the tests run as root.
  await chmod(folder, 0o755);
  const child = spawn(process.execPath, ['--conditions=@sightglass/source', RUN, '--once'], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = await once(child, 'close');
  expect(output).toContain('The phone rings');
  expect(output).toMatch(/runbook +https:\S+#datasetqualitylow/);
  expect(output).not.toContain('NO ');
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
  expect(code, output).toBe(0);
});
