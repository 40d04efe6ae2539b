import { quietly } from './quietly.ts';

/** More mistakes than these help nobody, and what was given by mistake may have a million names, as a long text has. */
const TOLD = 20;

/**
 * What is wrong with the names of a declaration's options, in plain sentences: each that is not known, with the known one that it was probably meant to be. In JavaScript nothing else
 * tells that `timeZone` is not `timezone`. An option that is undefined says nothing and is let alone. `where` names what they belong to, when they are nested.
 */
export function unknownNames(options: unknown, known: Iterable<string>, where = ''): string[] {
  if (
    typeof options !== 'object' ||
    options === null ||
    Array.isArray(options) ||
    ArrayBuffer.isView(options)
  )
    return [`${where === '' ? 'the options' : where} must be an object`];
  const names = [...known];
  const isKnown = new Set(names);
  const unknown = Object.keys(options).filter(
    (name) => !isKnown.has(name) && (options as { [name: string]: unknown })[name] !== undefined,
  );
  const told = unknown.slice(0, TOLD).map((name) => {
    const meant = nearest(name, names);
    const hint = meant === undefined ? `known are ${names.join(', ')}` : `did you mean ${meant}?`;
    return `${JSON.stringify(name)} is no option${where === '' ? '' : ` of ${where}`}; ${hint}`;
  });
  return unknown.length > TOLD ? [...told, `${unknown.length - TOLD} more names are no options`] : told;
}

/**
 * The options that a host gave, each read once, so that what becomes of its object later changes nothing. What is only there because somebody put a property of that name on
 * `Object.prototype` was given by nobody. Anything but an object is handed back as it is. Throws what a getter of the options throws.
 */
export function givenOptions<T>(options: T, known: Iterable<string>): T {
  if (typeof options !== 'object' || options === null) return options;
  const found: { [name: string]: unknown } = Object.create(null);
  for (const name of known) {
    if (!Object.hasOwn(options, name) && Object.hasOwn(Object.prototype, name)) continue;
    const value = (options as { [name: string]: unknown })[name];
    if (value !== undefined) found[name] = value;
  }
  return found as T;
}

/** Longer label values fold into the overflow series; an id or a message that slipped in is the usual cause. */
export const MAX_LABEL_LENGTH = 256;

/**
 * Which of these options of a declaration are names too long to be told of: what they name would be one overflow series with all others. A list is looked through, and of an object its names are.
 */
export function longNames(options: object, names: readonly string[]): string[] {
  return names
    .filter((name) => namesIn((options as { readonly [name: string]: unknown })[name]).some(isLong))
    .map(
      (name) => `${name} must have no name of more than ${MAX_LABEL_LENGTH} characters, as labels have none`,
    );
}

function namesIn(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value) ? value : Object.keys(value);
}

const isLong = (name: unknown): boolean => typeof name === 'string' && name.length > MAX_LABEL_LENGTH;

const LONGEST_NAME = 100;

/** What a declaration is of, with the name that it was given under `key`, so that its error says which of many it was. Throws nothing over the options. */
export function subjectOf(what: string, options: unknown, key = 'name'): string {
  const name = quietly(() => (options as { readonly [key: string]: unknown })[key]);
  return typeof name === 'string' && name !== ''
    ? `${what} ${JSON.stringify(name.slice(0, LONGEST_NAME))}`
    : what;
}

/** The known name that differs least; where all differ by more than a third of their letters, the only one that begins with it: `timeout` is meant to be `timeoutSeconds`. */
function nearest(name: string, names: readonly string[]): string | undefined {
  let found: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const one of names) {
    const distance = distanceOf(name.toLowerCase(), one.toLowerCase());
    if (distance < least && distance <= Math.max(2, one.length / 3)) [found, least] = [one, distance];
  }
  return found ?? theOnlyLonger(name, names);
}

function theOnlyLonger(name: string, names: readonly string[]): string | undefined {
  const begun =
    name.length < 3 ? [] : names.filter((one) => one.toLowerCase().startsWith(name.toLowerCase()));
  return begun.length === 1 ? begun[0] : undefined;
}

/** How many letters must be put in, taken out or changed to make one word of another. */
function distanceOf(from: string, to: string): number {
  // Nobody writes such a name by mistake, and the work grows with the product of both lengths.
  if (from.length > 100) return from.length;
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
