import { setLogger } from '@sightglass/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { declareJob, instrumentJob } from './index.ts';
import { runsOf } from './job.support.ts';
import { declaredJobs } from './registry.ts';

/** Whatever plain JavaScript may hand over. */
const anything = fc.oneof(
  fc.anything({ withDate: true, withBigInt: true, withNullPrototype: true, withMap: true }),
  fc.constant(() => {
    throw new Error('from a function');
  }),
  fc.constant(new Proxy({}, {})),
);

beforeAll(() => {
  const failing = () => {
    throw new Error('the logger is broken');
  };
  setLogger({ debug: failing, info: failing, warn: failing, error: failing });
});
afterAll(() => setLogger(undefined));

describe('the wrapper', () => {
  const job = declareJob({ name: 'hostile', schedule: '0 0 1 1 *', timezone: 'UTC', timeoutSeconds: 60 });

  test('never fails by itself, whatever a scheduler calls it with', async () => {
    const run = instrumentJob(job, (_run, ...args: unknown[]) => args.length);
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { maxLength: 4 }), async (args) => {
        expect(await run(...args)).toBeTypeOf('number');
      }),
      { numRuns: 300 },
    );
  });

  test('never fails by itself, whatever a start says', async () => {
    const run = instrumentJob(job, () => 'ran');
    const start = fc.record({
      trigger: fc.constantFrom('scheduled', 'manual', 'startup', 'event'),
      scheduledFor: fc.oneof(fc.date({ noInvalidDate: false }), anything),
      signal: anything,
    });
    await fc.assert(
      fc.asyncProperty(start, async (one) => {
        expect(await run(one as never)).toBe('ran');
      }),
      { numRuns: 300 },
    );
  });

  test('throws on exactly what the work throws, whatever that is', async () => {
    const before = runsOf('hostile')['scheduled failed'] ?? 0;
    let thrown = 0;
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        thrown++;
        const outcome = await instrumentJob(job, () => {
          throw value;
        })().then(
          () => ({ threw: false }),
          (error: unknown) => ({ threw: true, same: Object.is(error, value) }),
        );
        expect(outcome).toEqual({ threw: true, same: true });
      }),
      { numRuns: 300 },
    );
    expect(runsOf('hostile')['scheduled failed']).toBe(before + thrown);
  });
});

test('a declaration says what is wrong, whatever it is given', () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const name = fc.oneof(fc.constant('fuzzed'), anything);
  const options = fc.record(
    {
      name,
      schedule: fc.oneof(fc.constantFrom('* * * * *', '0 0 * * *'), fc.string(), anything),
      timezone: fc.oneof(fc.constant('UTC'), anything),
      intervalSeconds: anything,
      durationObjectiveSeconds: anything,
      retries: anything,
      lastSuccess: anything,
      errorTypes: anything,
    },
    { requiredKeys: ['name'] },
  );
  fc.assert(
    fc.property(fc.oneof(options, anything), (given) => {
      try {
        declareJob(given as never);
      } catch (error) {
        expect(error).toMatchObject({ name: 'DeclarationError' });
      }
    }),
    { numRuns: 500 },
  );
  for (const tracker of declaredJobs().values()) tracker.disable();
  vi.useRealTimers();
});
