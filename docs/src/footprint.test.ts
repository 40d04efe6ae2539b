import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/* The numbers of `docs/cost.md` are those that its command prints, on the library as it is. */

const ROOT = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/cost.md', ROOT), 'utf8');
const { footprint } = JSON.parse(readFileSync(new URL('docs/package.json', ROOT), 'utf8')).scripts;
const { stdout, stderr } = spawnSync(process.execPath, footprint.split(' ').slice(1), {
  cwd: fileURLToPath(new URL('docs/', ROOT)),
  encoding: 'utf8',
});

const COLUMNS = ['series', 'bytes', 'gzip', 'memory'] as const;
type Row = { readonly what: string } & { readonly [column in (typeof COLUMNS)[number]]: number };

const rowsOf = (text: string): readonly Row[] =>
  [...text.matchAll(/^\| (.+) \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) KiB \|$/gm)].map(
    ([, what, ...numbers]) =>
      ({ what, ...Object.fromEntries(COLUMNS.map((column, i) => [column, Number(numbers[i])])) }) as Row,
  );
const said = rowsOf(page);
const measured = rowsOf(stdout);

test('the command is the one of the page, and prints its rows', () => {
  expect(stderr).toBe('');
  expect(page).toContain('pnpm --filter @sightglass/docs footprint\n');
  expect(said.map(({ what }) => what)).toEqual(measured.map(({ what }) => what));
  expect(said.length).toBeGreaterThan(5);
});

/** What a process has (spaces of the heap, kinds of collections) and how well a text packs depend on the version of Node. */
const near = (value: number, share: number, of: number) => {
  expect(value).toBeGreaterThanOrEqual(of * (1 - share) - 1);
  expect(value).toBeLessThanOrEqual(of * (1 + share) + 1);
};

describe.each(said)('$what', (row) => {
  const now = measured.find(({ what }) => what === row.what)!;
  const ofNode = row.what.startsWith('the process');

  test('has as many series', () =>
    ofNode ? near(row.series, 0.2, now.series) : expect(row.series).toBe(now.series));
  test('has as many bytes, within a fiftieth', () => near(row.bytes, ofNode ? 0.2 : 0.02, now.bytes));
  test('is packed as well, within a fifth', () => near(row.gzip, 0.2, now.gzip));
  test('takes as much memory, within a half', () => near(row.memory, 0.5, now.memory));
});

test('the sum of its example is that of its rows', () => {
  const [, jobs, tables, routes, series, scrape, wire, memory] =
    /(\d+) jobs, (\d+) tables and (\d+) routes are ([\d,]+) series and (\d+) KiB a scrape, (\d+) KiB on the wire, and ([\d.]+) MiB/.exec(
      page,
    )!;
  const times: { readonly [start: string]: number } = {
    'the process': 1,
    'a job': Number(jobs),
    'a table of an offload': Number(tables),
    'an HTTP route': Number(routes),
  };
  const sum = (column: (typeof COLUMNS)[number]) =>
    said.reduce((total, row) => {
      const start = Object.keys(times).find((one) => row.what.startsWith(one));
      return total + (start === undefined ? 0 : times[start]! * row[column]);
    }, 0);
  expect(Number(series!.replace(',', ''))).toBe(sum('series'));
  expect(Number(scrape)).toBe(Math.round(sum('bytes') / 1_024));
  expect(Number(wire)).toBe(Math.round(sum('gzip') / 1_024));
  expect(memory).toBe((sum('memory') / 1_024).toFixed(1));
});
