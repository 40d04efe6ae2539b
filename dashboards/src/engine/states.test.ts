import { promql, renderQuery } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { byState, worstOf } from './states.ts';

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

test('a thing is in the worst state that holds for it, told by its place and, for a table, by its name', () => {
  const states = [
    { name: 'bad', color: 'red', query: promql`x >= 1` },
    { name: 'ok', color: 'green', query: promql`x` },
  ] as const;
  expect(renderQuery(worstOf(['job_name'], states).query)).toBe(
    '0 * group by (job_name) (x >= 1) + 0\nor on (job_name)\n0 * group by (job_name) (x) + 1',
  );
  expect(renderQuery(worstOf(['job_name'], states, 'say').query)).toContain(
    'label_replace(0 * group by (job_name) (x) + 1, "state", "ok", "", "")',
  );
});
