import { buildRules } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { closureOf, nameOf, type YamlRule } from './rules.ts';
import { differences, evaluate } from './scenarios.ts';
import { alertStories, play, subjectsOf } from './story.ts';
import { declareJob, PRICING, runs, TEN_MINUTELY } from './world/job.ts';
import { TARGET } from './world/stage.ts';
import { hours, minutes } from './world/time.ts';

const scoped: readonly YamlRule[] = buildRules({ scope: ['environment'] }).flatMap(({ groups }) =>
  groups.flatMap(({ rules }) => rules),
);

/** Two environments in one Prometheus, told apart by a label of their targets. */
const { stories } = alertStories(
  'JobGone',
  { severity: 'critical', summary: '', runbook: '' },
  {
    'production is told of when it dies, though staging has the same job and goes on (S7)': [
      async (s) => {
        s.labelled({ environment: 'production' });
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 1, { takes: 0 });
        await s.wait(minutes(3));
        s.die();
        await s.until(hours(3) + minutes(30) + 30 + minutes(5));
        s.fires({ ...PRICING, job: TARGET.job, environment: 'production' });
        await s.until(hours(3) + minutes(40));
      },
      async (s) => {
        s.labelled({ environment: 'staging' });
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 3, { takes: 0 });
        await s.until(hours(3) + minutes(40));
      },
    ],
  },
);

test.each(stories)('$title', async (story) => {
  const played = await play(story);
  const rules = closureOf(subjectsOf(played)).flatMap((name) =>
    scoped.filter((rule) => nameOf(rule) === name),
  );
  const [outcome] = await evaluate(rules, [played]);
  expect(differences(played, outcome!)).toEqual([]);
});
