/*
 * Documents come from outside: nothing in them is believed to be of any kind, nothing that they inherit is read, and nothing of them becomes longer than a label may be.
 */

/** More entries of one list than this are not read. */
export const MOST_ENTRIES = 100_000;
const LONGEST = 200;

/** A property of its own; undefined of what is no object, and for one that can't be read. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    try {
      found = Object.hasOwn(found, name) ? (found as { readonly [name: string]: unknown })[name] : undefined;
    } catch {
      return undefined;
    }
  }
  return found;
}

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.slice(0, LONGEST) : undefined;

export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

export const countOf = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;

/** What can be said in a line of a log; a list or an object of whatever size is not. */
export const plainOf = (value: unknown): string | number | boolean | undefined =>
  typeof value === 'number' || typeof value === 'boolean' ? value : textOf(value);

/** The entries of a list, the first {@link MOST_ENTRIES}; none of what is no list. */
export function listOf(value: unknown): readonly unknown[] {
  try {
    return Array.isArray(value) ? value.slice(0, MOST_ENTRIES) : [];
  } catch {
    return [];
  }
}

/** The own properties of an object, as many at most. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [];
  try {
    return Object.keys(value)
      .slice(0, MOST_ENTRIES)
      .map((name) => [name, at(value, name)] as const);
  } catch {
    return [];
  }
}

/** A time in ISO 8601, also without separators as Great Expectations writes some (`20260926T043230.365767Z`). One without a zone is UTC. */
export function timeOf(value: unknown): Date | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\.\d+)?Z?$/.exec(text);
  const iso =
    basic === null ? text : `${basic.slice(1, 4).join('-')}T${basic.slice(4, 7).join(':')}${basic[7] ?? ''}Z`;
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(iso);
  const time = new Date(hasZone || !iso.includes(':') ? iso : `${iso.replace(' ', 'T')}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
