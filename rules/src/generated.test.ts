import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedFiles } from './generate.ts';

test.each(Object.entries(generatedFiles()))('%s is committed as it is generated', (path, text) => {
  expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toBe(text);
});

test('generating twice gives the same bytes', () => {
  expect(generatedFiles()).toEqual(generatedFiles());
});
