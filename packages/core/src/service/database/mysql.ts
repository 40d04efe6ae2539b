import { errorMonitor } from 'node:events';
import { DeclarationError } from '../../catalog/index.ts';
import { processStore } from '../../store/index.ts';
import { guarded } from '../channel.ts';
import { mysqlStatementOf } from './statement.ts';
import {
  endMeasured,
  isMeasured,
  type Method,
  measured,
  putMethod,
  timed,
  wrapMethod,
} from './wrap-method.ts';

/** The part of a connection of mysql2 that is used, of `mysql2` or of `mysql2/promise`. */
export interface MysqlConnectionLike {
  query: Method;
  execute: Method;
}

/** The part of a pool of mysql2 that is used, of `mysql2` or of `mysql2/promise`. */
export interface MysqlPoolOfConnections extends MysqlConnectionLike {
  getConnection: Method;
}

const SUBJECT = 'The mysql2 instrumentation';
const SYSTEM = 'mysql';

/**
 * Measures the queries of one pool or connection of mysql2 (2 and newer, also of `mysql2/promise`), through the public methods of that object: `db_client_operation_duration_seconds` by command and table,
 * with the code of what it failed with (`ER_DUP_ENTRY`). No text and no value of a query is kept. A failure to get a connection counts as the operation `connect`.
 *
 * A pool's connections are measured as they are handed out, so transactions are too. Doing it again changes nothing. Throws a `DeclarationError` when it is neither pool nor connection.
 * Returns the function that ends it.
 * @example
 * const pool = mysql.createPool({ uri });
 * instrumentMysql(pool);
 */
export function instrumentMysql(target: MysqlPoolOfConnections | MysqlConnectionLike): () => void {
  try {
    if (typeof target?.query !== 'function' || typeof target.execute !== 'function') {
      throw new DeclarationError(SUBJECT, ['it must be given a pool or a connection of mysql2']);
    }
    if (!processStore().enabled) return () => {};
    const core = coreOf(target);
    return measured(core, () => (isPool(core) ? measurePool(core) : measureConnection(core)));
  } catch (error) {
    throw DeclarationError.from(error, SUBJECT);
  }
}

interface CorePool extends MysqlPoolOfConnections {
  on(event: 'acquire', listener: (connection: MysqlConnectionLike) => void): unknown;
  off(event: 'acquire', listener: (connection: MysqlConnectionLike) => void): unknown;
}

const isPool = (core: MysqlConnectionLike): core is CorePool => 'getConnection' in core;

/** What has callbacks, in an object of `mysql2/promise`. */
export function coreOf<T extends object>(target: T): T {
  const { pool, connection } = target as { readonly pool?: T; readonly connection?: T };
  return pool ?? connection ?? target;
}

function measurePool(pool: CorePool): () => void {
  const connections = new Set<WeakRef<MysqlConnectionLike>>();
  const onAcquire = guarded('A connection of a mysql2 pool', (connection: MysqlConnectionLike) => {
    if (isMeasured(connection)) return;
    measured(connection, () => measureConnection(connection));
    for (const known of connections) if (known.deref() === undefined) connections.delete(known);
    connections.add(new WeakRef(connection));
  });
  pool.on('acquire', onAcquire);
  const restore = wrapMethod(pool, 'getConnection', () => (error) => {
    if (error === undefined) return undefined;
    return { system: SYSTEM, operation: 'connect', error };
  });
  return () => {
    pool.off('acquire', onAcquire);
    restore();
    for (const connection of connections) {
      const open = connection.deref();
      if (open !== undefined) endMeasured(open);
    }
  };
}

function measureConnection(connection: MysqlConnectionLike): () => void {
  const stops = (['query', 'execute'] as const).map((name) => measureMethod(connection, name));
  return () => {
    for (const stop of stops) stop();
  };
}

/** A command of mysql2: what a pool hands to a connection, and what a connection gives back. */
interface Command {
  onResult?: unknown;
  on?(event: symbol | 'end', listener: (error?: unknown) => void): unknown;
}

/** As {@link wrapMethod}, for what ends by its last argument, by the callback of the command that it is given, or by the events of the one that it gives. */
function measureMethod(connection: MysqlConnectionLike, name: 'query' | 'execute'): () => void {
  const original = connection[name] as (...args: unknown[]) => unknown;

  function wrapped(this: unknown, ...args: unknown[]): unknown {
    const end = begun(args[0]);
    if (end === undefined || endsByCallback(args, end)) return original.apply(this, args);
    const command = original.apply(this, args);
    endsByEvents(command as Command, end);
    return command;
  }

  return putMethod(connection, name, wrapped);
}

type End = (error?: unknown) => void;

/** Begins a measurement that ends once; undefined where there is nothing to measure. */
function begun(first: unknown): End | undefined {
  const end = timed(() => {
    const sql = typeof first === 'string' ? first : (first as { readonly sql?: unknown } | null)?.sql;
    if (typeof sql !== 'string') return undefined;
    return (error) => ({ system: SYSTEM, ...mysqlStatementOf(sql), error });
  });
  if (end === undefined) return undefined;
  let isOver = false;
  return (error) => {
    if (isOver) return;
    isOver = true;
    end(error ?? undefined);
  };
}

/** Puts the end into the callback; false when there is none. */
function endsByCallback(args: unknown[], end: End): boolean {
  const around = (callback: (...given: unknown[]) => unknown) =>
    function (this: unknown, ...given: unknown[]) {
      end(given[0]);
      return Reflect.apply(callback, this, given);
    };
  const last = args.at(-1);
  if (typeof last === 'function') {
    args[args.length - 1] = around(last as (...given: unknown[]) => unknown);
    return true;
  }
  const command = args[0] as Command;
  if (typeof command !== 'object' || typeof command.onResult !== 'function') return false;
  command.onResult = around(command.onResult as (...given: unknown[]) => unknown);
  return true;
}

function endsByEvents(command: Command | undefined, end: End): void {
  if (typeof command?.on !== 'function') return;
  // It is no listener for errors: whether the host has one decides what becomes of them.
  command.on(errorMonitor, (error) => end(error ?? new Error()));
  command.on('end', () => end());
}
