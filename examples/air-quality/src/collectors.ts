import { gauge } from '@sightglass/core';
import { type Dataset, dataHealth, sqlCollector } from '@sightglass/pipeline';
import type pg from 'pg';
import type { Config } from './config.ts';

const rowsToday = gauge('air_quality_rows_today', {
  help: 'Measurements in gold since midnight, by pollutant: a number that begins anew each day, and is never added up.',
  labels: ['pollutant'],
});
const scoreOfDay = gauge('air_quality_score_ratio', {
  help: 'The mean score of the last day by layer, as the table of checks has it.',
  labels: ['layer'],
});

/** What is asked of the warehouse. Ranges and maxima that an index finds: `date(column) = current_date` would read all of it, each minute. */
export const QUERIES = {
  newest: 'select newest from facts.newest',
  scores: 'select layer, value from facts.scores',
  rows: `select pollutant, count(*) as value from facts.fact_air_quality_measurements
         where measurement_timestamp >= date_trunc('day', now()) group by pollutant`,
} as const;

/** **How Sightglass is used to read a database**: what no process writes down where it happens, three queries, one replica at a time. */
export function startCollectors(pool: pg.Pool, gold: Dataset, config: Config) {
  const { collectIntervalSeconds, collectTimeoutSeconds, freshnessObjectiveSeconds } = config;
  const collector = sqlCollector({
    name: 'warehouse',
    pool,
    replicas: 'one',
    intervalSeconds: collectIntervalSeconds,
    timeoutSeconds: collectTimeoutSeconds,
    lockTimeoutSeconds: collectTimeoutSeconds / 2,
    connectTimeoutSeconds: collectTimeoutSeconds,
    owner: 'team-air',
    queries: {
      newest: { sql: QUERIES.newest, tells: gold, newest: 'newest' },
      scores: { sql: QUERIES.scores, sets: scoreOfDay },
      rows: { sql: QUERIES.rows, sets: rowsToday },
    },
  });
  const health = dataHealth({
    pool,
    newest: QUERIES.newest,
    maxAgeSeconds: freshnessObjectiveSeconds,
    timeoutSeconds: 1,
    cacheSeconds: 1,
  });
  return { collector, health };
}
