import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../rules/src/cli/run.ts';
import { type Backfilled, startBackfilled } from '../slo/backfilled.ts';

/* `sightglass backtest` against a real Prometheus with seven weeks of history. */

const HOUR = 3_600;
const START = Date.UTC(2026, 8, 7) / 1_000;
const HOURS = 7 * 168;
const END = START + HOURS * HOUR;
/** A spike three days before the end, within four weeks. */
const SPIKE = HOURS - 72;

const daily = (hour: number) => 100 - 80 * Math.cos((2 * Math.PI * hour) / 24);

let prometheus: Backfilled;
const folder = mkdtempSync(join(tmpdir(), 'sightglass-backtest-'));
beforeAll(async () => {
  const of = (series: (hour: number) => number | undefined) => (seconds: number) =>
    series(Math.floor(seconds / HOUR));
  prometheus = await startBackfilled({
    series: {
      'shop_orders{shop="a",till="1"}': of((hour) => daily(hour) / 2),
      'shop_orders{shop="a",till="2"}': of(
        (hour) => (daily(hour) / 2) * (hour >= SPIKE && hour < SPIKE + 3 ? 5 : 1),
      ),
      'shop_orders{shop="young",till="1"}': of((hour) => (hour < HOURS - 200 ? undefined : 100)),
    },
    start: START,
    end: END,
    step: 300,
    records: [],
  });
});
afterAll(async () => {
  await prometheus.stop();
  rmSync(folder, { recursive: true });
});

async function backtest(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const given = ['backtest', '--prometheus', prometheus.url, '--at', String(END), ...args];
  const status = await run(given, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    folder,
  });
  return { status, out: out.join(''), err: err.join('') };
}

/** The cells of the row of a method in the first table, by their headings. */
function rowOf(out: string, method: string): Record<string, string> {
  const lines = out.split('\n').filter((line) => line.startsWith('|'));
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const row = lines.map(cells).find(([name]) => name === method)!;
  return Object.fromEntries(cells(lines[0]!).map((heading, i) => [heading, row[i]!]));
}

test('says of each method how often it would have fired, and what it would have found', async () => {
  const { status, out, err } = await backtest('--query', 'shop_orders{shop="a"}', '--by', 'shop');
  expect([status, err]).toEqual([0, '']);
  expect(out).toContain('{shop="a"}, 2026-09-28T00:00Z to 2026-10-26T00:00Z');
  const seasonal = rowOf(out, 'seasonal');
  expect(seasonal).toMatchObject({
    'hours judged': '672',
    unusual: '3',
    alarms: '1',
    'alarms a week': '0.25',
  });
  expect(seasonal['outage found']).toMatch(/^100 %, 1 h$/);
  expect(seasonal['gap found']).toBe('0 %');
  // A cycle is within what is usual for the others, and so is what is lost in it.
  expect(rowOf(out, 'z')['drop found']).toBe('0 %');
  expect(rowOf(out, 'robust')['outage found']).toBe('0 %');
  expect(out).toContain('Faults are put into the history one at a time: spike, twice as much for 3 hours');
});

test('draws the history, what was expected and the unusual hours', async () => {
  const { out } = await backtest(
    '--query',
    'sum(shop_orders{shop="a"})',
    '--method',
    'seasonal',
    '--plot',
    'orders.svg',
  );
  expect(out).toContain('orders.svg\n');
  const svg = readFileSync(join(folder, 'orders.svg'), 'utf8');
  expect(svg.match(/<rect x=/g)).toHaveLength(3);
  expect(svg.match(/<path /g)).toHaveLength(2);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('a series that is too young is not judged, and every series has a table', async () => {
  const { out } = await backtest('--query', 'shop_orders', '--by', 'shop', '--range', '7d');
  expect(out.match(/^\| seasonal/gm)).toHaveLength(2);
  const young = out.slice(out.indexOf('shop="young"'));
  expect(rowOf(young, 'seasonal')).toMatchObject({
    'hours judged': '0',
    'alarms a week': '–',
    'spike found': '–',
  });
});

test('an insensitive rule fires less often', async () => {
  const { out } = await backtest(
    '--query',
    'sum(shop_orders{shop="a"})',
    '--sensitivity',
    '1000',
    '--least',
    '1',
    '--counts',
  );
  expect(rowOf(out, 'seasonal')).toMatchObject({ unusual: '0', 'spike found': '0 %' });
});

describe('wrong usage', () => {
  test.each([
    [['--query', 'x', '--range', '1h'], '--range must be from 1d to 366d'],
    [['--query', 'x', '--range', 'soon'], '--range must be from 1d to 366d'],
    [['--query', ''], 'backtest needs --query'],
    [['--query', 'x', '--method', 'guess'], '--method must be z, robust, seasonal'],
    [['--query', 'x', '--by', 'a b'], '--by must be labels'],
    [['--query', 'x', '--sensitivity', '0'], '--sensitivity must be a number above 0'],
    [['--query', 'x', '--at', 'noon'], '--at must be a time'],
  ])('%j is said in plain words', async (args, message) => {
    const { status, err } = await backtest(...args);
    expect([status, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test('a query without series, and one that is no PromQL, fail with what Prometheus says', async () => {
    expect(await backtest('--query', 'no_such_metric')).toMatchObject({
      status: 1,
      err: expect.stringContaining('the query has no series'),
    });
    expect(await backtest('--query', 'sum(')).toMatchObject({
      status: 1,
      err: expect.stringContaining('parse error'),
    });
  });
});
