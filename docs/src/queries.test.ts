import { readdirSync, readFileSync } from 'node:fs';
import { checkQuery, problemText, shippedCatalog } from '@sightglass/rules';
import { expect, test } from 'vitest';

const FOLDER = new URL('../', import.meta.url);
const queries = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    return [...text.matchAll(/```promql\n([\s\S]*?)```/g)].map(([, query]) => ({
      file,
      query: query!.trim(),
    }));
  });

test('the guides have queries', () => expect(queries.length).toBeGreaterThan(20));

test.each(queries)('a query of $file works when pasted: $query', ({ query }) => {
  expect(checkQuery(query, { catalog: shippedCatalog() }).map(problemText)).toEqual([]);
});
