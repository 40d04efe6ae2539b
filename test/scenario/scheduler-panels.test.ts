import { beforeAll, describe, expect, test } from 'vitest';
import { atTheEnd, atTheEndOf, shownBy, valuesBy } from './shown-by.ts';
import { declareJob, runs, SIX_HOURLY, TEN_MINUTELY } from './world/job.ts';
import type { Stage } from './world/stage.ts';
import { declareSync } from './world/sync.ts';
import { hours, minutes, type Pace } from './world/time.ts';

/** What Scheduler Health shows while the real helpers run, evaluated with the rules that it reads. */

const { queries, exprOf, computedWindow, annotation } = shownBy('sightglass-scheduler');
const system = shownBy('sightglass-system');

/** A day in few evaluations. */
const COARSE: Pace = { scrape: minutes(5), evaluation: minutes(10) };

const SYNC = { ...SIX_HOURLY, sources: ['openrouter', 'featherless'], itemsObjective: 50 } as const;
const GOOD = { openrouter: 40, featherless: 20 };

describe('after a day of a sync that runs every six hours', () => {
  const script = async (s: Stage) => {
    const sync = declareSync(s, await s.start(), SYNC);
    const scheduled = [GOOD, GOOD, { openrouter: 'fails', featherless: 'fails' }, GOOD] as const;
    for (const outcome of scheduled) {
      await s.untilNext(hours(6));
      await sync.run(outcome);
    }
    await s.wait(hours(1));
    await sync.run({ openrouter: 'fails', featherless: 30 }, 'manual');
    await s.untilNext(hours(1));
    await s.wait(hours(3));
    await s.seen();
  };
  const shownThroughout = (expr: string) => `count_over_time(count((${expr}) >= 0)[2h:10m])`;
  const asked = [
    exprOf('Sync Success Rate (24h)'),
    exprOf('Total Syncs (24h)'),
    exprOf('Error Count (24h)'),
    exprOf('Manual Trigger Count (24h)'),
    exprOf('Models Updated Per Sync'),
    exprOf('Models Updated Per Sync', 'B'),
    exprOf('Last Sync Time'),
    exprOf('Last Sync Timestamp Per Provider'),
    exprOf('Sync Interval Configuration'),
    exprOf('Providers Configured'),
    ...['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((refId) => exprOf('Jobs', refId)),
    exprOf('Since when'),
    exprOf('Last failed'),
    exprOf('Not running'),
    computedWindow(),
    system.exprOf('Provider API Response Times', 'B'),
    ...queries.map(({ expr }) => shownThroughout(expr)),
  ];
  let answers: Awaited<ReturnType<typeof atTheEndOf>>;
  beforeAll(async () => {
    answers = await atTheEndOf({ script, pace: COARSE }, asked);
  });
  const answer = (expr: string) => answers[asked.indexOf(expr)] ?? [];

  test('every panel shows numbers all the time between two runs', () => {
    const gaps = [];
    for (const { panel, refId, expr } of queries) {
      const [seen] = answer(shownThroughout(expr));
      if ((seen?.value ?? 0) < 12) gaps.push(`${panel} ${refId}`);
    }
    // What fires, runs, meets or is near stands beside the number, and nothing is.
    expect(gaps).toEqual([
      'Sync Duration F',
      'Sync Duration G',
      'Sync Duration H',
      'Sync Duration I',
      'Error Rate Over Time B',
    ]);
  });

  test('the counts of 24 hours are those of the runs', () => {
    const shown = (panel: string) => valuesBy(answer(exprOf(panel)), 'job_name', 'state');
    expect(shown('Total Syncs (24h)')).toEqual({ 'pricing-sync ': 5 });
    expect(shown('Error Count (24h)')).toEqual({ 'pricing-sync failed': 1 });
    expect(shown('Manual Trigger Count (24h)')).toEqual({ 'pricing-sync ': 1 });
    expect(shown('Sync Success Rate (24h)')).toEqual({ 'pricing-sync low': expect.closeTo(3 / 5, 2) });
    expect(shown('Sync Interval Configuration')).toEqual({ 'pricing-sync ': hours(6) });
    expect(shown('Providers Configured')).toEqual({ 'pricing-sync configured': 2 });
  });

  test('the row of a job says what it is, beside its numbers, and the first row counts it', () => {
    const cell = (refId: string) => answer(exprOf('Jobs', refId));
    expect(valuesBy(cell('A'), 'job_name', 'state')).toEqual({ 'pricing-sync ok': expect.any(Number) });
    expect(cell('B')[0]!.value / cell('C')[0]!.value).toBeGreaterThan(hours(6));
    expect(cell('D')[0]!.value).toBeLessThanOrEqual(hours(6));
    expect(valuesBy(cell('E'), 'job_name')).toEqual({ 'pricing-sync': 0 });
    expect(cell('F')[0]!.value / cell('G')[0]!.value).toBeGreaterThan(0);
    expect(cell('H')[0]?.value).toBeCloseTo(3 / 5, 2);
    expect(valuesBy(answer(exprOf('Since when')), 'job_name')).toEqual(valuesBy(cell('A'), 'job_name'));
    expect(valuesBy(answer(exprOf('Not running')), 'state')).toEqual({ none: 0 });
    expect(valuesBy(answer(exprOf('Last failed')), 'state')).toEqual({ none: 0 });
  });

  test('each source is shown by itself: its items, its age, its errors and its answers', () => {
    const items = valuesBy(answer(exprOf('Models Updated Per Sync')), 'source');
    expect(items).toEqual({ openrouter: expect.closeTo(120 / 5, 0), featherless: expect.closeTo(90 / 5, 0) });
    expect(valuesBy(answer(exprOf('Models Updated Per Sync', 'B')), 'job_name', 'state')).toEqual({
      'pricing-sync low': 30,
    });
    const ages = valuesBy(answer(exprOf('Last Sync Timestamp Per Provider')), 'source', 'state');
    expect(Object.keys(ages).sort()).toEqual(['featherless fresh', 'openrouter failing', 'openrouter fresh']);
    expect(ages['openrouter fresh']).toBeGreaterThan(ages['featherless fresh']!);
    const p95 = answer(system.exprOf('Provider API Response Times', 'B'));
    expect(valuesBy(p95, 'source')).toEqual({
      openrouter: expect.closeTo(1, 0),
      featherless: expect.closeTo(1, 0),
    });
  });

  test('the window of rates holds four intervals', () => {
    expect(answer(computedWindow())[0]?.value).toBe(hours(24));
  });
});

describe('Scheduler Status says what is true', () => {
  const status = async (script: (s: Stage) => Promise<void>) => {
    const [samples = []] = await atTheEnd(async (s) => {
      await script(s);
      await s.seen();
    }, exprOf('Scheduler Status'));
    return valuesBy(samples, 'job_name', 'state');
  };
  const started = async (s: Stage, weight: { pages?: false } = {}) => {
    const job = declareJob(s, await s.start(), { ...TEN_MINUTELY, ...weight });
    await runs(s, job, 2);
    return job;
  };

  test('while it waits for its time', async () => {
    const shown = await status(async (s) => {
      await started(s);
      await s.wait(minutes(5));
    });
    expect(Object.keys(shown)).toEqual(['pricing-sync enabled']);
    expect(shown['pricing-sync enabled']).toBeLessThanOrEqual(minutes(6.5));
  });

  test('while a run is under way, and when that hangs', async () => {
    const hanging = (duration: number) => async (s: Stage) => {
      const job = await started(s);
      await s.untilNext(minutes(10));
      await job.run({ ends: 'never' });
      await s.wait(duration);
    };
    expect(Object.keys(await status(hanging(minutes(2))))).toEqual(['pricing-sync running']);
    expect(Object.keys(await status(hanging(minutes(8))))).toEqual(['pricing-sync stuck']);
  });

  test('when somebody disables it, although it could run', async () => {
    const shown = await status(async (s) => {
      (await started(s)).disable();
      await s.wait(minutes(30));
    });
    expect(Object.keys(shown)).toEqual(['pricing-sync disabled']);
  });

  test('when it is enabled and does not run', async () => {
    const shown = await status(async (s) => {
      await started(s);
      await s.wait(minutes(30));
    });
    expect(Object.keys(shown)).toEqual(['pricing-sync stopped']);
    expect(shown['pricing-sync stopped']).toBeGreaterThan(minutes(29));
  });

  test('when it does not run, although nobody is to be woken for it', async () => {
    const shown = await status(async (s) => {
      await started(s, { pages: false });
      await s.wait(minutes(30));
    });
    expect(Object.keys(shown)).toEqual(['pricing-sync stopped']);
  });

  test('when its process is away, and when it is gone for too long', async () => {
    const dead = (duration: number) => async (s: Stage) => {
      await started(s);
      await s.wait(minutes(2));
      s.die();
      await s.wait(duration);
    };
    expect(Object.keys(await status(dead(minutes(10))))).toEqual(['pricing-sync away']);
    expect(Object.keys(await status(dead(minutes(30))))).toEqual(['pricing-sync gone']);
  });
});

test('Total Syncs counts what processes did that ran once, and says when two services share a job', async () => {
  const runOnce = async (s: Stage) => {
    for (const last of [false, false, true]) {
      await declareJob(s, await s.start(), TEN_MINUTELY).run();
      await s.wait(minutes(1));
      if (!last) s.die();
      await s.wait(minutes(9));
    }
  };
  const shown = async (script: (s: Stage) => Promise<void>) => {
    const [samples = []] = await atTheEnd(script, exprOf('Total Syncs (24h)'));
    return valuesBy(samples, 'job_name', 'state');
  };
  expect(await shown(runOnce)).toEqual({ 'pricing-sync ': 3 });
  const beside = (s: Stage) => {
    s.other(
      'reports',
      'job_interval_seconds{job_name="pricing-sync"} 600\nsightglass_process_start_timestamp_seconds{process_id="other"} 50',
    );
    return runOnce(s);
  };
  expect(await shown(beside)).toEqual({ 'pricing-sync ': 3, 'pricing-sync services': 2 });
});

describe('Last Sync Time says how old the last success is', () => {
  const age = async (...ends: readonly ('well' | 'badly')[]) => {
    const [samples = []] = await atTheEnd(async (s) => {
      const job = declareJob(s, await s.start(), TEN_MINUTELY);
      for (const each of ends) await runs(s, job, 1, { ends: each });
      await s.wait(minutes(5));
      await s.seen();
    }, exprOf('Last Sync Time'));
    return samples.map(({ labels }) => labels.state).sort();
  };
  test('fresh, nearly too old, too old, or none yet', async () => {
    expect(await age('well')).toEqual(['fresh']);
    expect(await age('well', 'badly')).toEqual(['fresh']);
    expect(await age('well', 'badly', 'badly')).toEqual(['old']);
    expect(await age('badly')).toEqual(['waiting']);
  });
});

test('a restart of the process is marked, and so is one that takes long', async () => {
  const restart = (pause: number) => async (s: Stage) => {
    const job = declareJob(s, await s.start(), TEN_MINUTELY);
    await runs(s, job, 1);
    s.die();
    await s.wait(pause);
    declareJob(s, await s.start(), TEN_MINUTELY);
    await s.wait(minutes(3));
  };
  const marks = `count_over_time((${annotation('Restarts')})[4m:15s])`;
  for (const pause of [10, minutes(10)]) {
    const [marked = []] = await atTheEnd(restart(pause), marks);
    expect(marked[0]?.value).toBeGreaterThan(0);
  }
});
