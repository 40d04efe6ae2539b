/** What driver and system codes look like: `ECONNREFUSED`, `ER_ACCESS_DENIED_ERROR`, `57P01`. */
const CODE = /^[A-Z0-9][A-Z0-9_]{1,47}$/;
const CLASS_NAME = /^[A-Za-z][A-Za-z0-9]{0,47}$/;

/**
 * The kind of a failure, safe to show to whoever may read a report: `timeout`, the error's code, else its class.
 * Never its message, which may name hosts, users or data. Never throws.
 */
export function errorClassOf(error: unknown): string {
  try {
    const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
    if (name === 'TimeoutError') return 'timeout';
    if (typeof code === 'string' && CODE.test(code)) return code;
    if (typeof name === 'string' && CLASS_NAME.test(name)) return name;
  } catch {
    // A hostile getter is no better than no name.
  }
  return 'Error';
}
