import { inParallel } from '@sightglass/test-tools';
import { seenBy } from '@sightglass/test-tools/seen';
import { beforeAll, expect, test } from 'vitest';
import { dependsOf, JUDGES } from './depends.ts';
import { closureOf, nameOf, rules, rulesNamed } from './rules.ts';
import { evaluate } from './scenarios.ts';
import { slow, turbulent, usual } from './stories/healthy.ts';
import { type Played, play } from './story.ts';
import { SLOW_PACE, USUAL_PACE } from './world/time.ts';

/** What fires although nothing is wrong is noise, and people learn not to look. */

const seen = seenBy(import.meta.url, JUDGES);
const fired = new Map<string, readonly string[]>();
const keys = new Map<string, string>();

// No limit: every rule is evaluated over every story.
beforeAll(async () => {
  const alerts = rules.filter(({ alert }) => alert !== undefined).map(nameOf);
  const all = closureOf(alerts).flatMap(rulesNamed);
  const batches: Played[][] = [];
  // One after the other: a process has the packages to itself. Those of one pace are judged side by side: most of the time goes into reading the rules.
  for (const [pace, stories] of [
    [USUAL_PACE, [...usual, ...turbulent]],
    [SLOW_PACE, slow],
  ] as const) {
    const batch: Played[] = [];
    batches.push(batch);
    for (const { title, scripts } of stories)
      batch.push(await play({ alert: undefined, title, scripts, pace }));
  }
  for (const each of batches.flat()) keys.set(each.story.title, seen.key(dependsOf(each, all)));
  const asked = batches.map((batch) => batch.filter(({ story }) => !seen.has(keys.get(story.title)!)));
  await inParallel(asked, async (batch) => {
    if (batch.length === 0) return;
    const outcomes = await evaluate(all, batch);
    for (const [i, { story }] of batch.entries())
      fired.set(story.title, [...outcomes[i]!.firings.keys()].sort());
  });
}, 0);

test.each([usual[0]!, usual[1]!, slow[0]!, ...turbulent])(
  'nothing but the heartbeat fires during $title',
  ({ title, told = [] }) =>
    seen.holds(keys.get(title)!, () => expect(fired.get(title)).toEqual([...told, 'Watchdog'])),
);

test.each([usual[2]!, slow[1]!])(
  'and nothing but the note of success while all is well during $title',
  ({ title }) =>
    seen.holds(keys.get(title)!, () => expect(fired.get(title)).toEqual(['SyncCompleted', 'Watchdog'])),
);

test('one failed run of a sync that runs every six hours is told of, and wakes nobody while its data is as fresh as promised', () =>
  seen.holds(keys.get(slow[2]!.title)!, () => {
    const names = fired.get(slow[2]!.title)!;
    expect(names).toContain('SyncSourceFailing');
    expect(names.filter((alert) => rulesNamed(alert)[0]!.labels?.severity === 'critical')).toEqual([]);
  }));
