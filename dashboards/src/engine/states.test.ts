import { promql, renderQuery } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { byState } from './states.ts';

test('states become one query that names the state of each series', () => {
  const { query, states } = byState([
    { name: 'ok', color: 'green', query: promql`x < 1` },
    { name: 'bad', color: 'red', query: promql`x >= 1` },
  ]);
  expect(renderQuery(query)).toBe(
    'label_replace(x < 1, "state", "ok", "", "")\nor\nlabel_replace(x >= 1, "state", "bad", "", "")',
  );
  expect(states.map(({ name }) => name)).toEqual(['ok', 'bad']);
});
