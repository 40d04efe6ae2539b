import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/* What is pasted fetches nothing under a name that anybody could take: programs by their scoped package, addresses without an owner who is nobody of ours. */

const ROOT = new URL('../../', import.meta.url);
const files = execFileSync(
  'git',
  ['ls-files', '*.md', '*.yml', '*.yaml', '*.json', '*.ts', '*.mjs', '*.tmpl', '*.txt'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
)
  .trim()
  .split('\n')
  .filter((file) => !/^pnpm-lock|^test\/mutation\/memory\/|(^|\/)names\.test\.ts$/.test(file));

const matches = (pattern: RegExp) =>
  files.flatMap((file) => {
    try {
      return [...readFileSync(new URL(file, ROOT), 'utf8').matchAll(pattern)].map(
        ([found]) => `${file}: ${found}`,
      );
    } catch {
      return []; // Listed, and deleted since.
    }
  });

test('npx is told the scoped package that the program comes from', () => {
  const all = matches(/\bnpx (?:-|@|[a-z])[^\n`]{0,60}/g);
  expect(all.length).toBeGreaterThan(5);
  expect(all.filter((found) => !/npx (--yes )?-p @sightglass\\?\//.test(found))).toEqual([]);
});

test('no address has an owner of a code host that is not a project of others', () => {
  const owners = matches(
    /(?:github|gitlab)\.com\/(?!OpenSLO\/|open-telemetry\/|prometheus\/|grafana\/|google\/cadvisor)[\w-]+\/[\w-]+/g,
  );
  expect(owners).toEqual([]);
});
