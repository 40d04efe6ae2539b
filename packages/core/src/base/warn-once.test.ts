import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { warnOnce } from './warn-once.ts';

const said: unknown[][] = [];
beforeEach(() => {
  said.length = 0;
  const nothing = () => {};
  const warn = (...line: unknown[]) => void said.push(line);
  diag.setLogger({ error: nothing, info: nothing, debug: nothing, verbose: nothing, warn });
});
afterEach(() => diag.disable());

test('says each thing once, with what it was given first', () => {
  const warn = warnOnce();
  const error = new Error('no');
  warn('a', 'first', error);
  warn('a', 'second');
  warn('b', 'other');
  warnOnce()('a', 'of another');
  expect(said).toEqual([['first', error], ['other'], ['of another']]);
});

test('does not remember without end', () => {
  const warn = warnOnce();
  for (let i = 0; i < 5_000; i++) warn(String(i), 'x');
  expect(said).toHaveLength(1_000);
});

test('B1: a logger of the host that throws or rejects costs the warning alone', async () => {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown) => rejections.push(reason);
  process.on('unhandledRejection', onRejection);
  onTestFinished(() => {
    process.off('unhandledRejection', onRejection);
    diag.disable();
  });
  const warn = warnOnce();
  for (const broken of [
    () => {
      throw new Error('of the host');
    },
    () => Promise.reject(new Error('of the host')),
  ]) {
    const logger = { error: broken, warn: broken, info: broken, debug: broken, verbose: broken };
    diag.setLogger(logger as never, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    expect(() => warn(String(broken), 'said')).not.toThrow();
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(rejections).toEqual([]);
});
