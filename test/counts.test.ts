import { expect, test } from 'vitest';
import { counts, countsText } from './counts.ts';

/** What `pnpm counts` prints is what is there, and what must be whole is. */

const all = counts();
const named = (what: string) => all.find((each) => each.what === what)!;

test('one command prints the whole product in numbers', () => {
  for (const line of countsText(all).trim().split('\n')) expect(line).toMatch(/^[\w ,]+: \d+( \/ \d+)?$/i);
  expect(all.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      'metrics',
      'alerts fired live',
      'panels with figures',
      'SLOs',
      'runbook sections',
      'requirement items',
      'mutants that nobody finds out',
    ]),
  );
  for (const { what, total } of all.slice(0, -1)) expect(total, what).toBeGreaterThan(0);
});

test.each(['alerts with stories', 'runbook sections'])('%s are whole', (what) =>
  expect(named(what).open).toEqual([]),
);

test('what is open is named when it is asked for', () => {
  const [first] = named('alerts fired live').open ?? [];
  if (first !== undefined) expect(countsText(all, true)).toContain(`\n  ${first}\n`);
});
