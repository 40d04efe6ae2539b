/** What the conventions call an error that has no better name. */
export const OTHER_ERROR = '_OTHER';

/** SQLSTATE, and the codes of Node, undici and drivers. */
const CODE = /^[A-Z0-9_]{2,64}$/;
const CLASS_NAME = /^[A-Za-z_$][\w$]{0,63}$/;

/**
 * The `error_type` of a failed request or operation, as the semantic conventions want it: the error's code (`ECONNREFUSED`, SQLSTATE `23505`),
 * else its class (`AbortError`), else `_OTHER`. Never a message. Never throws.
 */
export function errorTypeOf(error: unknown): string {
  try {
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    if (typeof code === 'string' && CODE.test(code)) return code;
    if (typeof name === 'string' && CLASS_NAME.test(name)) return name;
  } catch {
    // What was thrown may be anything, also something whose properties throw.
  }
  return OTHER_ERROR;
}
