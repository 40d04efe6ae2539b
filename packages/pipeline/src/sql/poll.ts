import { withinSeconds } from '@sightglass/core/authors';
import type { Database, QueryLimits, Row, Session } from './database.ts';
import { PollError, queryErrorOf } from './errors.ts';

/** How much longer than the server, which ends a query in time, this process waits: a server that is frozen or cut off ends nothing. */
const GRACE_SECONDS = 1;

/** Another replica has the lock. */
export class NotElected extends Error {
  override readonly name = 'NotElected';
}

export interface PollLimits {
  readonly connectTimeoutSeconds: number;
  readonly timeoutSeconds: number;
  readonly lockTimeoutSeconds: number;
}

/** A connection that was asked for. */
export interface Opening {
  readonly session: Promise<Session>;
  /** Whether a poll waits for it. One that comes when none does goes back at once. */
  isAwaited: boolean;
  isOver: boolean;
}

function openingOf(database: Database): Opening {
  const opening: Opening = { session: database.open(), isAwaited: true, isOver: false };
  opening.session.then(
    (session) => {
      opening.isOver = true;
      if (!opening.isAwaited) session.close(false);
    },
    () => {
      opening.isOver = true;
    },
  );
  return opening;
}

interface PollOptions {
  /** The name of the lock that this replica must have; undefined where all poll. */
  readonly lock?: string | undefined;
  /** One that was kept from the poll before. */
  readonly session?: Session | undefined;
  /** The connection that the poll before has asked for in vain. */
  readonly late?: Opening | undefined;
  /** Ends all waits. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The connection of one poll. It opens when it is first needed, and once more where it was lost on the way, so that a query which takes its connection with it costs itself alone. Every wait has
 * its limit.
 */
export class Poll {
  readonly #database: Database;
  readonly #limits: PollLimits;
  /** The name of the lock that this replica must have; undefined where all poll. */
  readonly #lock: string | undefined;
  #session: Session | undefined;
  #isBegun = false;
  readonly #signal: AbortSignal | undefined;
  /** The connection that is being opened, which may come when this poll is over. */
  #opening: Opening | undefined;
  /** Why no connection can be had any more in this poll. */
  #given: { readonly up: unknown } | undefined;

  constructor(database: Database, limits: PollLimits, { lock, session, late, signal }: PollOptions = {}) {
    this.#database = database;
    this.#limits = limits;
    this.#lock = lock;
    this.#session = session;
    this.#opening = late;
    this.#signal = signal;
  }

  /** The connection that was asked for and has not come yet: for the next poll, which then asks for none beside it. */
  get late(): Opening | undefined {
    return this.#opening?.isOver === false ? this.#opening : undefined;
  }

  /** Opens the connection and begins the transaction. Throws `NotElected` where another replica polls, and whatever keeps it from opening. */
  async begin(): Promise<void> {
    if (this.#isBegun) return;
    if (this.#given !== undefined) throw this.#given.up;
    try {
      this.#session ??= await this.#open();
      const session = this.#session;
      const begun = async () => {
        if (this.#lock !== undefined && !(await session.tryLock(this.#lock))) throw new NotElected();
        await session.begin(this.#limits);
      };
      await withinSeconds(this.#limits.connectTimeoutSeconds, begun, this.#signal);
      this.#isBegun = true;
    } catch (error) {
      this.#drop(!(error instanceof NotElected));
      const up =
        error instanceof NotElected || queryErrorOf(error) === 'denied'
          ? error
          : new PollError('connection', 'no connection could be had', { cause: error });
      this.#given = { up };
      throw up;
    }
  }

  /** Runs one query. Where its connection is lost with it, the next one opens another. */
  async query(sql: string, values: readonly unknown[], timeoutSeconds: number): Promise<readonly Row[]> {
    await this.begin();
    const session = this.#session!;
    const { lockTimeoutSeconds } = this.#limits;
    try {
      const asked = (signal: AbortSignal) => {
        const limits: QueryLimits = { timeoutSeconds, lockTimeoutSeconds, signal };
        return session.query(sql, values, limits);
      };
      return await withinSeconds(timeoutSeconds + GRACE_SECONDS, asked, this.#signal);
    } catch (error) {
      if (isLost(error) || this.#signal?.aborted) this.#drop(true);
      throw error;
    }
  }

  /** Ends the transaction. Gives the connection back, or to who keeps it until the next poll. */
  async end(keeps: boolean): Promise<Session | undefined> {
    const session = this.#session;
    if (session === undefined) return undefined;
    try {
      if (this.#isBegun) await withinSeconds(this.#limits.connectTimeoutSeconds, () => session.end());
    } catch {
      this.#drop(true);
      return undefined;
    }
    if (keeps) return session;
    this.#drop(false);
    return undefined;
  }

  async #open(): Promise<Session> {
    const opening = this.late ?? openingOf(this.#database);
    this.#opening = opening;
    opening.isAwaited = true;
    try {
      return await withinSeconds(this.#limits.connectTimeoutSeconds, () => opening.session, this.#signal);
    } catch (error) {
      opening.isAwaited = false;
      throw error;
    }
  }

  #drop(isBroken: boolean): void {
    this.#session?.close(isBroken);
    this.#session = undefined;
    this.#isBegun = false;
  }
}

/** Whether a connection is gone, or in the middle of something that nobody waits for any more. */
function isLost(error: unknown): boolean {
  if ((error as { readonly name?: unknown } | undefined)?.name === 'TimeoutError') return true;
  const kind = queryErrorOf(error);
  return kind === 'connection' || kind === 'other';
}
