import { setLogger } from '@sightglass/core';
import { afterEach, describe, expect, test } from 'vitest';
import { Fuzz, membersOf } from './harness.ts';
import { MODES } from './modes.ts';
import { runMode } from './run-mode.ts';
import { exported, exportedFunctions, exportedTwice, knownFunctions, subjects } from './subjects.ts';
import { validExposition } from './valid.ts';

const RUNS = 100;
/** Of each function in each of the other modes, whose whole is `pnpm fuzz`. */
const CALLS = 40;

afterEach(() => setLogger(undefined));

test('every exported function is fuzzed, or excluded with a reason', () => {
  expect(knownFunctions).toEqual(exportedFunctions);
  // Of two of one name, one would not be called.
  expect(exportedTwice).toEqual([]);
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
    await new Fuzz().attack(subject, RUNS);
    await validExposition();
  });
});

test.each(MODES.filter((mode) => mode !== 'clean'))(
  'the same with %s, and every function is called',
  async (mode) => {
    const { calls, faults } = await runMode({ mode, callsPerFunction: CALLS });
    expect(faults).toEqual([]);
    expect(Object.keys(calls).sort()).toEqual(subjects.map(({ name }) => name).sort());
  },
);
