import type { IncomingMessage, ServerResponse } from 'node:http';
import { DeclarationError, healthCheck } from '@sightglass/core';
import { givenOptions, healthReport, processStore, unknownNames } from '@sightglass/core/authors';
import { toUnixSeconds } from '../time.ts';
import { timeOf } from './cells.ts';
import type { Row } from './database.ts';
import { databaseOf, type SqlPool } from './databases.ts';
import { type Opening, Poll } from './poll.ts';

/** What is asked for the state of a database and of its data. */
export interface DataHealthOptions {
  /** The pool that the application itself uses: no connection is opened beside it. */
  readonly pool: SqlPool;
  /** Gives the time of the newest record in its first column, a date, Unix seconds or ISO 8601 with its zone: `select max(measured_at) from measurements`. */
  readonly newest: string;
  /** How old the newest record may be, in seconds. Default 7,200 (reference system 001: two hours). */
  readonly maxAgeSeconds?: number;
  /** How long each of the two may take, in seconds. Default 2. */
  readonly timeoutSeconds?: number;
  /** For how long an answer is shared, whoever asks, in seconds. Default 5. */
  readonly cacheSeconds?: number;
}

/** What is answered, as reference system 001 has it. */
export interface DataHealthReport {
  readonly status: 'healthy' | 'unhealthy';
  readonly checks: { readonly database: boolean; readonly data_freshness: boolean };
  /** UTC, ISO 8601. */
  readonly timestamp: string;
}

/** The health of a database and its data. No method throws or rejects. */
export interface DataHealth {
  report(): Promise<DataHealthReport>;
  /** Answers a request of `node:http`: 200 when healthy, else 503. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** Ends the two checks. */
  end(): void;
}

const OPTIONS = ['pool', 'newest', 'maxAgeSeconds', 'timeoutSeconds', 'cacheSeconds'];
const TWO_HOURS = 7_200;
/** How far ahead of our clock the newest record may be dated: as far as the rules believe a time (`rules/src/engine/remembered/thing.ts`). */
const LARGEST_SKEW_SECONDS = 300;

class NoFreshData extends Error {
  override readonly name = 'NoFreshData';
}

/**
 * Declares two health checks, `database` and `data_freshness`, and answers with both. They go through the application's own pool, within a time limit, one at a time, and their answer is shared for a
 * while, so that whoever asks often costs nothing. Neither is liveness: a restart makes no data newer, so `/livez` and `/readyz` do not hear of them. Why one failed is in the log and not in the answer. Throws
 * a `DeclarationError` that lists everything wrong with the declaration.
 * @example
 * const health = dataHealth({ pool, newest: 'select max(measured_at) from measurements', maxAgeSeconds: 7_200 });
 * createServer((request, response) => (request.url === '/health' ? health.handler(request, response) : app(request, response)));
 */
export function dataHealth(said: DataHealthOptions): DataHealth {
  const { options, problems } = read(said);
  if (problems.length > 0) throw new DeclarationError('The health of the data', problems);
  const { newest, maxAgeSeconds = TWO_HOURS, timeoutSeconds = 2, cacheSeconds = 5 } = options;
  const database = databaseOf(options.pool)!;
  const limits = {
    connectTimeoutSeconds: timeoutSeconds,
    timeoutSeconds,
    lockTimeoutSeconds: timeoutSeconds / 2,
  };
  // Who asks for the health of a pool that has no connection left must not stand in its queue ever more often.
  let late: Opening | undefined;
  const ask = async (sql: string): Promise<Row | undefined> => {
    const poll: Poll = new Poll(database, limits, { late });
    try {
      return (await poll.query(sql, [], timeoutSeconds))[0];
    } finally {
      late = poll.late;
      await poll.end(false);
    }
  };
  const given = { timeoutSeconds, cacheSeconds, affects: 'report' } as const;
  const ends = [healthCheck('database', () => ask('select 1'), given)];
  try {
    ends.push(
      healthCheck(
        'data_freshness',
        async () => {
          const row = await ask(newest);
          const [column] = Object.keys(row ?? {});
          const at = row === undefined || column === undefined ? undefined : timeOf(row, column);
          if (at === undefined) throw new NoFreshData('there is no record');
          const age = processStore().clock.wallMs() / 1000 - toUnixSeconds(at);
          // One bad row of a time to come would pass for new until then.
          if (age < -LARGEST_SKEW_SECONDS)
            throw new NoFreshData(`the newest record is dated ${Math.round(-age)} s ahead`);
          if (!(age <= maxAgeSeconds)) throw new NoFreshData(`the newest record is ${Math.round(age)} s old`);
        },
        given,
      ),
    );
  } catch (error) {
    ends[0]!();
    throw error;
  }
  return Object.freeze<DataHealth>({
    report,
    handler: (request, response) => void answer(request, response),
    end: () => {
      for (const end of ends) end();
    },
  });
}

function read(said: DataHealthOptions) {
  try {
    const options = givenOptions(said, OPTIONS);
    return { options, problems: problemsOf(options, said) };
  } catch (error) {
    throw DeclarationError.from(error, 'The health of the data');
  }
}

function problemsOf(options: DataHealthOptions, said: object): string[] {
  if (typeof options !== 'object' || options === null) return ['it needs an object with pool and newest'];
  const { pool, newest, maxAgeSeconds } = options;
  const problems: string[] = [];
  if (databaseOf(pool) === undefined) problems.push('pool must be one that sqlCollector takes');
  if (typeof newest !== 'string' || newest === '') problems.push('newest must be a query');
  if (maxAgeSeconds !== undefined && !(typeof maxAgeSeconds === 'number' && maxAgeSeconds > 0))
    problems.push('maxAgeSeconds must be a number above 0');
  const { timeoutSeconds = 2, cacheSeconds = 5 } = options;
  const isWithin = (value: unknown, least: number, most: number) =>
    typeof value === 'number' && value >= least && value <= most;
  if (!isWithin(timeoutSeconds, 0.01, 60)) problems.push('timeoutSeconds must be a number from 0.01 to 60');
  if (!isWithin(cacheSeconds, 0, 3_600)) problems.push('cacheSeconds must be a number from 0 to 3600');
  return [...problems, ...unknownNames(said, OPTIONS)];
}

async function report(): Promise<DataHealthReport> {
  const { checks, timestamp } = await healthReport();
  const passes = (name: string) => checks[name]?.status === 'pass';
  const [isThere, isFresh] = [passes('database'), passes('data_freshness')];
  return {
    status: isThere && isFresh ? 'healthy' : 'unhealthy',
    checks: { database: isThere, data_freshness: isFresh },
    timestamp,
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    const told = await report();
    const text = `${JSON.stringify(told)}\n`;
    response.writeHead(told.status === 'healthy' ? 200 : 503, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'content-length': Buffer.byteLength(text),
    });
    response.end(request.method === 'HEAD' ? undefined : text);
  } catch {
    // The client has gone, or it is no response of node:http.
  }
}
