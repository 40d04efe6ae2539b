import { AsyncLocalStorage } from 'node:async_hooks';
import { context, TraceFlags, trace } from '@opentelemetry/api';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { diagLevel, diagLogger } from './diag.ts';
import { loggerOptions } from './pino-options.ts';
import { type Logger, setLogger } from './port.ts';
import { redact, redactText } from './redact.ts';
import { stderrLogger } from './stderr-logger.ts';

type Line = { readonly [name: string]: unknown };

/** A real pino whose lines are kept. */
function pinoLines() {
  const lines: Line[] = [];
  const logger = pino(loggerOptions({ serviceName: 'offload', level: 'debug' }), {
    write: (line: string) => void lines.push(JSON.parse(line)),
  });
  return { lines, logger };
}

/** The same for the logger of hosts without pino. */
function consoleLines() {
  const lines: Line[] = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(JSON.parse(line)));
  return { lines, logger: stderrLogger('offload') };
}

const loggers: readonly (readonly [string, () => { lines: Line[]; logger: Logger }])[] = [
  ['pino', pinoLines],
  ['console', consoleLines],
];

afterEach(() => {
  setLogger(undefined);
  context.disable();
  vi.restoreAllMocks();
});

/** A context manager as small as the API allows, so that a span can be active without an SDK. */
function useContextManager() {
  const storage = new AsyncLocalStorage<ReturnType<typeof context.active>>();
  context.setGlobalContextManager({
    active: () => storage.getStore() ?? ROOT,
    with: (active, fn, thisArg, ...args) => storage.run(active, () => fn.call(thisArg as never, ...args)),
    bind: (_, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
}
const ROOT = context.active();

test.each(loggers)('%s writes the service, an ISO time, the level by name and the fields', (_, make) => {
  const { lines, logger } = make();
  logger.warn({ table: 'trades', rows: 12 }, 'slow');
  logger.info('plain');
  expect(lines).toEqual([
    {
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'offload',
      table: 'trades',
      rows: 12,
      msg: 'slow',
    },
    { level: 'info', time: expect.any(String), service: 'offload', msg: 'plain' },
  ]);
});

test.each(loggers)('%s writes the ids of the active span, and none without one', (_, make) => {
  useContextManager();
  const { lines, logger } = make();
  const spanContext = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
  };
  context.with(trace.setSpanContext(ROOT, spanContext), () => logger.info('inside'));
  logger.info('outside');
  expect(lines[0]).toMatchObject({
    trace_id: spanContext.traceId,
    span_id: spanContext.spanId,
    trace_flags: '01',
    msg: 'inside',
  });
  expect(Object.keys(lines[1]!)).toEqual(['level', 'time', 'service', 'msg']);
});

test.each(loggers)('%s writes an error with its causes and without credentials', (_, make) => {
  const { lines, logger } = make();
  const cause = Object.assign(new Error('connect postgres://app:hunter2@db:5432/hot'), {
    code: 'ECONNREFUSED',
    password: 'hunter2',
  });
  logger.error({ err: new TypeError('no rows', { cause }) }, 'failed with postgres://app:hunter2@db/hot');
  expect(lines[0]).toMatchObject({
    err: {
      type: 'TypeError',
      message: 'no rows',
      stack: expect.stringContaining('logger.test'),
      cause: { code: 'ECONNREFUSED', password: '[redacted]' },
    },
    msg: 'failed with postgres://app:[redacted]@db/hot',
  });
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});

test.each(loggers)('%s censors secrets by field name, at any level', (_, make) => {
  const { lines, logger } = make();
  logger.info(
    {
      request: {
        headers: { Authorization: 'Bearer s3cret-s3cret', 'Set-Cookie': ['a=s3cret'], accept: '*/*' },
      },
      list: [{ apiKey: 's3cret' }],
    },
    'x',
  );
  expect(JSON.stringify(lines)).not.toContain('s3cret');
  expect(lines[0]).toMatchObject({ request: { headers: { accept: '*/*', Authorization: '[redacted]' } } });
});

test('bindings of a child are censored too', () => {
  const { lines, logger } = pinoLines();
  logger.child({ password: 's3cret', table: 'trades' }).info('x');
  expect(lines[0]).toMatchObject({ password: '[redacted]', table: 'trades' });
});

test.each([
  ['mysql://root:p%40ss@db/x', 'mysql://root:[redacted]@db/x'],
  ['redis://:pw@cache', 'redis://:[redacted]@cache'],
  ['GET https://host:9464/metrics @ noon', 'GET https://host:9464/metrics @ noon'],
  ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [redacted]'],
  ['a Basic course', 'a Basic course'],
])('%s', (given, expected) => {
  expect(redactText(given)).toBe(expected);
});

test('what holds no secret comes back as it is; what contains itself ends', () => {
  const fields = { table: 'trades', nested: { token_count: 3, at: new Date(0) }, token: undefined };
  expect(redact(fields)).toBe(fields);
  const circular: Record<string, unknown> = { password: 'x' };
  for (let i = 0; i < 50; i++) circular[`self${i}`] = circular;
  expect(redact(circular)).toMatchObject({ password: '[redacted]' });
});

test('OpenTelemetry diagnostics become lines with their error', () => {
  const { lines, logger } = pinoLines();
  setLogger(logger);
  const diagnostics = diagLogger();
  diagnostics.error('export failed', new Error('503'), { attempt: 2 });
  diagnostics.verbose('tick');
  expect(lines[0]).toMatchObject({
    level: 'error',
    component: 'opentelemetry',
    msg: 'export failed',
    err: { message: '503' },
    details: [{ attempt: 2 }],
  });
  expect(lines[1]).toMatchObject({ level: 'debug', msg: 'tick' });
  expect([diagLevel('DEBUG'), diagLevel(undefined), diagLevel('loud')]).toEqual([70, 50, 50]);
});

const refuse = () => {
  throw new Error('of the tracer');
};
test.each<[string, unknown]>([
  ['throws', { spanContext: refuse }],
  ['has no context', { spanContext: () => null }],
  ['has no method', {}],
  ['can not be read', new Proxy({}, { get: refuse })],
  ['has a context that can not be read', { spanContext: () => new Proxy({}, { get: refuse }) }],
])('B1: a line is written without ids when the active span %s', (_, span) => {
  useContextManager();
  for (const [, make] of loggers) {
    const { lines, logger } = make();
    context.with(trace.setSpan(ROOT, span as never), () => logger.warn('said'));
    expect(lines).toEqual([{ level: 'warn', time: expect.any(String), service: 'offload', msg: 'said' }]);
  }
});
