import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { Seen } from './seen.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightglass-seen-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a test of this text, judged by a file of that text, has seen: nothing yet. */
function seenBy(text: string, judge: string): Seen {
  const [test, other] = [join(folder, 'some.test.ts'), join(folder, 'judge.ts')];
  writeFileSync(test, text);
  writeFileSync(other, judge);
  return new Seen(pathToFileURL(test).href, [folder]);
}

test('a claim is asked for until it was seen to hold', async () => {
  const seen = seenBy('test', 'judge');
  const key = seen.key(['rules', 'series']);
  let asked = 0;
  const fails = seen.holds(key, () => {
    asked++;
    throw new Error('it does not');
  });
  await expect(fails).rejects.toThrow('it does not');
  expect(seen.has(key)).toBe(false);
  for (let i = 0; i < 3; i++) await seen.holds(key, () => void asked++);
  expect(asked).toBe(2);
  expect(seen.has(key)).toBe(true);
});

test('it is another claim as soon as anything has changed that it depends on', () => {
  const depends = ['rule', { series: ['a 1', 'b 2'] }];
  const before = seenBy('test', 'judge').key(depends, 2);
  expect(seenBy('test', 'judge').key(['rule', { series: ['a 1', 'b 2'] }], 2)).toBe(before);
  const others = [
    seenBy('test', 'judge').key(['rule', { series: ['a 1', 'b 3'] }], 2),
    seenBy('test', 'judge').key(depends, 3),
    seenBy('another test', 'judge').key(depends, 2),
    seenBy('test', 'another judge').key(depends, 2),
  ];
  expect(new Set([before, ...others]).size).toBe(5);
});

test.each(['process_id', 'server_port'])(
  'a %s is left to chance: only which are the same matters',
  (label) => {
    const seen = seenBy('test', 'judge');
    const key = (...ids: readonly string[]) => seen.key(ids.map((id) => `a{${label}="${id}"}`));
    expect(key('0123abcd', '0123abcd', 'ffffffff')).toBe(key('12345678', '12345678', '87654321'));
    expect(key('0123abcd', '0123abcd', 'ffffffff')).not.toBe(key('12345678', '87654321', '87654321'));
  },
);
