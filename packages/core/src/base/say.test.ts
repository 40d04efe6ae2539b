import { diag } from '@opentelemetry/api';
import { afterEach, expect, test, vi } from 'vitest';
import { type Logger, setLogger } from '../logging/index.ts';
import { say } from './say.ts';

const nothing = () => {};

afterEach(() => {
  diag.disable();
  setLogger(undefined);
  vi.restoreAllMocks();
});

test('A16: what goes wrong within the library is said to diag, else to the logger, else on stderr in one line', () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(nothing);
  const heard: unknown[][] = [];
  const hear = (...line: unknown[]) => void heard.push(line);
  const error = new Error('no route to\npostgres://svc:hunter2@db');
  say('warn', 'first', error);
  expect(stderr.mock.calls).toEqual([
    ['{"level":"warn","msg":"first: no route to\\npostgres://svc:[redacted]@db"}'],
  ]);
  setLogger({ debug: nothing, info: nothing, warn: hear, error: hear } as Logger);
  say('error', 'second', error);
  diag.setLogger({ error: hear, warn: hear, info: nothing, debug: nothing, verbose: nothing });
  say('warn', 'third', error);
  expect(heard.map((line) => line.find((part) => typeof part === 'string'))).toEqual(['second', 'third']);
  expect(stderr).toHaveBeenCalledTimes(1);
});

test('a logger of diag that throws costs its line', () => {
  const broken = () => {
    throw new Error('disk full');
  };
  diag.setLogger({ error: broken, warn: broken, info: broken, debug: broken, verbose: broken });
  expect(() => say('error', 'x')).not.toThrow();
});
