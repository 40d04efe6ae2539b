/** The kinds of failure that every domain shares; a domain or a host may add its own. */
export const TIMEOUT = 'timeout';
export const PROCESS_ERROR = 'process_error';

/** How many causes are looked through: an error may be its own cause. */
const MOST_CAUSES = 5;

const TIMEOUT_NAMES = new Set([
  'TimeoutError',
  'ConnectTimeoutError',
  'HeadersTimeoutError',
  'BodyTimeoutError',
]);
/** `57014` is Postgres's query_canceled, which is what a statement_timeout raises. */
const TIMEOUT_CODES = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  '57014',
]);

/** SQLSTATE, and the codes of Node, undici and drivers: `ECONNREFUSED`, `ER_ACCESS_DENIED_ERROR`, `57P01`. */
const CODE = /^[A-Z0-9_]{2,64}$/;
const CLASS_NAME = /^[A-Za-z_$][\w$]{0,63}$/;

/**
 * The `error_type` of a failed run, from a set of two: `timeout` for the errors that Node, undici and the database drivers raise when time ran out,
 * else `process_error`. Looks through `cause`. Never throws, and never makes a label of a message, which would be unbounded.
 * A classifier of your own can fall back to it: `classify: (error) => (error instanceof QuotaError ? 'quota' : classifyError(error))`.
 */
export function classifyError(error: unknown): string {
  return isTimeout(error) ? TIMEOUT : PROCESS_ERROR;
}

/** Whether time ran out, by the names and codes of Node, undici and the database drivers. Looks through `cause`. Never throws. */
export function isTimeout(error: unknown): boolean {
  try {
    let current: unknown = error;
    for (let depth = 0; depth < MOST_CAUSES && typeof current === 'object' && current !== null; depth++) {
      const { name, code, cause } = current as { name?: unknown; code?: unknown; cause?: unknown };
      if (TIMEOUT_NAMES.has(String(name)) || TIMEOUT_CODES.has(String(code))) return true;
      current = cause;
    }
  } catch {
    // What was thrown may be anything, also something whose properties throw.
  }
  return false;
}

/**
 * What an error is called, for labels and reports that anybody may read: its code (`ECONNREFUSED`, SQLSTATE `23505`), else its class (`AbortError`),
 * else undefined. Never its message, which may name hosts, users or data. Never throws.
 */
export function errorName(error: unknown): string | undefined {
  try {
    const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
    if (typeof code === 'string' && CODE.test(code)) return code;
    if (typeof name === 'string' && CLASS_NAME.test(name)) return name;
  } catch {
    // As above: it has no name that can be read.
  }
  return undefined;
}

/** The `error_type` of a failed request or operation, as the semantic conventions want it: {@link errorName}, else `_OTHER`. Never throws. */
export function errorTypeOf(error: unknown): string {
  return errorName(error) ?? '_OTHER';
}

/** What was thrown, as an error whose message can be read. Never throws. */
export function asError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error && typeof thrown.message === 'string') return thrown;
    return new Error(String(thrown));
  } catch {
    return new Error('something that can not be read was thrown');
  }
}
