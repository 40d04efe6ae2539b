import { inParallel } from '@sightglass/test-tools';
import { seenBy } from '@sightglass/test-tools/seen';
import { beforeAll, expect, test } from 'vitest';
import { dependsOf, JUDGES } from './depends.ts';
import { differences, evaluate } from './scenarios.ts';
import { batchesOf } from './tables/batches.ts';
import { tables } from './tables/index.ts';
import type { Table } from './tables/table.ts';

/*
 * The first of each kind. The others are held where mutants are hunted: whoever judges them is evaluated with the rule itself beside them, and the memory
 * holds only for as long as the rule and the table are the same.
 */
const firsts = tables.filter(({ seed }) => seed === 1);

const seen = seenBy(import.meta.url, JUDGES);
const keys = new Map(firsts.map((each) => [each, seen.key(dependsOf(each.played, [each.recorded]))]));
const found = new Map<Table, readonly string[]>();

// No limit: it takes as long as there are tables of which anything has changed.
beforeAll(async () => {
  const asked = firsts.filter((each) => !seen.has(keys.get(each)!));
  await inParallel(batchesOf(asked), async (batch) => {
    const outcomes = await evaluate(
      [...new Set(batch.map(({ recorded }) => recorded))],
      batch.map(({ played }) => played),
    );
    for (const [i, each] of batch.entries()) found.set(each, differences(each.played, outcomes[i]!));
  });
}, 0);

test.each(firsts)('$title', (table) =>
  seen.holds(keys.get(table)!, () => expect(found.get(table)).toEqual([])),
);
