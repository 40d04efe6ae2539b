import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = new URL('../../', import.meta.url);
const PAGES = readdirSync(new URL('docs/reference-systems/', ROOT)).filter((file) => file.endsWith('.md'));

/** Every item that the reference systems state, as they were extracted; a page must name every one of its system. */
const IDS = readFileSync(new URL('docs/reference-systems/ids.txt', ROOT), 'utf8').trim().split('\n');

/** Their mistakes, each with the systems that it is of. */
const TRAPS = readFileSync(new URL('docs/reference-systems/traps.txt', ROOT), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' '));

/** Items that no test can hold: what a company paid, did or wrote. Every other one needs a proof. */
const WITHOUT_PROOF: { readonly [page: string]: readonly string[] } = {
  '000.md': ['T1', 'T3', 'T4', 'T5', 'D1'],
  '002.md': ['T3', 'T6', 'T7', 'T8', 'V6', 'V7', 'Z14', 'Z15', 'Z16', 'Z20'],
  '003.md': ['T5', 'K2', 'X2', 'Z2', 'Z12'],
  '004.md': ['T4', 'L2', 'D3', 'Z5', 'Z11'],
};

test('the systems that are built have their pages', () => {
  expect(PAGES).toEqual(['000.md', '001.md', '002.md', '003.md', '004.md']);
});

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(new URL(`docs/reference-systems/${page}`, ROOT), 'utf8');
  const system = page.replace('.md', '');
  const withoutProof = (WITHOUT_PROOF[page] ?? []).map((id) => `${system}-${id}`);
  const rows = text.split('\n').filter((line) => /^\| (\d{3}-|TR-)/.test(line));

  test('names every item of the system once', () => {
    const ids = IDS.filter((id) => id.startsWith(system));
    expect(ids.length).toBeGreaterThan(60);
    const named = rows.map((row) => row.split('|')[1]!.trim()).filter((id) => id.startsWith(system));
    expect(named.sort()).toEqual(ids.toSorted());
  });

  test('names every trap of the system', () => {
    const ids = TRAPS.filter(([, ...systems]) => systems.includes(system)).map(([id]) => id!);
    expect(ids.length).toBeGreaterThan(5);
    const named = rows.map((row) => row.split('|')[1]!.trim());
    expect(ids.filter((id) => !named.includes(id))).toEqual([]);
  });

  test.each(rows.map((row) => [row.split('|')[1]!.trim(), row]))('%s has a proof that exists', (id, row) => {
    const proof = row.split('|').at(-2)!;
    if (withoutProof.includes(id)) {
      expect(proof.trim()).toBe('nothing to prove');
      return;
    }
    const cited = [...proof.matchAll(/`([^`]+)`(?: › "((?:[^"\\]|\\.)+)")?/g)];
    expect(cited.length).toBeGreaterThan(0);
    const tests = cited.map(([, file, title]) => {
      expect(file).toMatch(TESTS);
      expect(existsSync(new URL(file!, ROOT)), `${file} exists`).toBe(true);
      expect(title, `${file} is cited with the title of a test`).toBeDefined();
      const found = testOf(readFileSync(new URL(file!, ROOT), 'utf8'), title!.replaceAll('\\"', '"'));
      expect(found, `${file} has a test "${title}"`).toBeDefined();
      return found!;
    });
    const name = subjectOf(id, row);
    if (name !== undefined)
      expect(
        tests.some((test) => test.includes(name)),
        `a cited test names ${name}`,
      ).toBe(true);
  });
});

/** What the runner runs: tests, and stories that tests run. */
const TESTS = /\.(test|stories|history)\.ts$|^test\/scenario\/stories\/[\w/-]+\.ts$/;

/** The text of the test or story that has this title, with the call that it belongs to; undefined when no title is that. */
function testOf(source: string, title: string): string | undefined {
  const quoted = ["'", '"', '`'].map(
    (quote) => quote + title.replaceAll("'", quote === "'" ? "\\'" : "'") + quote,
  );
  const at = quoted
    .map((text) => source.search(new RegExp(`${escaped(text)}\\s*[,:)]`)))
    .find((found) => found >= 0);
  if (at === undefined) return undefined;
  const owner = [...source.slice(0, at).matchAll(/(?:[sS]tories\w*)\(\s*'(\w+)'/g)].at(-1)?.[1] ?? '';
  const next = source
    .slice(at + title.length)
    .search(/^ {0,4}(?:(?:test|it|describe)\b|['"`\w][^\n]*: async\b)/m);
  return `${owner}\n${next < 0 ? source.slice(at) : source.slice(at, at + title.length + next)}`;
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What a cited test must name: the alert, or for the panels of 004 the panel. */
function subjectOf(id: string, row: string): string | undefined {
  const cells = row.split('|').map((cell) => cell.trim());
  if (/^004-[AP]\d+$/.test(id)) return cells[2];
  if (/^00[023]-A\d+$/.test(id)) return /^`?(\w+)/.exec(cells[3]!)![1];
  return undefined;
}

test('a file that is no test, a title that is none and a test of something else are found out', () => {
  const source =
    "// 'fires'\nalertStories(\n  'JobStopped',\n  {\n    'fires': async (s) => {},\n    'rests': async (s) => {},\n  });\n";
  expect('README.md').not.toMatch(TESTS);
  expect(testOf(source, 'fire')).toBeUndefined();
  expect(testOf(source, 'fires')).toContain('JobStopped');
  expect(testOf(source, 'fires')).not.toContain('rests');
});

test('what differs from 004 in name or address is declared, and is as declared', () => {
  const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
  const [, table] = /^## Names and addresses that differ\n([\s\S]*?)^## /m.exec(
    read('docs/reference-systems/004.md'),
  )!;
  const declared = Object.fromEntries(
    [...table!.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, what, there, here]) => [
      what,
      `${there} ${here}`,
    ]),
  );
  const { uid, tags } = JSON.parse(read('dashboards/grafana/sightglass-offload.json'));
  const { groups } = parse(read('rules/prometheus/offload.yml')) as { groups: { name: string }[] };
  const [, port] = /DEFAULT_PORT = (\d+)/.exec(read('packages/core/src/endpoint/endpoint.ts'))!;
  expect(declared['port of the metrics']).toContain(port);
  for (const { name } of groups) expect(declared['group of the rules']).toContain(`\`${name}\``);
  expect(declared['uid of the dashboard']).toContain(`\`${uid}\``);
  // 004-G1 has iceberg, offload, cold-storage and phase-5.
  const missing = ['iceberg', 'offload', 'cold-storage', 'phase-5'].filter((tag) => !tags.includes(tag));
  expect(Object.keys(declared).filter((what) => what.startsWith('tag'))).toEqual(
    missing.map((tag) => `tag \`${tag}\` of the dashboard`),
  );
});
