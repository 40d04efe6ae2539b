import type { Gauge } from '@sightglass/core';
import type { SqlCollector, SqlCollectorOptions } from '@sightglass/pipeline';
import type { Process } from './process.ts';
import type { Stage } from './stage.ts';
import { minutes, seconds } from './time.ts';

/** The collector of most stories polls once a minute: what it reads may be three minutes old. */
export const COLLECTOR = { collector: 'quality' };
export const SCORES = { ...COLLECTOR, query: 'scores' };
export const ROWS = { ...COLLECTOR, query: 'rows' };
/** The labels of an alert that names the service which had it. */
export const HAD = { ...COLLECTOR, job: 'iceberg-scheduler' };
/** What an alert on a query names that tells of its service too. */
export const SCORES_OF_SERVICE = { ...SCORES, ...HAD };
export const ROWS_OF_SERVICE = { ...ROWS, ...HAD };
export const MAX_AGE = minutes(3);

/** A database that outlives the processes that poll it. */
export class Database {
  readonly #stage: Stage;
  /** What each query fails with: its code. */
  readonly #broken = new Map<string, string>();
  readonly #empty = new Set<string>();
  takesSeconds = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Queries fail from now on, all of them unless they are named. */
  breaks(code = 'ECONNREFUSED', names: readonly string[] = ['scores', 'rows']): void {
    this.#stage.note(`${names.join(' and ')} fail with ${code}`);
    for (const name of names) this.#broken.set(name, code);
  }

  mends(): void {
    this.#stage.note('the database answers');
    this.#broken.clear();
    this.#empty.clear();
  }

  empties(name: string): void {
    this.#stage.note(`${name} finds nothing`);
    this.#empty.add(name);
  }

  /** The driver of one process. */
  of(process: Process): SqlCollectorOptions['pool'] {
    return {
      query: (name: string) => {
        process.pass(this.takesSeconds);
        const code = this.#broken.get(name);
        if (code !== undefined) throw Object.assign(new Error('of the database'), { code });
        return this.#empty.has(name) ? [] : [{ value: 1 }];
      },
    };
  }
}

/** Declares the collector in this process. */
export function declareCollector(
  process: Process,
  database: Database,
  options: Partial<SqlCollectorOptions> = {},
): SqlCollector {
  const read: Gauge = process.core.gauge('read_by_story_ratio', { help: 'What a story reads.' });
  return process.pipeline.sqlCollector({
    name: COLLECTOR.collector,
    pool: database.of(process),
    timeoutSeconds: seconds(0.1),
    queries: { scores: { sql: 'scores', sets: read }, rows: { sql: 'rows', sets: read } },
    ...options,
  });
}

/** It polls now, and once a minute for so long. */
export async function polls(stage: Stage, collector: SqlCollector, duration: number): Promise<void> {
  stage.note('the collector polls once a minute');
  const end = stage.now + duration;
  while (stage.now < end) {
    await collector.poll();
    await stage.wait(Math.min(minutes(1), end - stage.now));
  }
  await collector.poll();
}
