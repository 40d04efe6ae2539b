import { types } from 'node:util';
import { CENSOR, redactText } from '../base/redact-text.ts';
import { isSecretField } from './secret-names.ts';

export { CENSOR, redactText } from '../base/redact-text.ts';

/** Stands for what throws when it is read. */
export const UNREADABLE = '[unreadable]';
const CIRCULAR = '[circular]';
/** Stands for what is too deep, or too much, to be looked through. A log line needs neither, and it must not leave the process unseen. */
const TRUNCATED = '[truncated]';
const MAX_DEPTH = 12;
const MAX_VALUES = 10_000;

/**
 * The same value without credentials: fields by their names, and what stands inside of texts. A value that holds none comes back as it is; of
 * one that does, a plain copy. Errors become plain objects (`type`, `message`, `stack`, their own fields), also as causes and in an `AggregateError`.
 * Looks at an object as a logger would print it: what `toJSON` gives, maps and sets by their entries; bytes are told by their number alone.
 * Never throws, and is bounded in depth and size.
 */
export function redact(value: unknown): unknown {
  return new Redaction().of(value, 0);
}

/** An error as fields of a log line, with its causes and without credentials. Anything that is no error is redacted and kept. Never throws. */
export function errorFields(error: unknown): unknown {
  return redact(error);
}

/** Whether something is an error, of another realm too. Never throws. */
export function isError(value: unknown): value is Error {
  try {
    return types.isNativeError(value) || value instanceof Error;
  } catch {
    return false;
  }
}

class Redaction {
  /** What was met: its clean form, or that it is being looked through. */
  readonly #met = new Map<object, unknown>();
  #left = MAX_VALUES;

  of(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return redactText(value);
    if (typeof value === 'function') return undefined;
    if (typeof value === 'symbol') return cleanSymbol(value);
    if (typeof value !== 'object' || value === null) return value;
    if (this.#met.has(value)) return this.#met.get(value);
    if (depth >= MAX_DEPTH || this.#left <= 0) return TRUNCATED;
    this.#met.set(value, CIRCULAR);
    const clean = this.#guarded(value, depth);
    this.#met.set(value, clean);
    return clean;
  }

  #guarded(value: object, depth: number): unknown {
    try {
      return this.#object(value, depth);
    } catch {
      return UNREADABLE;
    }
  }

  #object(value: object, depth: number): unknown {
    if (isError(value)) return this.#error(value, depth);
    if (Array.isArray(value)) return this.#items(value, depth);
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Map) return this.#entries(value, depth);
    if (value instanceof Set) return this.#sameOr(value, [...value], depth);
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return this.#sameOr(value, toJSON.call(value, ''), depth);
    return this.#fields(value, depth);
  }

  /** `value` when the form in which it is printed is clean, else that form cleaned. */
  #sameOr(value: object, printed: unknown, depth: number): unknown {
    if (printed === value) return this.#fields(value, depth);
    const clean = this.of(printed, depth + 1);
    return clean === printed && isCommon(value) ? value : clean;
  }

  #entries(map: ReadonlyMap<unknown, unknown>, depth: number): unknown {
    const printed = Object.fromEntries([...map].map(([key, item]) => [String(key), item]));
    return this.#sameOr(map, printed, depth);
  }

  #items(items: readonly unknown[], depth: number): readonly unknown[] {
    const clean: unknown[] = [];
    let same = true;
    for (let i = 0; i < items.length; i++) {
      if (this.#left-- <= 0) {
        clean.push(TRUNCATED);
        return clean;
      }
      const item = items[i];
      const kept = followsItsName(items, i) ? CENSOR : this.of(item, depth + 1);
      same &&= kept === item;
      clean.push(kept);
    }
    // An array may have fields beside its items, which some loggers print.
    return same && Object.keys(items).length <= items.length ? items : clean;
  }

  #fields(value: object, depth: number): object {
    const { clean, same } = this.#own(value, depth);
    return same && isPlain(value) ? value : clean;
  }

  /** Its own fields, cleaned; `same` when that changed nothing and nothing can read differently a second time. */
  #own(value: object, depth: number, without: readonly string[] = []): { clean: Fields; same: boolean } {
    const clean: { [name: string]: unknown } = {};
    let same = true;
    for (const name of Object.keys(value)) {
      if (without.includes(name)) continue;
      if (this.#left-- <= 0) {
        clean[TRUNCATED] = true;
        return { clean, same: false };
      }
      const property = Object.getOwnPropertyDescriptor(value, name);
      const item = property !== undefined && 'value' in property ? property.value : read(value, name);
      const isSecret =
        isSecretField(name, item) || isNamedSecret(value, name, item) || isCommand(value, name);
      const kept = isSecret ? CENSOR : this.of(item, depth + 1);
      // What is said of several servers may be told apart by their addresses.
      const key = redactText(name);
      same &&= kept === item && key === name && property !== undefined && 'value' in property;
      Object.defineProperty(clean, key, {
        value: kept,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return { clean, same };
  }

  #error(error: Error, depth: number): unknown {
    const { name, message, stack, cause, errors } = error as Error & { readonly errors?: unknown };
    const { clean } = this.#own(error, depth, ['name', 'message', 'stack', 'cause', 'errors', 'type']);
    return {
      type: this.of(name, depth),
      message: this.of(message, depth),
      stack: this.of(stack, depth),
      ...(cause === undefined ? {} : { cause: this.of(cause, depth + 1) }),
      ...(errors === undefined ? {} : { errors: this.of(errors, depth + 1) }),
      ...clean,
    };
  }
}

/** An object that prints nothing beside its fields: an instance of a class may have symbols, or a way to be printed of its own. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.getOwnPropertySymbols(value).length === 0;
}

/** Objects of the platform that print no more than their `toJSON` or their entries. */
function isCommon(value: object): boolean {
  return [Date, URL, Map, Set].some(({ prototype }) => Object.getPrototypeOf(value) === prototype);
}

type Fields = { readonly [name: string]: unknown };

function read(value: object, name: string): unknown {
  try {
    return (value as Fields)[name];
  } catch {
    return UNREADABLE;
  }
}

function cleanSymbol(symbol: symbol): symbol {
  const { description = '' } = symbol;
  const clean = redactText(description);
  return clean === description ? symbol : Symbol(clean);
}

/** Whether a field is the value of a pair whose name is another field: `{ name: 'authorization', value }`, as lists of headers have them. */
function isNamedSecret(pair: object, field: string, value: unknown): boolean {
  if (field !== 'value' || typeof value !== 'string') return false;
  return ['name', 'key', 'header'].some((of) => {
    const name = read(pair, of);
    return typeof name === 'string' && isSecretField(name, value);
  });
}

/** Whether an item of a list is the value of the name before it: `rawHeaders`, the entries of headers, arguments of a command line. */
function followsItsName(items: readonly unknown[], i: number): boolean {
  const before = i > 0 ? items[i - 1] : undefined;
  if (typeof before !== 'string' || typeof items[i] !== 'string' || /\s/.test(before)) return false;
  if (!before.startsWith('-') && (i % 2 === 0 || items.length % 2 !== 0)) return false;
  if (/^(?:-u|-U|--(?:proxy-)?user)$/.test(before)) return (items[i] as string).includes(':');
  return isSecretField(before, items[i]);
}

/** The arguments of a command of Redis: a password (`AUTH`, `HELLO`), or data of the host that no log needs. */
function isCommand(value: object, name: string): boolean {
  if (name !== 'args') return false;
  const { name: command, args } = value as { name?: unknown; args?: unknown };
  return typeof command === 'string' && Array.isArray(args);
}
