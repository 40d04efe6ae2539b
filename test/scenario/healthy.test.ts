import { expect, test } from 'vitest';
import { closureOf, nameOf, rules, rulesNamed } from './rules.ts';
import { evaluate } from './scenarios.ts';
import { play, type Script } from './story.ts';
import { cycles, moved, QUARTER_HOURLY } from './world/offload.ts';
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

test.each([
  ['ten seconds', USUAL_PACE, every(seconds(10), 360, 1)],
  ['fifteen minutes', USUAL_PACE, every(minutes(15), 24, 20)],
  ['six hours', SLOW_PACE, every(hours(6), 12, 120)],
])(
  'nothing but the heartbeat fires while a pipeline runs well every %s',
  async (_, pace, script) => {
    const played = await play({ alert: undefined, title: 'all well', scripts: [script], pace });
    const alerts = rules.filter(({ alert }) => alert !== undefined).map(nameOf);
    const [outcome] = await evaluate(closureOf(alerts).flatMap(rulesNamed), [played]);
    expect([...outcome!.firings.keys()]).toEqual(['Watchdog']);
  },
  60_000,
);
