import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { type Logger, log, setLogger } from './port.ts';
import { logRun } from './run.ts';

afterEach(() => setLogger(undefined));

function recorder(): { readonly lines: unknown[][]; readonly logger: Logger } {
  const lines: unknown[][] = [];
  const at =
    (level: string) =>
    (...args: unknown[]) =>
      void lines.push([level, ...args]);
  return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

test('is silent until a logger is set, and again when it is taken away', () => {
  const { lines, logger } = recorder();
  log().error('before');
  setLogger(logger);
  log().warn({ table: 'trades' }, 'during');
  setLogger(undefined);
  log().error('after');
  expect(lines).toEqual([['warn', { table: 'trades' }, 'during']]);
});

test('a second copy of the module writes to the same logger', async () => {
  const { lines, logger } = recorder();
  setLogger(logger);
  const copyUrl = './port.ts?copy';
  const copy: typeof import('./port.ts') = await import(/* @vite-ignore */ copyUrl);
  expect(copy.log).not.toBe(log);
  copy.log().info('from the copy');
  expect(lines).toEqual([['info', 'from the copy']]);
});

test('a logger that throws does not end the work', () => {
  const broken = () => {
    throw new Error('disk full');
  };
  setLogger({ debug: broken, info: broken, warn: broken, error: broken });
  expect(() => log().error('x')).not.toThrow();
});

test('a pino logger is a logger', () => {
  const lines: string[] = [];
  setLogger(pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }));
  log().debug({ layer: 'bronze' }, 'moved');
  expect(JSON.parse(lines[0]!)).toMatchObject({ layer: 'bronze', msg: 'moved', level: 20 });
});

test('a run is one line with the fields of its metrics; a cause makes it an error', () => {
  const { lines, logger } = recorder();
  setLogger(logger);
  logRun('offload table', { table: 'trades', status: 'success', duration_seconds: 2 });
  const cause = new Error('no route');
  logRun(
    'offload table',
    { table: 'quotes', status: 'failed', error_type: 'timeout', duration_seconds: 30 },
    cause,
  );
  expect(lines).toEqual([
    ['info', { table: 'trades', status: 'success', duration_seconds: 2 }, 'offload table: success'],
    [
      'error',
      { table: 'quotes', status: 'failed', error_type: 'timeout', duration_seconds: 30, err: cause },
      'offload table: failed',
    ],
  ]);
});
