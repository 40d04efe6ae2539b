import { format } from 'node:util';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { fakeClock } from '../testing/index.ts';
import { type Logger, log, setLogger } from './port.ts';
import { logRun } from './run.ts';

afterEach(() => {
  setLogger(undefined);
  vi.restoreAllMocks();
});

function recorder(): { readonly lines: unknown[][]; readonly logger: Logger } {
  const lines: unknown[][] = [];
  const at =
    (level: string) =>
    (...args: unknown[]) =>
      void lines.push([level, ...args]);
  return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

test('A16: without a logger, warnings and errors are one line each on stderr, before one is set and after it is taken away', () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { lines, logger } = recorder();
  log().error(
    { err: new Error('first\nsecond', { cause: new Error('postgres://svc:hunter2@db') }) },
    'before',
  );
  log().info('not this');
  log().debug('nor this');
  setLogger(logger);
  log().warn({ table: 'trades' }, 'during');
  setLogger(undefined);
  log().warn('after');
  expect(lines).toEqual([['warn', { table: 'trades' }, 'during']]);
  const written = stderr.mock.calls.map(([line]) => String(line));
  expect(written.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: 'error',
      msg: 'before',
      err: expect.objectContaining({ type: 'Error', message: 'first\nsecond' }),
    }),
    expect.objectContaining({ level: 'warn', msg: 'after' }),
  ]);
  expect(written.join('')).not.toMatch(/\n|hunter2/);
});

test('A16: without a logger, what fails all the time writes no more than so much, says so, and goes on later', () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const clock = fakeClock();
  for (let i = 0; i < 5_000; i++) log().error('again');
  const first = stderr.mock.calls.length;
  expect(first).toBeLessThanOrEqual(1_001);
  expect(String(stderr.mock.lastCall![0])).toContain('left out for a minute');
  clock.advance(61);
  log().error('later');
  expect(String(stderr.mock.lastCall![0])).toContain('later');
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

const failure = () => new Error('disk full');
const fails: readonly (readonly [string, () => unknown])[] = [
  [
    'throws',
    () => {
      throw failure();
    },
  ],
  ['rejects', () => Promise.reject(failure())],
  [
    'gives what can not be waited for',
    () =>
      Object.defineProperty({}, 'then', {
        get: () => {
          throw failure();
        },
      }),
  ],
];

test.each(fails)('B11: a logger whose method %s costs its line, and nothing else', async (_, broken) => {
  const unhandled: unknown[] = [];
  const listen = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', listen);
  setLogger({ debug: broken, info: broken, warn: broken, error: broken });
  for (const level of ['debug', 'info', 'warn', 'error'] as const)
    expect(log()[level]({ table: 'trades' }, 'x')).toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.off('unhandledRejection', listen);
  expect(unhandled).toEqual([]);
});

test('B19: what lacks one of the four methods is not taken, and that is said; null is no logger', () => {
  const { lines, logger } = recorder();
  setLogger(logger);
  const unreadable = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no');
      },
    },
  );
  for (const wrong of [{ info() {} }, 'pino', 5, unreadable]) setLogger(wrong as never);
  log().info('still here');
  expect(lines).toEqual([
    ['warn', expect.stringContaining('must have the methods debug, info, warn, error')],
    ['info', 'still here'],
  ]);
  setLogger(null as never);
  expect(() => log().info('x')).not.toThrow();
});

