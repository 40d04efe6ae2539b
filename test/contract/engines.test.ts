import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const published = [
  'rules',
  'dashboards',
  ...readdirSync(new URL('packages/', ROOT)).map((name) => `packages/${name}`),
];

test.each(published)('%s is installed by every Node that the pages promise', (folder) => {
  const [, promised] = /^Node (\d+) or newer; ESM/m.exec(read('packages/core/README.md'))!;
  expect(JSON.parse(read(`${folder}/package.json`)).engines).toEqual({ node: `>=${promised}` });
});

test('a clone, too, and the pages say the same', () => {
  const { engines } = JSON.parse(read('package.json'));
  for (const page of ['README.md', 'CONTRIBUTING.md'])
    expect(`>=${/need Node (\d+) or newer/.exec(read(page))?.[1]}`).toBe(engines.node);
});
