import { expect, test } from 'vitest';
import { foreignRuntime } from './runtime.ts';

test('a runtime that is not Node is known by its name, and Node has none', () => {
  expect(foreignRuntime({ node: '26.3.0', bun: '1.4.5' })).toBe('Bun');
  expect(foreignRuntime({ node: '26.3.0', deno: '2.9.6' })).toBe('Deno');
  expect(foreignRuntime({ node: '24.0.0' })).toBeUndefined();
  expect(foreignRuntime()).toBeUndefined();
});
