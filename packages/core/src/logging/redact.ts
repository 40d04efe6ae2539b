/** Field names whose values are secrets, wherever they stand: `headers.authorization`, `db.password`, `apiKey`, `session_token`. */
const SECRET_NAME =
  /^(proxy[-_]?)?authorization$|^(set-)?cookies?$|passw(or)?d$|passphrase$|secret$|secret[-_]?key$|token$|api[-_]?key$|private[-_]?key$|credentials?$/i;
/** The password in a URL: `postgres://user:password@host`. Names are kept, since they tell who could not log in. */
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s/@]+@/gi;
/** The credentials of an Authorization header that was written into a text. */
const HEADER_CREDENTIALS = /\b(Bearer|Basic) +[\w.~+/-]{8,}=*/gi;
const MAX_DEPTH = 6;

export const CENSOR = '[redacted]';
/** Stands for what throws when it is read. */
export const UNREADABLE = '[unreadable]';

/** A text without the passwords of URLs and the credentials of headers. */
export function redactText(value: string): string {
  return value.replace(URL_PASSWORD, `$1${CENSOR}@`).replace(HEADER_CREDENTIALS, `$1 ${CENSOR}`);
}

/**
 * The same value with secrets censored: fields by their names, and credentials inside texts. What holds none comes back as it is.
 * Looks into plain objects and arrays, 6 levels deep; instances of classes are left to the logger's serializers. Never throws.
 */
export function redact(value: unknown): unknown {
  return cleaned(value, 0, new Map());
}

/** `done` holds what was met already, so that a value that contains itself is visited once. */
function cleaned(value: unknown, depth: number, done: Map<object, unknown>): unknown {
  if (typeof value === 'string') return redactText(value);
  if (depth >= MAX_DEPTH || typeof value !== 'object' || value === null) return value;
  if (done.has(value)) return done.get(value);
  done.set(value, value);
  const result = cleanedObject(value, depth, done);
  done.set(value, result);
  return result;
}

function cleanedObject(value: object, depth: number, done: Map<object, unknown>): unknown {
  try {
    if (Array.isArray(value)) return cleanedItems(value, depth, done);
    return isPlain(value) ? cleanedFields(value, depth, done) : value;
  } catch {
    return UNREADABLE;
  }
}

function cleanedItems(
  items: readonly unknown[],
  depth: number,
  done: Map<object, unknown>,
): readonly unknown[] {
  const clean = items.map((item) => cleaned(item, depth + 1, done));
  return clean.every((item, i) => item === items[i]) ? items : clean;
}

function cleanedFields(fields: Fields, depth: number, done: Map<object, unknown>): Fields {
  const entries = Object.entries(fields);
  const clean = entries.map(
    ([name, item]) => [name, isSecret(name, item) ? CENSOR : cleaned(item, depth + 1, done)] as const,
  );
  return clean.every(([, item], i) => item === entries[i]![1]) ? fields : Object.fromEntries(clean);
}

function isSecret(name: string, value: unknown): boolean {
  return value !== undefined && value !== null && SECRET_NAME.test(name);
}

type Fields = { readonly [name: string]: unknown };

function isPlain(value: object): value is Fields {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
