import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const PAGES = readdirSync(new URL('docs/reference-systems/', ROOT)).filter((file) => file.endsWith('.md'));

/** Every item that the reference systems state, as they were extracted; a page must name every one of its system. */
const IDS = readFileSync(new URL('docs/reference-systems/ids.txt', ROOT), 'utf8').trim().split('\n');

/** Items that no test can hold: what a company paid, did or wrote. Every other one needs a proof. */
const WITHOUT_PROOF: { readonly [page: string]: readonly string[] } = {
  '002.md': ['T3', 'T6', 'T7', 'T8', 'V6', 'V7', 'Z14', 'Z15', 'Z16', 'Z20'],
  '004.md': ['T4', 'L2', 'Z5', 'Z11'],
};

test('the systems that are built have their pages', () => {
  expect(PAGES).toEqual(['002.md', '004.md']);
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

  test.each(rows.map((row) => [row.split('|')[1]!.trim(), row]))('%s has a proof that exists', (id, row) => {
    const proof = row.split('|').at(-2)!;
    if (withoutProof.includes(id)) {
      expect(proof.trim()).toBe('nothing to prove');
      return;
    }
    const found = [...proof.matchAll(/`([^`]+)`(?: › "((?:[^"\\]|\\.)+)")?/g)];
    expect(found.length).toBeGreaterThan(0);
    for (const [, file, title] of found) {
      const url = new URL(file!, ROOT);
      expect(existsSync(url), `${file} exists`).toBe(true);
      if (title === undefined) continue;
      expect(readFileSync(url, 'utf8')).toContain(title.replaceAll('\\"', '"'));
    }
  });
});
