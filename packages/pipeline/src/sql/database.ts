/** One row, by the names of its columns. */
export interface Row {
  readonly [column: string]: unknown;
}

/** What a query is bound by. */
export interface QueryLimits {
  /** How long it may take, in seconds. */
  readonly timeoutSeconds: number;
  /** How long it may wait for a lock, in seconds. */
  readonly lockTimeoutSeconds: number;
  /** Aborted when the time is over: for a driver that can call a query off. */
  readonly signal: AbortSignal;
}

/**
 * Any database, by one method: `sql` is run read-only, with the values of its placeholders, and its rows are given. For drivers that have no adapter here. A collector asks one query after the
 * other; while one is not ended, though its signal was aborted, those after it fail.
 * @example
 * const duck: SqlDriver = { query: (sql, values) => connection.runAndReadAll(sql, values).then((reader) => reader.getRowObjects()) };
 */
export interface SqlDriver {
  query(
    sql: string,
    values: readonly unknown[],
    limits: QueryLimits,
  ): readonly Row[] | Promise<readonly Row[]>;
}

/** One connection, for one poll or, where this replica has been elected, for as long as that holds. For adapters. */
export interface Session {
  /** Begins a poll: one transaction that only reads, with its limits. */
  begin(limits: SessionLimits): Promise<void>;
  /** Runs one query of the poll. One that fails leaves the others as they are. */
  query(sql: string, values: readonly unknown[], limits: QueryLimits): Promise<readonly Row[]>;
  /** Ends the poll. */
  end(): Promise<void>;
  /** Whether this replica has the lock of this name now, taking it where nobody has. It is kept until the session is closed. */
  tryLock(name: string): Promise<boolean>;
  /** Gives the connection back, or throws it away where nobody knows what it is in the middle of. Never throws. */
  close(isBroken: boolean): void;
}

export type SessionLimits = Pick<QueryLimits, 'timeoutSeconds' | 'lockTimeoutSeconds'>;

/** A database as the collector uses it. */
export interface Database {
  /** The object of the host that connections come from: collectors that share it share its limit. */
  readonly pool: object;
  /** Whether `tryLock` can elect one of several replicas. */
  readonly elects: boolean;
  open(): Promise<Session>;
}
