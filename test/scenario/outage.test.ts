import { beforeAll, expect, test } from 'vitest';
import { closureOf, nameOf, rules, rulesNamed, sloRules, type YamlRule } from './rules.ts';
import { evaluate, type Outcome } from './scenarios.ts';
import { type Played, play, type Script } from './story.ts';
import { declareJob, runs, type ScheduledJob, SIX_HOURLY } from './world/job.ts';
import type { Stage } from './world/stage.ts';
import { days, hours, SLOW_PACE } from './world/time.ts';

/** The pages of an outage of the job of reference system 002, by the real helpers: one, however long it lasts, and none as it ends. */

/** Well for two days, then in trouble for one, then well again. */
const outage =
  (
    trouble: (s: Stage) => Promise<void>,
    end: (s: Stage, job: ScheduledJob) => Promise<ScheduledJob>,
  ): Script =>
  async (s) => {
    const job = declareJob(s, await s.start(), SIX_HOURLY);
    await runs(s, job, 8);
    await s.seen();
    await trouble(s);
    await s.until(days(3) + hours(2));
    await runs(s, await end(s, job), 3);
    await s.wait(hours(1));
  };

const outages = [
  {
    title: 'a process that is dead, and makes up for its run when it is back',
    page: 'JobGone',
    script: outage(
      async (s) => s.die(),
      async (s) => {
        const job = declareJob(s, await s.start(), SIX_HOURLY);
        await job.run();
        return job;
      },
    ),
  },
  {
    title: 'a scheduler that starts nothing',
    page: 'JobStopped',
    script: outage(
      async () => {},
      async (_, job) => job,
    ),
  },
];

const isPage = ({ labels = {} }: YamlRule): boolean =>
  labels.severity === 'critical' && labels.component === 'job';

let outcomes: readonly Outcome[];

// No limit: it takes as long as the rules of every page.
beforeAll(async () => {
  const played: Played[] = [];
  for (const { title, script } of outages)
    played.push(await play({ alert: undefined, title, scripts: [script], pace: SLOW_PACE }));
  const pages = [...rules, ...sloRules].filter(isPage).map(nameOf);
  outcomes = await evaluate(closureOf(pages).flatMap(rulesNamed), played);
}, 0);

test.each(outages)('$title wakes somebody once: $page', ({ title, page }) => {
  const { firings } = outcomes[outages.findIndex((each) => each.title === title)]!;
  expect([...firings.keys()]).toEqual([page]);
  const histories = [...firings.get(page)!.values()];
  expect(histories).toHaveLength(1);
  const { first, last, count } = histories[0]!;
  expect(count).toBe((last - first) / SLOW_PACE.evaluation + 1);
});
