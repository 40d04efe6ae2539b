/** Failure kinds that every domain shares; a domain or a host may add its own. */
export const TIMEOUT = 'timeout';
export const PROCESS_ERROR = 'process_error';

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

/**
 * The `error_type` of a failure: `timeout` for the errors that Node, undici and the database drivers raise when time ran out, else `process_error`.
 * Looks through `cause`. Never throws, and never makes a label of a message, which would be unbounded.
 */
export function classifyError(error: unknown): string {
  try {
    return timedOut(error) ? TIMEOUT : PROCESS_ERROR;
  } catch {
    // What was thrown may be anything, also something whose properties throw.
    return PROCESS_ERROR;
  }
}

function timedOut(error: unknown): boolean {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    const { name, code, cause } = current as { name?: unknown; code?: unknown; cause?: unknown };
    if (TIMEOUT_NAMES.has(String(name)) || TIMEOUT_CODES.has(String(code))) return true;
    current = cause;
  }
  return false;
}
