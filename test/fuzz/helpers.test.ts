import { DeclarationError, setLogger } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { hostile, make, spoil, spoilings } from './hostile.ts';
import { exportedFunctions, knownFunctions, type Subject, subjects } from './subjects.ts';
import { validExposition } from './valid.ts';

const RUNS = 300;

afterEach(() => setLogger(undefined));

test('every exported function is fuzzed', () => {
  expect(knownFunctions).toEqual(exportedFunctions);
});

describe.each(subjects)('$name', (subject) => {
  test('never throws, whatever it is given, and leaves a valid exposition', async () => {
    await fc.assert(
      fc.asyncProperty(
        spoilings(subject.valid),
        fc.array(hostile, { maxLength: 3 }),
        async (spoiling, more) => {
          const args = spoil(subject.valid, spoiling) as never[];
          const result = harmless(subject, subject.name, () => subject.call(...args));
          if (subject.opens) await use(subject, result, more.map(make));
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
  });
});

/** Calls it. A declaration may refuse what it is given; anything else that is thrown is a fault. */
function harmless(subject: Subject, what: string, call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (subject.declares && error instanceof DeclarationError) return undefined;
    throw new Error(`${what} threw`, { cause: error });
  }
}

/** Calls what a helper has given back: a function, or the methods of an object, of which some give back more. */
async function use(subject: Subject, result: unknown, args: readonly unknown[], depth = 0): Promise<void> {
  if (result instanceof Promise) return settled(subject, result);
  if (typeof result === 'function')
    return void harmless(subject, `what ${subject.name} returned`, () => result());
  if (typeof result !== 'object' || result === null || depth > 1) return;
  // What `where` gives is data: the caller's own matchers.
  if (depth > 0 && Object.getPrototypeOf(result) === Object.prototype) return;
  for (const name of methodsOf(result)) {
    const method = (result as { readonly [name: string]: (...args: unknown[]) => unknown })[name]!;
    const inner = harmless(subject, `${subject.name}(…).${name}`, () => method.apply(result, [...args]));
    if (inner instanceof Promise && subject.rethrows) inner.catch(() => {});
    else await use(subject, inner, args, depth + 1);
  }
}

/** Waits for a promise as long as it takes one that does not hang; a rejection is a fault. */
async function settled(subject: Subject, promise: Promise<unknown>): Promise<void> {
  const hanging = new Promise<void>((resolve) => setTimeout(resolve, 5));
  await Promise.race([promise, hanging]).catch((error: unknown) => {
    throw new Error(`${subject.name} rejected`, { cause: error });
  });
  promise.catch(() => {});
}

function methodsOf(value: object): string[] {
  const names = new Set<string>();
  for (
    let owner: object | null = value;
    owner !== null && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    for (const [name, { value: member }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (typeof member === 'function' && name !== 'constructor') names.add(name);
    }
  }
  return [...names];
}
