import { counter, gauge } from '@sightglass/core';
import { test } from 'vitest';
import { sqlCollector } from '../index.ts';

const score = gauge('typetest_score_ratio', { help: 'A score.', labels: ['layer'] });
const rows = counter('typetest_rows_total', { help: 'Rows.', labels: ['layer', 'status'] });
const pool = { query: () => [] };

test('labels are those of the metric, gauges are set and counters are added to', () => {
  sqlCollector({
    name: 'typetest',
    pool,
    queries: {
      score: { sql: 'select', sets: score, labels: { layer: 'tier' } },
      rows: { sql: 'select', adds: rows, labels: { status: 'outcome' } },
      read: { sql: 'select', reads: (found) => found.length },
    },
  });
  const labels = { tier: 'layer' };
  // @ts-expect-error the metric has no such label
  sqlCollector({ name: 'typetest', pool, queries: { score: { sql: 's', sets: score, labels } } });
  // @ts-expect-error a counter is not set
  sqlCollector({ name: 'typetest', pool, queries: { rows: { sql: 's', sets: rows } } });
  // @ts-expect-error where it reads
  sqlCollector({ name: 'typetest', queries: { score: { sql: 's', sets: score } } });
});
