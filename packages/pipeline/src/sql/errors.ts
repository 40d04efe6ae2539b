/**
 * Why a poll of a query failed:
 * - `connection`: there was none, or it was lost.
 * - `timeout`: the query took longer than it may.
 * - `locked`: what it reads is locked.
 * - `denied`: the account may not read it, or may not come in.
 * - `query`: the database refuses the query itself: a table or a column that is not there, a division by zero.
 * - `rows`: what it gave does not fit its metric: a column is missing, a value is no number.
 * - `other`: anything else.
 */
export const QUERY_ERRORS = ['connection', 'timeout', 'locked', 'denied', 'query', 'rows', 'other'] as const;
export type QueryError = (typeof QUERY_ERRORS)[number];

/** A poll that failed in a way which only the collector knows. */
export class PollError extends Error {
  override readonly name = 'PollError';
  readonly kind: QueryError;

  constructor(kind: QueryError, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

/** By SQLSTATE, its first letters or all of it: Postgres, and whoever keeps to the standard. */
const BY_STATE: readonly (readonly [prefix: string, kind: QueryError])[] = [
  ['57014', 'timeout'],
  ['55P03', 'locked'],
  ['40P01', 'locked'],
  ['42501', 'denied'],
  ['28', 'denied'],
  ['08', 'connection'],
  ['57P', 'connection'],
  ['533', 'connection'],
  ['22', 'query'],
  ['25006', 'query'],
  ['42', 'query'],
  ['3F', 'query'],
  ['3D', 'connection'],
];

/** By the codes of Node and of mysql2. */
const BY_CODE: { readonly [code: string]: QueryError } = {
  ECONNREFUSED: 'connection',
  ECONNRESET: 'connection',
  EPIPE: 'connection',
  ENOTFOUND: 'connection',
  EAI_AGAIN: 'connection',
  EHOSTUNREACH: 'connection',
  ENETUNREACH: 'connection',
  ETIMEDOUT: 'connection',
  PROTOCOL_CONNECTION_LOST: 'connection',
  ER_CON_COUNT_ERROR: 'connection',
  ER_SERVER_SHUTDOWN: 'connection',
  ER_BAD_DB_ERROR: 'connection',
  ER_QUERY_TIMEOUT: 'timeout',
  ER_STATEMENT_TIMEOUT: 'timeout',
  ER_LOCK_WAIT_TIMEOUT: 'locked',
  ER_LOCK_DEADLOCK: 'locked',
  ER_ACCESS_DENIED_ERROR: 'denied',
  ER_DBACCESS_DENIED_ERROR: 'denied',
  ER_TABLEACCESS_DENIED_ERROR: 'denied',
  ER_COLUMNACCESS_DENIED_ERROR: 'denied',
};

/** The numbers of SQLite that say that somebody else has the file. */
const SQLITE_BUSY = new Set([5, 6]);

/** What kind of failure the driver tells of. Never throws, and never reads a message. */
export function queryErrorOf(error: unknown): QueryError {
  try {
    if (error instanceof PollError) return error.kind;
    const { code, errcode, errno, sqlState, name } = (error ?? {}) as { readonly [name: string]: unknown };
    if (name === 'TimeoutError') return 'timeout';
    if (typeof errcode === 'number') return SQLITE_BUSY.has(errcode & 0xff) ? 'locked' : 'query';
    if (typeof code === 'string' && code.startsWith('SQLITE_'))
      return /^SQLITE_(BUSY|LOCKED)/.test(code) ? 'locked' : 'query';
    // MariaDB's number for a statement that was ended in time; mysql2 has no name for it.
    if (errno === 1969 || errno === 3024) return 'timeout';
    if (typeof code === 'string' && Object.hasOwn(BY_CODE, code)) return BY_CODE[code]!;
    const state = typeof sqlState === 'string' ? sqlState : code;
    if (typeof state !== 'string' || !/^[0-9A-Z]{5}$/.test(state)) return 'other';
    return BY_STATE.find(([prefix]) => state.startsWith(prefix))?.[1] ?? 'other';
  } catch {
    return 'other';
  }
}
