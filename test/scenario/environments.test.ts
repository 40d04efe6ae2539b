import { buildRules } from '@sightglass/rules';
import { seenBy } from '@sightglass/test-tools/seen';
import { expect, test } from 'vitest';
import { dependsOf, JUDGES } from './depends.ts';
import { closureOf, nameOf, type YamlRule } from './rules.ts';
import { differences, evaluate } from './scenarios.ts';
import { alertStories, play, subjectsOf } from './story.ts';
import { dagRuns, declareDag, OF_REPORT } from './world/dag.ts';
import { declareJob, PRICING, runs, TEN_MINUTELY } from './world/job.ts';
import { cycles, failing, QUARTER_HOURLY } from './world/offload.ts';
import { declareSilver, SILVER_OF } from './world/pipeline.ts';
import { TARGET } from './world/stage.ts';
import { hours, minutes } from './world/time.ts';

const scoped: readonly YamlRule[] = buildRules({ scope: ['environment'] }).flatMap(({ groups }) =>
  groups.flatMap(({ rules }) => rules),
);

/** Two environments in one Prometheus, told apart by a label of their targets. */
const FACTS = { severity: 'critical', summary: '', runbook: '' } as const;

const jobGone = alertStories('JobGone', FACTS, {
  'production is told of when it dies, though staging has the same job and goes on (S7)': [
    async (s) => {
      s.labelled({ environment: 'production' });
      const job = declareJob(s, await s.start(), TEN_MINUTELY);
      await runs(s, job, 1, { takes: 0 });
      await s.wait(minutes(3));
      s.die();
      await s.until(s.began + minutes(26) + 30 + minutes(5));
      s.fires({ ...PRICING, job: TARGET.job, environment: 'production' });
      await s.until(s.began + minutes(40));
    },
    async (s) => {
      s.labelled({ environment: 'staging' });
      const job = declareJob(s, await s.start(), TEN_MINUTELY);
      await runs(s, job, 3, { takes: 0 });
      await s.until(s.began + minutes(40));
    },
  ],
});

const schedulerDown = alertStories('IcebergOffloadSchedulerDown', FACTS, {
  'fires for production although staging, in the same Prometheus, has such a layer': [
    async (s) => {
      s.labelled({ environment: 'production' });
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      await s.wait(minutes(5));
      s.die();
      await s.seen();
      await s.wait(minutes(2));
      s.fires({ layer: 'bronze', environment: 'production' });
      await s.until(s.began + minutes(30));
    },
    async (s) => {
      s.labelled({ environment: 'staging' });
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      await s.until(s.began + minutes(30));
    },
  ],
});

const consecutiveFailures = alertStories('IcebergOffloadConsecutiveFailures', FACTS, {
  'tells of each where both have the same pods, layers and tables (S12)': [
    async (s) => {
      s.labelled({ job: 'offload', instance: 'offload-0', environment: 'production' });
      const { pipeline } = await s.start();
      await cycles(s, pipeline.declareOffload(QUARTER_HOURLY), 3, { trades: failing() });
      await s.seen();
      await s.wait(minutes(5));
      s.fires({ layer: 'bronze', table: 'trades', environment: 'production' });
      await s.until(s.began + hours(1.5));
    },
    async (s) => {
      s.labelled({ job: 'offload', instance: 'offload-0', environment: 'staging' });
      const offload = (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
      await cycles(s, offload, 1);
      await cycles(s, offload, 3, { quotes: failing() });
      await s.seen();
      await s.wait(minutes(5));
      s.fires({ layer: 'bronze', table: 'quotes', environment: 'staging' });
      await s.until(s.began + hours(1.5));
    },
  ],
});

const targetAbsent = alertStories('SightglassTargetAbsent', FACTS, {
  'fires for production although staging, in the same Prometheus, has such a job': [
    async (s) => {
      s.labelled({ environment: 'production' });
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      await s.wait(minutes(10));
      s.discover(false);
      await s.seen();
      await s.wait(minutes(5));
      s.fires({ job: TARGET.job, environment: 'production' });
      await s.until(s.began + minutes(30));
    },
    async (s) => {
      s.labelled({ environment: 'staging' });
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      await s.until(s.began + minutes(30));
    },
  ],
});

const tableShared = alertStories('IcebergOffloadTableShared', FACTS, {
  'is no table of two services where staging has the same as production': [
    async (s) => {
      s.labelled({ environment: 'production' });
      (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
      await s.until(s.began + hours(1));
    },
    async (s) => {
      s.labelled({ job: 'other-service', environment: 'staging' });
      (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
      await s.until(s.began + hours(1));
    },
  ],
});

const dagGone = alertStories('DagGone', FACTS, {
  'the DAG of production is told of when it dies, though staging has the same and goes on (S7)': [
    async (s) => {
      s.labelled({ environment: 'production' });
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 1);
      const ended = s.now;
      await s.wait(minutes(3));
      s.die();
      // The interval, what a run may end later, the SLA, the first evaluation beyond, and the hold.
      await s.until(ended + minutes(10 + 5 + 4) + 30 + minutes(5));
      s.fires({ ...OF_REPORT, job: TARGET.job, environment: 'production' });
      await s.until(s.began + minutes(42));
    },
    async (s) => {
      s.labelled({ environment: 'staging' });
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 4);
      await s.until(s.began + minutes(42));
    },
  ],
});

const dagFailed = alertStories('DagFailed', FACTS, {
  'a run that fails in staging is not made good by one that succeeds in production (S12)': [
    async (s) => {
      s.labelled({ environment: 'staging' });
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 1, { ends: 'badly' });
      await s.wait(minutes(1.5));
      s.fires({ ...OF_REPORT, environment: 'staging' });
      await s.until(s.began + minutes(25));
    },
    async (s) => {
      s.labelled({ environment: 'production' });
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 2);
      await s.until(s.began + minutes(25));
    },
  ],
});

const pipelineGone = alertStories('PipelineGone', FACTS, {
  'the pipeline of production is told of when it dies, though staging has the same and goes on (S7)': [
    async (s) => {
      s.labelled({ environment: 'production' });
      await declareSilver(s, await s.start()).run({ takes: 0 });
      await s.wait(minutes(3));
      s.die();
      await s.until(s.began + minutes(30) + 30 + minutes(5));
      s.fires({ ...SILVER_OF, environment: 'production' });
      await s.until(s.began + minutes(42));
    },
    async (s) => {
      s.labelled({ environment: 'staging' });
      const silver = declareSilver(s, await s.start());
      await s.wait(minutes(20));
      await silver.run({ takes: 0 });
      await s.until(s.began + minutes(42));
    },
  ],
});

const stories = [
  pipelineGone,
  dagGone,
  dagFailed,
  jobGone,
  schedulerDown,
  consecutiveFailures,
  targetAbsent,
  tableShared,
].flatMap((each) => each.stories);

const seen = seenBy(import.meta.url, JUDGES);

test.each(stories)('$title', async (story) => {
  const played = await play(story);
  const rules = closureOf(subjectsOf(played)).flatMap((name) =>
    scoped.filter((rule) => nameOf(rule) === name),
  );
  await seen.holds(seen.key(dependsOf(played, rules)), async () => {
    const [outcome] = await evaluate(rules, [played]);
    expect(differences(played, outcome!)).toEqual([]);
  });
});
