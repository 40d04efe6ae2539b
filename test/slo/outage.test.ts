import { beforeAll, describe, expect, test } from 'vitest';
import { groups, nameOf, sloRules } from '../scenario/rules.ts';
import { evaluate, type Outcome } from '../scenario/scenarios.ts';
import { play } from '../scenario/story.ts';
import { declareJob, runs } from '../scenario/world/job.ts';
import { hours, minutes, SLOW_PACE } from '../scenario/world/time.ts';

/*
 * One outage is one page: a job that runs every half hour is gone for twelve hours, and comes back. What the alerts on jobs have said, those on
 * its SLOs do not say again, neither meanwhile nor while its time still burns.
 */

const HALF_HOURLY = {
  name: 'pricing-sync',
  intervalSeconds: minutes(30),
  durationObjectiveSeconds: minutes(1),
  freshnessObjectiveSeconds: hours(1),
} as const;

const rules = [...groups.filter(({ file }) => file === 'jobs').flatMap((group) => group.rules), ...sloRules];
const pages = rules.filter(({ labels }) => labels?.severity === 'critical').map(nameOf);

let outcome: Outcome;

beforeAll(async () => {
  const played = await play({
    alert: undefined,
    title: 'a job is gone for twelve hours',
    pace: SLOW_PACE,
    scripts: [
      async (stage) => {
        await runs(stage, declareJob(stage, await stage.start(), HALF_HOURLY), 4);
        stage.die();
        await stage.wait(hours(12));
        await runs(stage, declareJob(stage, await stage.start(), HALF_HOURLY), 16);
      },
    ],
  });
  [outcome] = (await evaluate(rules, [played])) as [Outcome];
});

const fired = (names: readonly string[]) => names.filter((name) => (outcome.firings.get(name)?.size ?? 0) > 0);

describe('an outage of twelve hours', () => {
  test('is paged by what says that the job is gone, and by no SLO', () => {
    expect(fired(pages)).toEqual(['JobGone']);
  });

  test('burns the budgets all the same, and their rest is told of as a warning', () => {
    expect(fired(sloRules.flatMap(({ alert }) => alert ?? []))).toEqual([
      'SloErrorBudgetShrinking',
      'SloErrorBudgetSpent',
    ]);
  });
});
