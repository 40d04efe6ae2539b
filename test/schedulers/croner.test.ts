import { isDeepStrictEqual } from 'node:util';
import { type CronerOptions, declareJob, scheduleCroner } from '@sightglass/scheduler';
import { Cron } from 'croner';
import { describe, expect, type TestContext, test } from 'vitest';
import { blockFor, held, justBeforeASecond, runsOf, stateOf, untilRunning, untilRuns } from './support.ts';

type Options = CronerOptions<InstanceType<typeof Cron>>;

function schedule({ onTestFinished }: TestContext, name: string, work: () => unknown, options: Options = {}) {
  const job = declareJob({ name, schedule: '* * * * * *', timezone: 'UTC' });
  const cron = scheduleCroner(Cron, job, work, options);
  onTestFinished(() => {
    job.disable();
    cron.stop();
  });
  return cron;
}

describe.concurrent('croner', () => {
  test('records a success when the run has ended, and not when it begins', async (context) => {
    const { work, end } = held();
    schedule(context, 'croner success', work);
    await untilRunning('croner success');
    expect(runsOf('croner success')).not.toHaveProperty('scheduled success');
    expect(stateOf('croner success').lastSuccess).toBeUndefined();
    end();
    await untilRuns('croner success', 'scheduled success', 2);
    expect(runsOf('croner success')).not.toHaveProperty('scheduled missed');
  });

  test('records a failure, tells its own handler, and goes on', async (context) => {
    const told: unknown[] = [];
    const error = new Error('no');
    let attempts = 0;
    const work = () => {
      attempts++;
      if (attempts === 1) throw error;
    };
    schedule(context, 'croner failure', work, { catch: (caught) => void told.push(caught) });
    await untilRuns('croner failure', 'scheduled failed');
    await untilRuns('croner failure', 'scheduled success');
    expect(told).toEqual([error]);
  });

  test('ends no process by a failure without a handler', async (context) => {
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', onRejection);
    context.onTestFinished(() => void process.off('unhandledRejection', onRejection));
    schedule(context, 'croner caught', () => Promise.reject(new Error('no')));
    await untilRuns('croner caught', 'scheduled failed', 2);
    expect(rejections).toEqual([]);
  });

  test.for(['true', 'a handler'] as const)(
    'tells which starts it held back by protect: %s',
    async (kind, context) => {
      const name = `croner protect ${kind}`;
      const { work, end } = held();
      const told: unknown[] = [];
      const protect = kind === 'true' ? true : (self: unknown) => void told.push(self);
      const cron = schedule(context, name, work, { protect });
      await untilRuns(name, 'scheduled skipped_overlap', 2);
      end();
      await untilRuns(name, 'scheduled success', 2);
      expect(runsOf(name)).not.toHaveProperty('scheduled missed');
      expect(told.slice(0, 2)).toEqual(kind === 'true' ? [] : [cron, cron]);
    },
  );

  test('run by hand is a manual run, and the context reaches the work', async (context) => {
    const given: unknown[] = [];
    const job = declareJob({ name: 'croner manual', schedule: '0 0 1 1 *', timezone: 'UTC' });
    const cron = scheduleCroner(Cron, job, (_run, self, its) => given.push(self, its), { context: 'mine' });
    context.onTestFinished(() => cron.stop());
    await cron.trigger();
    expect(runsOf('croner manual')).toEqual({ 'manual success': 1 });
    expect(given).toEqual([cron, 'mine']);
  });
});

/** Counts what is missed until so many seconds of the schedule have passed. */
async function missedAfter(seconds: number, name: string): Promise<number | undefined> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  return runsOf(name)['scheduled missed'];
}

