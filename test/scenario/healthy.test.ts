import { expect, test } from 'vitest';
import { closureOf, nameOf, rules, rulesNamed } from './rules.ts';
import { evaluate } from './scenarios.ts';
import { play, type Script } from './story.ts';
import { declareJob, runs, SIX_HOURLY, TEN_MINUTELY } from './world/job.ts';
import { cycles, moved, QUARTER_HOURLY } from './world/offload.ts';
import { declareSync } from './world/sync.ts';
import { hours, minutes, type Pace, SLOW_PACE, seconds, USUAL_PACE } from './world/time.ts';

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

/** The alerts that fire at some time while this is played. */
async function firedDuring(script: Script, pace: Pace): Promise<string[]> {
  const played = await play({ alert: undefined, title: 'all well', scripts: [script], pace });
  const alerts = rules.filter(({ alert }) => alert !== undefined).map(nameOf);
  const [outcome] = await evaluate(closureOf(alerts).flatMap(rulesNamed), [played]);
  return [...outcome!.firings.keys()].sort();
}

test.each([
  ['ten seconds', USUAL_PACE, every(seconds(10), 360, 1)],
  ['fifteen minutes', USUAL_PACE, every(minutes(15), 24, 20)],
  ['six hours', SLOW_PACE, every(hours(6), 12, 120)],
])('nothing but the heartbeat fires while a pipeline runs well every %s', async (_, pace, script) => {
  expect(await firedDuring(script, pace)).toEqual(['Watchdog']);
});

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

test.each([
  ['ten minutes', USUAL_PACE, jobAndSync(TEN_MINUTELY, 36)],
  ['six hours', SLOW_PACE, jobAndSync(SIX_HOURLY, 12)],
])(
  'and nothing but the note of success while a job and a sync run well every %s',
  async (_, pace, script) => {
    expect(await firedDuring(script, pace)).toEqual(['SyncCompleted', 'Watchdog']);
  },
);

test('one failed run of a sync that runs every six hours is told of and wakes nobody', async () => {
  const fired = await firedDuring(async (s) => {
    const sync = declareSync(s, await s.start(), { ...SIX_HOURLY, sources: ['openrouter', 'groq'] });
    for (let i = 0; i < 12; i++) {
      await s.untilNext(hours(6));
      await sync.run(i === 8 ? { openrouter: 'fails', groq: 'fails' } : { openrouter: 40, groq: 20 });
    }
    await s.wait(hours(3));
  }, SLOW_PACE);
  expect(fired).toContain('SyncSourceFailing');
  expect(fired.filter((alert) => rulesNamed(alert)[0]!.labels?.severity === 'critical')).toEqual([]);
});
