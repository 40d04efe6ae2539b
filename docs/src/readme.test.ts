import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { shipped } from '@sightglass/rules/mixins';
import { expect, test } from 'vitest';
import { COMMAND_NAMES } from '../../rules/src/cli/usage.ts';
import { withCounts } from './readme.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (page: string) => readFileSync(new URL(page, ROOT), 'utf8');
const readme = read('README.md');
const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
const all = execFileSync('git', listed, { cwd: ROOT, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((page) => existsSync(new URL(page, ROOT)));

test('the front page says how much there is as it is counted', () => {
  expect(readme).toContain('**In the box:**');
  expect(withCounts(readme)).toBe(readme);
  const short = { what: 'metrics', total: 2, proven: 1, open: ['a'] };
  expect(() => withCounts(readme, [short])).toThrow('can not tell of metrics: ["a"]');
});

test('every page of the docs can be reached from it', () => {
  const pages = all.filter((page) => /^docs\/[^/]+\.md$/.test(page));
  expect(pages.length).toBeGreaterThan(20);
  expect(pages.filter((page) => !readme.includes(`](${page}`))).toEqual([]);
});

test('the page of the rules names every mixin that ships, and every command', () => {
  const page = read('rules/README.md');
  expect(shipped.filter(({ name }) => !page.includes(`\`${name}\``)).map(({ name }) => name)).toEqual([]);
  expect(COMMAND_NAMES.filter((command) => !page.includes(`sightglass ${command} `))).toEqual([]);
});

test('every table is whole: a row behind an empty line is none', () => {
  const lost = all.flatMap((page) => {
    const lines = read(page)
      .replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
      .split('\n');
    return lines.flatMap((line, i) =>
      line.startsWith('|') && lines[i - 1]?.trim() === '' && !/^\|[ :|-]+\|$/.test(lines[i + 1] ?? '')
        ? [`${page}: ${line.slice(0, 60)}`]
        : [],
    );
  });
  expect(lost).toEqual([]);
});

test('every function that a page imports of ours is there', async () => {
  const asked = new Set<string>();
  // A type is nothing that can be asked for here; the compiler is where a page is pasted.
  for (const page of all.filter((each) => !each.startsWith('.changeset/')))
    for (const [, names, from] of read(page).matchAll(/^import \{([^}]*)\} from '(@sightglass\/[\w/-]+)'/gm))
      for (const name of names!.split(',').map((each) => each.trim()))
        if (/^[a-z]/.test(name) && !name.startsWith('type ')) asked.add(`${from} ${name.split(' as ')[0]}`);
  expect(asked.size).toBeGreaterThan(60);
  const missing: string[] = [];
  for (const each of asked) {
    const [from, name] = each.split(' ') as [string, string];
    const at = from === '@sightglass/dashboards' ? '../../dashboards/src/index.ts' : from;
    if (!(name in (await import(at)))) missing.push(each);
  }
  expect(missing).toEqual([]);
});
