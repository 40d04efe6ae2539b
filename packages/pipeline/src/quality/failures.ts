import { readable, redact } from '@sightglass/core/authors';
import type { FailedExpectation } from './check.ts';

/*
 * What is told of a failed expectation goes into a log and a table, and may be anything: rows of the host, an answer of a driver, a document of somebody else. It is read
 * once, by whatever getters it has; what it holds is cut to what a person reads, without credentials, and in characters that Postgres takes.
 */

/** More of a text are not kept. */
const LONGEST_TEXT = 1_000;
/** What is looked through for credentials, so that one which is cut off is still known. */
const LONGEST_READ = 10_000;
/** Values within one that is observed or expected. */
const MOST_VALUES = 100;
const DEEPEST = 5;
const CUT = '…';

/** Half of a pair, and the character that no text of Postgres may have. */
const NOT_STORED = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\0/g;

/** A failed expectation as it is kept. Never throws. */
export function keptFailure(given: unknown): FailedExpectation {
  const of = (name: keyof FailedExpectation) =>
    readable(() => (given as { readonly [name: string]: unknown })[name]);
  const text = (name: keyof FailedExpectation) => {
    const value = of(name);
    return value === undefined || value === null ? undefined : keptText(readable(() => String(value)) ?? '');
  };
  const kept = {
    expectation: text('expectation') ?? 'unnamed',
    column: text('column'),
    severity: severityOf(given) === 'warn' ? ('warn' as const) : undefined,
    observed: keptValue(of('observed')),
    expected: keptValue(of('expected')),
    message: text('message'),
  };
  return Object.fromEntries(
    Object.entries(kept).filter(([, value]) => value !== undefined),
  ) as object as FailedExpectation;
}

/** Its severity; `error` where it says none. Never throws. */
export const severityOf = (given: unknown): 'error' | 'warn' =>
  readable(() => (given as FailedExpectation).severity) === 'warn' ? 'warn' : 'error';

/** A text without credentials, cut, in characters that any database takes. */
export function keptText(text: string): string {
  const clean = String(redact(text.slice(0, LONGEST_READ))).replace(NOT_STORED, '\ufffd');
  if (clean.length <= LONGEST_TEXT) return clean;
  return clean.slice(0, LONGEST_TEXT).replace(/[\ud800-\udbff]$/, '') + CUT;
}

function keptValue(value: unknown): unknown {
  let left = MOST_VALUES;
  const cut = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return keptText(value);
    if (typeof value === 'bigint' || typeof value === 'symbol') return keptText(String(value));
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value === 'function') return undefined;
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= DEEPEST || left <= 0) return CUT;
    return readable(() => parts(value, depth)) ?? '[unreadable]';
  };
  const parts = (value: object, depth: number): unknown => {
    const { toJSON } = value as { readonly toJSON?: unknown };
    if (typeof toJSON === 'function') return cut(toJSON.call(value), depth + 1);
    if (value instanceof Error) return keptText(`${value.name}: ${value.message}`);
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value)) return items(value, value.length, depth);
    if (value instanceof Set || value instanceof Map) return items(value, value.size, depth);
    return fields(value, depth);
  };
  const items = (all: Iterable<unknown>, count: number, depth: number): unknown[] => {
    const kept: unknown[] = [];
    for (const item of all) {
      if (left-- <= 0) break;
      kept.push(cut(item, depth + 1) ?? null);
    }
    if (kept.length < count) kept.push(CUT);
    return kept;
  };
  const fields = (all: object, depth: number): object => {
    const kept: { [name: string]: unknown } = Object.create(null);
    for (const name in all) {
      if (!Object.hasOwn(all, name)) continue;
      if (left-- <= 0) {
        kept[CUT] = true;
        break;
      }
      kept[keptText(name)] = cut(
        readable(() => (all as { readonly [name: string]: unknown })[name]),
        depth + 1,
      );
    }
    return kept;
  };
  const small = cut(value, 0);
  // Fields are known for secrets by their names.
  return typeof small === 'object' && small !== null ? redact(small) : small;
}