describe.concurrent('A4: of croner, no start is due, and none is missed', () => {
  const inAnHour = () => new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);

  test('before startAt', async (context) => {
    const startAt = inAnHour();
    schedule(context, 'croner startAt', () => {}, { startAt });
    expect(await missedAfter(3.5, 'croner startAt')).toBeUndefined();
    expect(stateOf('croner startAt').nextRun).toBe(startAt.getTime() / 1000);
  });

  test('after stopAt', async (context) => {
    schedule(context, 'croner stopAt', () => {}, { stopAt: new Date(Date.now() + 2_000) });
    expect(await missedAfter(5, 'croner stopAt')).toBeUndefined();
    expect(stateOf('croner stopAt').nextRun).toBeUndefined();
  });

  test('after maxRuns', async (context) => {
    schedule(context, 'croner maxRuns', () => {}, { maxRuns: 2 });
    await untilRuns('croner maxRuns', 'scheduled success', 2);
    expect(await missedAfter(3, 'croner maxRuns')).toBeUndefined();
    expect(runsOf('croner maxRuns')).toEqual({ 'scheduled success': 2 });
    expect(stateOf('croner maxRuns').nextRun).toBeUndefined();
  });

  test('while it is paused, and again once it is resumed', async (context) => {
    const cron = schedule(context, 'croner paused', () => {}, { paused: true });
    expect(await missedAfter(3, 'croner paused')).toBeUndefined();
    expect(stateOf('croner paused').nextRun).toBeUndefined();
    cron.resume();
    await untilRuns('croner paused', 'scheduled success', 2);
    cron.pause();
    const runs = runsOf('croner paused');
    expect(await missedAfter(3, 'croner paused')).toBeUndefined();
    expect(runsOf('croner paused')).toEqual(runs);
    cron.resume();
    await untilRuns('croner paused', 'scheduled success', runs['scheduled success']! + 1);
  });

  test('once it is stopped', async (context) => {
    const cron = schedule(context, 'croner stopped', () => {});
    await untilRuns('croner stopped', 'scheduled success');
    cron.stop();
    expect(await missedAfter(3, 'croner stopped')).toBeUndefined();
    expect(stateOf('croner stopped').nextRun).toBeUndefined();
    cron.resume();
    expect(stateOf('croner stopped').nextRun).toBeUndefined();
  });

  test('between runs that interval keeps apart', async (context) => {
    const seen: unknown[] = [];
    const alone = { 'scheduled success': 3 };
    // A busy machine may miss a start in truth, so a few schedules have their turn; what lies between runs would count in each.
    for (let turn = 1; turn <= 6 && !isDeepStrictEqual(seen.at(-1), alone); turn++) {
      const name = `croner interval ${turn}`;
      const cron = schedule(context, name, () => {}, { interval: 2 });
      await untilRuns(name, 'scheduled success', 3);
      seen.push(runsOf(name));
      cron.stop();
    }
    expect(seen.at(-1)).toEqual(alone);
  });

  test('on days that domAndDow leaves out', (context) => {
    const declared = (name: string) => {
      const job = declareJob({ name, schedule: '0 9 1-7 * 1', timezone: 'UTC' });
      return { job, interval: job.intervalSeconds };
    };
    for (const options of [{ domAndDow: true }, { legacyMode: false }]) {
      const { job, interval } = declared(`croner ${Object.keys(options)}`);
      const cron = scheduleCroner(Cron, job, () => {}, options);
      context.onTestFinished(() => cron.stop());
      expect(job.nextRun).toEqual(cron.nextRun());
      expect([interval, job.intervalSeconds]).toEqual([7 * 86_400, 35 * 86_400]);
    }
  });

  test.for([
    ['@monthly', {}],
    ['0 0 L 2 *', {}],
    ['0 30 8 1 1 * 2031', {}],
    ['2031-12-24T18:00:00', {}],
    ['2031-12-24T18:00:00Z', {}],
    ['5/15 * * * *', { sloppyRanges: true }],
    ['0 0 9 ? * 2', { alternativeWeekdays: true }],
    ['0 9 * * 1', { dayOffset: -1 }],
    ['0 9 15W * +1-5', {}],
  ] as const)('at any other time than croner itself says: %s %j', ([expression, options], context) => {
    const job = declareJob({ name: `croner ${expression}`, schedule: expression, timezone: 'Europe/Berlin' });
    const cron = scheduleCroner(Cron, job, () => {}, options);
    context.onTestFinished(() => cron.stop());
    expect(job.nextRun).toEqual(cron.nextRun());
  });

  test('when croner refuses the schedule', () => {
    const job = declareJob({ name: 'croner refused', schedule: '5/15 * * * *', timezone: 'UTC' });
    expect(() => scheduleCroner(Cron, job, () => {})).toThrow('stepping with numeric prefix');
    // Nobody will start it: it is not watched.
    expect(runsOf('croner refused')).toEqual({});
  });
});

test('A4: of two that start one job the other goes on, and a new one starts it again', async (context) => {
  const job = declareJob({ name: 'croner twice', schedule: '* * * * * *', timezone: 'UTC' });
  const crons = [1, 2].map(() => scheduleCroner(Cron, job, () => {}));
  context.onTestFinished(() => {
    for (const cron of crons) cron.stop();
  });
  crons[0]!.stop();
  expect(job.state).toBe('enabled');
  await untilRuns('croner twice', 'scheduled success');
  crons[1]!.stop();
  expect(job.state).toBe('stopping');
  const runs = runsOf('croner twice')['scheduled success']!;
  crons.push(scheduleCroner(Cron, job, () => {}));
  expect(job.state).toBe('enabled');
  await untilRuns('croner twice', 'scheduled success', runs + 1);
});

test('A3: an option that is undefined is none', async (context) => {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown) => rejections.push(reason);
  process.on('unhandledRejection', onRejection);
  context.onTestFinished(() => void process.off('unhandledRejection', onRejection));
  const options = { catch: undefined, timezone: undefined, paused: undefined } as never;
  schedule(context, 'croner undefined', () => Promise.reject(new Error('no')), options);
  await untilRuns('croner undefined', 'scheduled failed', 2);
  expect(rejections).toEqual([]);
});

describe('croner under a busy event loop', () => {
  test('starts late', async (context) => {
    schedule(context, 'croner late', () => {});
    await untilRuns('croner late', 'scheduled success');
    await justBeforeASecond(50);
    const before = stateOf('croner late').lateness.sum;
    const runs = runsOf('croner late')['scheduled success']!;
    blockFor(500);
    await untilRuns('croner late', 'scheduled success', runs + 1);
    expect(stateOf('croner late').lateness.sum - before).toBeGreaterThan(0.4);
  });

  test('misses the starts that it does not make up for', async (context) => {
    schedule(context, 'croner missed', () => {});
    await untilRuns('croner missed', 'scheduled success');
    await justBeforeASecond(100);
    const runs = runsOf('croner missed')['scheduled success']!;
    blockFor(2_400);
    await untilRuns('croner missed', 'scheduled success', runs + 2);
    // Three seconds began meanwhile, and croner runs once for all of them.
    expect(runsOf('croner missed')['scheduled missed']).toBe(2);
  });
});
