import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const PAGES = readdirSync(new URL('docs/reference-systems/', ROOT)).filter((file) => file.endsWith('.md'));

/** How many items of each kind a reference system states; its page must name every one. */
const ITEMS: { readonly [page: string]: { readonly [kind: string]: number } } = {
  '002.md': {
    ...{ T: 8, M: 15, A: 11, R: 1, G: 3, P: 26, S: 5, E: 5, N: 8, C: 6, B: 3 },
    ...{ D: 7, V: 8, L: 3, X: 6, Z: 20 },
  },
  '004.md': { M: 12, B: 13, A: 9, R: 3, P: 9, S: 4, C: 6, D: 8, V: 7 },
};

/** Items that no test can hold: what a company paid, did or wrote. Every other one needs a proof. */
const WITHOUT_PROOF: { readonly [page: string]: readonly string[] } = {
  '002.md': ['T3', 'T6', 'T7', 'T8', 'V6', 'V7', 'Z14', 'Z15', 'Z16', 'Z20'],
};

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(new URL(`docs/reference-systems/${page}`, ROOT), 'utf8');
  const system = page.replace('.md', '');
  const withoutProof = (WITHOUT_PROOF[page] ?? []).map((id) => `${system}-${id}`);
  const rows = text.split('\n').filter((line) => /^\| (\d{3}-|TR-)/.test(line));

  test('names every item of the system once', () => {
    const ids = Object.entries(ITEMS[page]!).flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, i) => `${system}-${kind}${i + 1}`),
    );
    const named = rows.map((row) => row.split('|')[1]!.trim()).filter((id) => id.startsWith(system));
    expect(named.sort()).toEqual(ids.sort());
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
