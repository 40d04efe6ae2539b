import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/* CONTRIBUTING.md is true against the tree: what it names is there, and the places that it asks to be touched are as few as it says. */

const ROOT = new URL('../../', import.meta.url);
const text = readFileSync(new URL('CONTRIBUTING.md', ROOT), 'utf8');
const chapter = (title: string) => text.split(/^## /m).find((part) => part.startsWith(`${title}\n`))!;

/** Names of files and folders among what is set as code. */
const pathsIn = (part: string) => [...part.matchAll(/`([\w.-]+(?:\/[\w.-]*)+)`/g)].map(([, path]) => path!);

test('every folder of the house is there', () => {
  const rows = chapter('The house')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) =>
    [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, path]) => path!),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
});

const MOST: { readonly [kind: string]: number } = { metric: 4, alert: 6, panel: 3, adapter: 5 };

describe.each(Object.entries(MOST))('%s', (kind, most) => {
  const section = chapter('Where things go')
    .split(/^### /m)
    .find((part) => new RegExp(`^An? ${kind}: `).test(part))!;
  const places = section.split(/^(?=\d\. )/m).filter((part) => /^\d\. /.test(part));

  test(`takes ${most} places at most, and says so`, () => {
    expect(section.split('\n')[0]).toContain(`${most} places at most`);
    expect(places.map((place) => Number.parseInt(place, 10))).toEqual(
      Array.from({ length: places.length }, (_, i) => i + 1),
    );
    expect(places.length).toBeLessThanOrEqual(most);
  });

  test('each place is there', () => {
    for (const place of places) {
      const paths = pathsIn(place);
      expect(paths, place).not.toEqual([]);
      expect(paths.filter((path) => !path.startsWith('@') && !existsSync(new URL(path, ROOT)))).toEqual([]);
    }
  });
});

test('what it says of a domain is there', () => {
  const paths = pathsIn(chapter('Where things go')).filter((path) => !path.startsWith('@'));
  expect(paths.filter((path) => path.startsWith('test/own-domain/')).length).toBeGreaterThan(0);
  expect(paths.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
});
