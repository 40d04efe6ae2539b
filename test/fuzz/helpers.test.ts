import { DeclarationError, setLogger } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import { OptionsError } from '@sightglass/core/endpoint';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { Hostile, hostile, isBoobyTrap, make, spoil, spoilings } from './hostile.ts';
import {
  EXCLUDED_METHODS,
  exported,
  exportedFunctions,
  handed,
  knownFunctions,
  type Subject,
  subjects,
  work,
} from './subjects.ts';
import { validExposition } from './valid.ts';

const RUNS = 300;

afterEach(() => setLogger(undefined));

test('every exported function is fuzzed, or excluded with a reason', () => {
  expect(knownFunctions).toEqual(exportedFunctions);
});

test('what is exported besides functions is data, or a metric, as `counter`, `describe` and their like give back', () => {
  const withMethods = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !('descriptor' in value) &&
    membersOf(value).some(
      (name) => typeof (value as { readonly [name: string]: unknown })[name] === 'function',
    );
  expect([...exported].filter(([, value]) => withMethods(value)).map(([name]) => name)).toEqual([]);
});

describe.each(subjects)('$name', (subject) => {
  test('never throws, whatever it is given, and leaves a valid exposition', async () => {
    await fc.assert(
      fc.asyncProperty(
        spoilings(subject.valid),
        fc.array(hostile, { maxLength: 3 }),
        fc.boolean(),
        async (spoiling, more, works) => {
          const args = spoil(subject.valid, spoiling) as never[];
          const hostileArgs = more.map(make);
          if (works) hostileArgs.push(work);
          const caller = { args: hostileArgs, owns: new Set([...valuesIn(args), ...valuesIn(hostileArgs)]) };
          const result = harmless(subject, subject.name, () => subject.call(...args));
          await use(subject, `${subject.name}(…)`, result, caller);
          // What a scheduler was given to start hands on the run, and the run hands on what its parts are given.
          for (let round = 0; round < 3; round++) {
            for (const given of handed.splice(0))
              await use(subject, `handed by ${subject.name}`, given, caller);
          }
          handed.length = 0;
        },
      ),
      { numRuns: RUNS },
    );
    await validExposition();
    for (const instrument of processStore().instruments()) {
      const { descriptor, series } = instrument;
      const closed = descriptor.labels.reduce((product, { values }) => product * (values?.length ?? 1), 1);
      expect(series.cells.length, descriptor.name).toBeLessThanOrEqual(descriptor.maxSeries + closed);
    }
  }, 300_000);
});

/** What is called with, and all that the caller has given: of what comes back, only the rest is the library's. */
interface Caller {
  readonly args: readonly unknown[];
  readonly owns: ReadonlySet<unknown>;
}

/** Arguments, and what is in those that are plain objects. */
const valuesIn = (args: readonly unknown[]) =>
  args.flatMap((arg) => (isPlain(arg) ? [arg, ...dataIn(arg as object)] : [arg]));

/** The values of an object that can be read without running its getters. */
const dataIn = (object: object): unknown[] =>
  Object.values(Object.getOwnPropertyDescriptors(object)).map(({ value }) => value as unknown);

/**
 * Calls it. A declaration may refuse what it is given, and what hands on to the caller's code may throw what that code throws; anything else that
 * is thrown is a fault.
 */
function harmless(subject: Subject, what: string, call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (subject.declares && (error instanceof DeclarationError || error instanceof OptionsError))
      return undefined;
    const isCallers =
      error instanceof Hostile || error === null || /^TypeError: Class constructor/.test(String(error));
    if (subject.rethrows && isCallers) return undefined;
    throw new Error(`${what} threw`, { cause: error });
  }
}

/**
 * Calls what a helper has given back or handed on: a function, or the methods of an object and of the objects in it, and what those give back.
 * `what` says how it was come by: `declareJob(…).enable(…)`.
 */
async function use(
  subject: Subject,
  what: string,
  result: unknown,
  caller: Caller,
  depth = 0,
): Promise<void> {
  if (what in EXCLUDED_METHODS || depth > 2 || caller.owns.has(result) || isBoobyTrap(result)) return;
  if (result instanceof Promise) {
    const value = await settled(subject, what, result);
    return use(subject, what, value, caller, depth + 1);
  }
  if (typeof result === 'function') {
    const inner = harmless(subject, what, () => result(...caller.args));
    return use(subject, `${what}(…)`, inner, caller, depth + 1);
  }
  if (typeof result !== 'object' || result === null) return;
  for (const name of readableMembersOf(result)) {
    const path = `${what}.${name}`;
    if (path in EXCLUDED_METHODS) continue;
    const member = harmless(subject, path, () => (result as { readonly [name: string]: unknown })[name]);
    if (isPlain(member)) await use(subject, path, member, caller, depth + 1);
    if (typeof member !== 'function' || caller.owns.has(member)) continue;
    const inner = harmless(subject, path, () => member.apply(result, [...caller.args]));
    await use(subject, `${path}(…)`, inner, caller, depth + 1);
  }
}

const isPlain = (value: unknown) => {
  try {
    return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  } catch {
    return false;
  }
};

/** Waits for a promise as long as it takes one that does not hang; a rejection is a fault, unless it passes on what the caller's work threw. */
async function settled(subject: Subject, what: string, promise: Promise<unknown>): Promise<unknown> {
  const hanging = new Promise<void>((resolve) => setTimeout(resolve, 5));
  try {
    return await Promise.race([promise, hanging]);
  } catch (error) {
    if (!subject.rethrows) throw new Error(`${what} rejected`, { cause: error });
    return undefined;
  } finally {
    promise.catch(() => {});
  }
}

/** As {@link membersOf}; none of what a hostile function of the caller's has given back through ours. */
function readableMembersOf(value: object): string[] {
  try {
    return membersOf(value);
  } catch (error) {
    if (error instanceof Hostile) return [];
    throw error;
  }
}

/** The names of everything that an object has: of its own and of its class. */
function membersOf(value: object): string[] {
  const names = new Set<string>();
  for (
    let owner: object | null = value;
    owner !== null && owner !== Object.prototype && owner !== Array.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    for (const name of Object.getOwnPropertyNames(owner)) if (name !== 'constructor') names.add(name);
  }
  return [...names];
}
