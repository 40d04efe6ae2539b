import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Cron, type CronOptions, Interval, ScheduleModule } from '@nestjs/schedule';
import {
  byHand,
  type CronJob,
  declareJob,
  InstrumentJob,
  type Run,
  type RunStart,
} from '@sightglass/scheduler';
import { describe, expect, type TestContext, test } from 'vitest';
import { blockFor, held, justBeforeASecond, runsOf, stateOf, untilRunning, untilRuns } from './support.ts';

type Decorator = (target: object, name: string, descriptor: PropertyDescriptor) => void;

/** What `@A @B method() {}` compiles to in Nest's projects: the last decorator comes first. */
function decorate(prototype: object, name: string, decorators: readonly unknown[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
  for (const one of [...decorators].reverse()) (one as Decorator)(prototype, name, descriptor);
  Object.defineProperty(prototype, name, descriptor);
}

/** A real Nest application with one provider whose method runs by its decorators. */
async function startApp(
  { onTestFinished }: TestContext,
  job: { readonly disable: () => void },
  work: (this: unknown, run: Run) => unknown,
  decorators: readonly unknown[],
) {
  class Service {
    readonly owner = 'the service';
    sync(run: Run) {
      return work.call(this, run);
    }
  }
  decorate(Service.prototype, 'sync', decorators);
  Injectable()(Service);
  class App {}
  Module({ imports: [ScheduleModule.forRoot()], providers: [Service] })(App);
  const app = await NestFactory.createApplicationContext(App, { logger: false });
  onTestFinished(async () => {
    job.disable();
    await app.close();
  });
  return app.get(Service);
}

const declare = (name: string) => declareJob({ name, schedule: '* * * * * *', timezone: 'UTC' });
const cron = (job: CronJob, options: CronOptions = {}) =>
  Cron(job.schedule, { timeZone: job.timezone, ...options } as CronOptions);

describe.concurrent('@nestjs/schedule', () => {
  test('records a success when the run has ended, and not when it begins', async (context) => {
    const { work, end } = held();
    const job = declare('nest success');
    let owner: unknown;
    const own = function (this: unknown) {
      owner = (this as { owner: string }).owner;
      return work();
    };
    await startApp(context, job, own, [cron(job), InstrumentJob(job)]);
    await untilRunning('nest success');
    expect(runsOf('nest success')).not.toHaveProperty('scheduled success');
    end();
    await untilRuns('nest success', 'scheduled success', 2);
    expect(runsOf('nest success')).not.toHaveProperty('scheduled missed');
    expect(owner).toBe('the service');
  });

  test('the decorators may stand in either order', async (context) => {
    const job = declare('nest order');
    await startApp(context, job, () => {}, [InstrumentJob(job), cron(job)]);
    await untilRuns('nest order', 'scheduled success', 2);
  });

  test('records a failure, and goes on', async (context) => {
    let attempts = 0;
    const job = declare('nest failure');
    const work = () => {
      attempts++;
      if (attempts === 1) throw new Error('no');
    };
    await startApp(context, job, work, [cron(job), InstrumentJob(job)]);
    await untilRuns('nest failure', 'scheduled failed');
    await untilRuns('nest failure', 'scheduled success');
  });

  test('tells which starts Nest held back while a run was under way', async (context) => {
    const { work, end } = held();
    const job = declare('nest overlap');
    await startApp(context, job, work, [cron(job, { waitForCompletion: true }), InstrumentJob(job)]);
    await untilRuns('nest overlap', 'scheduled skipped_overlap', 2);
    end();
    await untilRuns('nest overlap', 'scheduled success', 2);
    expect(runsOf('nest overlap')).not.toHaveProperty('scheduled missed');
  });

  test('a lock that another process holds is no success', async (context) => {
    const job = declare('nest lock');
    await startApp(context, job, (run) => run.skippedLocked(), [cron(job), InstrumentJob(job)]);
    await untilRuns('nest lock', 'scheduled skipped_lock', 2);
    expect(stateOf('nest lock').lastSuccess).toBeUndefined();
  });

  test('an interval is one too, and a call by hand says so', async (context) => {
    const job = declareJob({ name: 'nest interval', intervalSeconds: 0.2 });
    const service = await startApp(context, job, () => 'done', [Interval(200), InstrumentJob(job)]);
    await untilRuns('nest interval', 'scheduled success', 3);
    const byHand: RunStart = { trigger: 'manual' };
    expect(await (service.sync as (start: RunStart) => unknown).call(service, byHand)).toBe('done');
    expect(runsOf('nest interval')).toMatchObject({ 'manual success': 1 });
  });
});

test('A24: a method that is started by hand types, and is a manual run', async () => {
  const job = declareJob({ name: 'nest by hand', schedule: '0 0 1 1 *', timezone: 'UTC' });
  class Prices {
    readonly given: unknown[] = [];
    async sync(run?: Run, ...args: unknown[]) {
      this.given.push(run?.trigger, run?.signal.aborted, ...args);
      return 'synced';
    }
  }
  decorate(Prices.prototype, 'sync', [InstrumentJob(job)]);
  const prices = new Prices();
  expect(await prices.sync(byHand())).toBe('synced');
  expect(await prices.sync(byHand({ trigger: 'event' }), 'more')).toBe('synced');
  expect(await prices.sync()).toBe('synced');
  expect(prices.given).toEqual(['manual', false, 'event', false, 'more', 'manual', false]);
  expect(runsOf('nest by hand')).toEqual({ 'manual success': 2, 'event success': 1 });
});

describe('@nestjs/schedule under a busy event loop', () => {
  test('starts late', async (context) => {
    const job = declare('nest late');
    await startApp(context, job, () => {}, [cron(job), InstrumentJob(job)]);
    await untilRuns('nest late', 'scheduled success');
    await justBeforeASecond(50);
    const before = stateOf('nest late').lateness.sum;
    const runs = runsOf('nest late')['scheduled success']!;
    blockFor(450);
    await untilRuns('nest late', 'scheduled success', runs + 1);
    expect(stateOf('nest late').lateness.sum - before).toBeGreaterThan(0.35);
  });
});
