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

  test('that is stopped is missed from then on', async (context) => {
    const cron = schedule(context, 'croner stopped', () => {});
    await untilRuns('croner stopped', 'scheduled success');
    cron.stop();
    await untilRuns('croner stopped', 'scheduled missed', 2);
  });
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
