import { beforeAll, expect, test } from 'vitest';
import { inParallel } from '../mutation/in-parallel.ts';
import { closureOf, nameOf, rules, rulesNamed } from './rules.ts';
import { evaluate } from './scenarios.ts';
import { type Played, play, type Script } from './story.ts';
import { declareJob, runs, SIX_HOURLY, TEN_MINUTELY } from './world/job.ts';
import { cycles, moved, QUARTER_HOURLY } from './world/offload.ts';
import { declareSync } from './world/sync.ts';
import { hours, minutes, SLOW_PACE, seconds, USUAL_PACE } from './world/time.ts';

/** What fires although nothing is wrong is noise, and people learn not to look. */

const every =
  (interval: number, count: number, takes: number): Script =>
  async (s) => {
    const { pipeline } = await s.start();
    const offload = pipeline.declareOffload({
      ...QUARTER_HOURLY,
      intervalSeconds: interval,
      lagObjectiveSeconds: 2 * interval,
    });
    const run = moved({ takes, rows: 20_000 * takes });
    await cycles(s, offload, count, { trades: run, quotes: run });
    await s.wait(interval / 2);
  };

/** A job and a sync side by side; both have never run before. */
const jobAndSync =
  (options: typeof TEN_MINUTELY | typeof SIX_HOURLY, count: number): Script =>
  async (s) => {
    const app = await s.start();
    const job = declareJob(s, app, { ...options, name: 'cleanup' });
    const sync = declareSync(s, app, { ...options, sources: ['openrouter', 'groq'], itemsObjective: 50 });
    for (let i = 0; i < count; i++) {
      await runs(s, job, 1);
      await sync.run({ openrouter: 40, groq: 20 });
    }
    await s.wait(job.intervalSeconds / 2);
  };

const oneFailedRun: Script = async (s) => {
  const sync = declareSync(s, await s.start(), { ...SIX_HOURLY, sources: ['openrouter', 'groq'] });
  for (let i = 0; i < 8; i++) {
    await s.untilNext(hours(6));
    await sync.run(i === 5 ? { openrouter: 'fails', groq: 'fails' } : { openrouter: 40, groq: 20 });
  }
  await s.wait(hours(3));
};

const usual = [
  { title: 'a pipeline every ten seconds', script: every(seconds(10), 360, 1) },
  { title: 'a pipeline every fifteen minutes', script: every(minutes(15), 9, 20) },
  { title: 'a job and a sync every ten minutes', script: jobAndSync(TEN_MINUTELY, 14) },
];
const slow = [
  { title: 'a pipeline every six hours', script: every(hours(6), 8, 120) },
  { title: 'a job and a sync every six hours', script: jobAndSync(SIX_HOURLY, 8) },
  { title: 'a sync every six hours, with one failed run', script: oneFailedRun },
];

const fired = new Map<string, readonly string[]>();

// No limit: every rule is evaluated over every story.
beforeAll(async () => {
  const alerts = rules.filter(({ alert }) => alert !== undefined).map(nameOf);
  const all = closureOf(alerts).flatMap(rulesNamed);
  // One after the other: they share a clock.
  const told: Played[] = [];
  for (const [batch, pace] of [[usual, USUAL_PACE] as const, [slow, SLOW_PACE] as const])
    for (const { title, script } of batch)
      told.push(await play({ alert: undefined, title, scripts: [script], pace }));
  await inParallel([USUAL_PACE, SLOW_PACE], async (pace) => {
    const batch = told.filter(({ story }) => story.pace === pace);
    const outcomes = await evaluate(all, batch);
    for (const [i, { story }] of batch.entries())
      fired.set(story.title, [...outcomes[i]!.firings.keys()].sort());
  });
}, 0);

test.each([usual[0]!, usual[1]!, slow[0]!])('nothing but the heartbeat fires during $title', ({ title }) => {
  expect(fired.get(title)).toEqual(['Watchdog']);
});

test.each([usual[2]!, slow[1]!])(
  'and nothing but the note of success while all is well during $title',
  ({ title }) => {
    expect(fired.get(title)).toEqual(['SyncCompleted', 'Watchdog']);
  },
);

test('one failed run of a sync that runs every six hours is told of and wakes nobody', () => {
  const names = fired.get(slow[2]!.title)!;
  expect(names).toContain('SyncSourceFailing');
  expect(names.filter((alert) => rulesNamed(alert)[0]!.labels?.severity === 'critical')).toEqual([]);
});
