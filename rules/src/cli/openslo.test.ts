import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { renderOpenSlo } from '../index.ts';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightglass-openslo-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function render(...args: readonly string[]) {
  const out: string[] = [];
  const status = await run(['render', ...args], {
    out: (piece) => void out.push(piece),
    err: () => {},
    folder,
  });
  return { status, out: out.join('') };
}

test('render writes the OpenSLO documents of an installation into a folder of their own', async () => {
  const { status, out } = await render(
    ...['--out', 'made', '--selector', 'namespace=prod', '--runbook-base-url', 'https://r.example.org'],
  );
  expect(status).toBe(0);
  const files = renderOpenSlo({
    selector: { namespace: 'prod' },
    runbookBaseUrl: 'https://r.example.org',
  });
  expect(readdirSync(join(folder, 'made/openslo'))).toEqual(files.map(({ file }) => file).sort());
  for (const { file, yaml } of files) {
    expect(readFileSync(join(folder, 'made/openslo', file), 'utf8')).toBe(yaml);
    expect(out).toContain(`${join('made/openslo', file)}\n`);
  }
});

test('render writes none for times that are scaled, which OpenSLO can not say', async () => {
  expect((await render('--out', 'fast', '--scale', '60')).status).toBe(0);
  expect(existsSync(join(folder, 'fast/slo.yml'))).toBe(true);
  expect(existsSync(join(folder, 'fast/openslo'))).toBe(false);
});