/** Takes its arguments as winston does: the message, then an object whose message it adds to its own. */
function winstonLike(print: (line: string) => void) {
  const at = (level: string) => (message: unknown, meta?: { message?: string }) =>
    print(
      JSON.stringify({ ...meta, level, message: meta?.message ? `${message} ${meta.message}` : message }),
    );
  return {
    transports: [],
    log() {},
    add() {},
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}
/** Takes them as the console and log4js do. */
function printer(print: (line: string) => void, signs: object) {
  const at = (...values: unknown[]) => print(format(...values));
  return { ...signs, debug: at, info: at, warn: at, error: at };
}
const sign = () => {};
const LOGGERS: readonly (readonly [string, (print: (line: string) => void) => object])[] = [
  ['pino', (write) => pino({ level: 'debug' }, { write })],
  ['winston', winstonLike],
  ['the console', (print) => printer(print, { table: sign, trace: sign, dir: sign })],
  ['log4js', (print) => printer(print, { isLevelEnabled: sign, addContext: sign })],
  [
    'one that writes JSON',
    (print) => {
      const at = (fields: unknown, msg: unknown) => print(JSON.stringify([fields, msg]));
      return { debug: at, info: at, warn: at, error: at };
    },
  ],
  [
    'one that prints its first argument',
    (print) => {
      const at = (message: unknown) => print(`${message}`);
      return { debug: at, info: at, warn: at, error: at };
    },
  ],
  ['a function with methods', (print) => Object.assign(() => {}, printer(print, {}))],
];

test.each(LOGGERS)('A15: %s prints the message and the error', (_, make) => {
  const printed: string[] = [];
  setLogger(make((line) => void printed.push(line)) as Logger);
  log().error(
    { job_name: 'backup', err: new TypeError('no route', { cause: new Error('inner') }) },
    'job: failed at 10%d',
  );
  log().warn('plain');
  expect(printed).toHaveLength(2);
  expect(printed[0]).toContain('job: failed at 10%d');
  expect(printed[0]).toContain('no route');
  expect(printed[0]).not.toMatch(/\[object Object\]|"err":\{\}/);
  expect(printed[1]).toContain('plain');
});

test.each([
  ['(error)', [new Error('hunter: redis://:hunter2@c')], 'hunter: redis://:[redacted]@c', true],
  ['(error, message)', [new Error('redis://:hunter2@c'), 'no cache'], 'no cache', true],
  ['(message, error)', ['no cache', new Error('redis://:hunter2@c')], 'no cache', true],
  ['(message, value)', ['no %s', 'redis://:hunter2@c'], 'no redis://:[redacted]@c', false],
  ['({ err })', [{ err: new Error('redis://:hunter2@c') }], 'redis://:[redacted]@c', true],
  ['(fields, message)', [{ password: 'hunter2', n: 1n }, 'x'], 'x', false],
  ['(undefined)', [undefined], '', false],
])('A17: called as %s, a line has no credential', (_, given, message, hasError) => {
  const { lines, logger } = recorder();
  setLogger(logger);
  (log().error as (...args: unknown[]) => void)(...given);
  const [[, ...line]] = lines as [[string, ...unknown[]]];
  expect(line.at(-1)).toBe(message);
  expect(format(...line)).not.toContain('hunter2');
  expect((line[0] as { err?: unknown }).err instanceof Error).toBe(hasError);
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

test('B11: a logger that logs with each line that it writes comes to an end', () => {
  const written: unknown[] = [];
  const again = (...line: unknown[]) => {
    written.push(line);
    log().error('and again');
  };
  setLogger({ debug: again, info: again, warn: again, error: again });
  log().warn('once');
  expect(written.length).toBeLessThan(10);
  log().warn('twice');
  expect(written).toContainEqual(['twice']);
});

test('B19: what can not be read of fields, or of the level of a logger, costs itself and not the line', () => {
  const refuse = () => {
    throw new Error('of the host');
  };
  const { lines, logger } = recorder();
  setLogger({ ...logger, isLevelEnabled: refuse } as Logger);
  log().warn(Object.defineProperty({ table: 'trades' }, 'at', { enumerable: true, get: refuse }), 'a getter');
  log().warn(new Proxy({}, { ownKeys: refuse }), 'a proxy');
  expect(lines).toEqual([
    ['warn', { table: 'trades', at: '[unreadable]' }, 'a getter'],
    ['warn', { fields: '[unreadable]' }, 'a proxy'],
  ]);
});
