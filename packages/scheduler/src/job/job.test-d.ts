import { expectTypeOf, test } from 'vitest';
import { type CronJob, declareJob, type IntervalJob, instrumentJob, type Run } from './index.ts';

const nightly = declareJob({ name: 'typetest', schedule: '0 2 * * *', timezone: 'UTC' });
const often = declareJob({ name: 'typetest', intervalSeconds: 10 });

test('a job has a schedule or an interval, and says which', () => {
  expectTypeOf(nightly).toEqualTypeOf<CronJob>();
  expectTypeOf(nightly.schedule).toBeString();
  expectTypeOf(often).toEqualTypeOf<IntervalJob>();
  expectTypeOf(often.schedule).toBeUndefined();
  // @ts-expect-error neither
  const neither = () => declareJob({ name: 'typetest' });
  // @ts-expect-error both
  const both = () => declareJob({ name: 'typetest', schedule: '* * * * *', intervalSeconds: 60 });
  // @ts-expect-error an interval has no time zone
  const zone = () => declareJob({ name: 'typetest', intervalSeconds: 60, timezone: 'UTC' });
  // @ts-expect-error no such way with runs that overlap
  const queue = () => declareJob({ name: 'typetest', intervalSeconds: 60, overlap: 'queue' });
  // @ts-expect-error misspelt
  const misspelt = () => declareJob({ name: 'typetest', intervalSeconds: 60, durationObjectiveSecs: 1 });
  expectTypeOf([neither, both, zone, queue, misspelt]).toBeArray();
});

test('what may be left open has its types', () => {
  declareJob({ name: 'typetest', intervalSeconds: 60, owner: 'data', pages: false });
  // @ts-expect-error no list of owners
  const owners = () => declareJob({ name: 'typetest', intervalSeconds: 60, owner: ['data'] });
  // @ts-expect-error it pages or it does not
  const pages = () => declareJob({ name: 'typetest', intervalSeconds: 60, pages: 'no' });
  expectTypeOf([owners, pages]).toBeArray();
  expectTypeOf(nightly.durationObjectiveSeconds).toEqualTypeOf<number | undefined>();
  expectTypeOf(nightly.state).toEqualTypeOf<'enabled' | 'disabled' | 'standby' | 'stopping' | 'retired'>();
});

test('a wrapped function takes what the work takes after the run, and gives back what it gives', () => {
  const plain = instrumentJob(nightly, async () => 3);
  expectTypeOf(plain()).resolves.toEqualTypeOf<number | undefined>();
  expectTypeOf(plain({ trigger: 'manual' })).resolves.toEqualTypeOf<number | undefined>();

  const withTask = instrumentJob(nightly, (run: Run, task: { id: number }) => `${run.id} ${task.id}`);
  expectTypeOf(withTask({ id: 1 })).resolves.toEqualTypeOf<string | undefined>();
  expectTypeOf(withTask({ trigger: 'event' }, { id: 1 })).resolves.toEqualTypeOf<string | undefined>();
  // @ts-expect-error the task is missing
  void withTask({ trigger: 'event' }).catch(() => {});
  // @ts-expect-error no such trigger
  void plain({ trigger: 'cron' });
  // A scheduler that gives more than the work takes may call it.
  expectTypeOf(plain).toExtend<(now: Date | 'manual' | 'init') => unknown>();
});

test('a log level is one of the closed set', () => {
  declareJob({ name: 'a', intervalSeconds: 1, logLevel: 'warn' });
  declareJob({ name: 'a', intervalSeconds: 1, logLevel: undefined });
  // @ts-expect-error There is no such level.
  declareJob({ name: 'a', intervalSeconds: 1, logLevel: 'warning' });
});
