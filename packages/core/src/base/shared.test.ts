import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fits } from './shared.ts';
import { VERSION } from './version.ts';

const KEY = Symbol.for('@sightglass');
const globals = globalThis as { [KEY]?: unknown };
const kept = globals[KEY];
const said: string[] = [];

beforeEach(() => {
  delete globals[KEY];
  said.length = 0;
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void said.push(String(warning)));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.doUnmock('./version.ts');
  globals[KEY] = kept;
});

/** A copy of the package, as a process has one for each version and module format. */
async function copyOf(version: string) {
  vi.resetModules();
  vi.doMock('./version.ts', () => ({ VERSION: version }));
  return import('../authors.ts');
}

const stamp = (copy: Awaited<ReturnType<typeof copyOf>>, name: string) =>
  copy.sharedInProcess('thing', () => name);

test('the version is that of the package', () => {
  const manifest = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
  expect(VERSION).toBe((JSON.parse(manifest) as { version: string }).version);
});

describe('a copy can use what another has made', () => {
  test.each([
    ['1.4.0', '1.4.0', true],
    ['1.4.0', '1.4.7', true],
    ['1.5.0', '1.4.0', true],
    ['1.5.0-beta.1', '1.4.0', true],
    ['1.3.9', '1.4.0', false],
    ['2.0.0', '1.4.0', false],
    ['1.4.0', '2.0.0', false],
    ['0.2.0', '0.2.3', true],
    ['0.3.0', '0.2.0', false],
    ['0.1.0', '0.2.0', false],
    ['', '0.2.0', false],
    [undefined as never, '0.2.0', false],
  ])('that of %s by %s: %s', (theirs, mine, expected) => expect(fits(theirs, mine)).toBe(expected));
});

test('copies that fit share what they put there, the store included, and say nothing', async () => {
  const first = await copyOf('1.5.0');
  const second = await copyOf('1.4.2');
  expect(second.sharedInProcess).not.toBe(first.sharedInProcess);
  expect([stamp(first, 'of the first'), stamp(second, 'of the second')]).toEqual([
    'of the first',
    'of the first',
  ]);
  expect(second.processStore()).toBe(first.processStore());
  expect(said).toEqual([]);
});

test('one that does not fit says so once, naming both versions, and works on its own', async () => {
  const old = await copyOf('1.4.0');
  stamp(old, 'old');
  const young = await copyOf('2.0.0');
  expect([stamp(young, 'young'), stamp(young, 'again'), stamp(old, 'again')]).toEqual([
    'young',
    'young',
    'old',
  ]);
  expect(young.processStore()).not.toBe(old.processStore());
  expect(said).toEqual([expect.stringMatching(/@sightglass\/core 2\.0\.0 is loaded beside 1\.4\.0/)]);
});

test('its own other copies share with it', async () => {
  stamp(await copyOf('1.4.0'), 'old');
  const esm = await copyOf('2.0.0');
  const cjs = await copyOf('2.0.0');
  expect([stamp(esm, 'young'), stamp(cjs, 'other')]).toEqual(['young', 'young']);
  expect(cjs.processStore()).toBe(esm.processStore());
  expect(said).toHaveLength(1);
});

test('a warning that can not be given, and a key that is taken, leave it at work', async () => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => {
    throw new Error('no warnings here');
  });
  stamp(await copyOf('1.4.0'), 'old');
  expect(stamp(await copyOf('2.0.0'), 'young')).toBe('young');
  globals[KEY] = 'taken';
  expect(stamp(await copyOf('1.4.0'), 'alone')).toBe('alone');
  expect(globals[KEY]).toBe('taken');
});
