import { buildRules } from '@sightglass/rules';
import { seenBy } from '@sightglass/test-tools/seen';
import { expect, test } from 'vitest';
import { dependsOf, JUDGES } from './depends.ts';
import { closureOf, nameOf, type YamlRule } from './rules.ts';
import { differences, evaluate } from './scenarios.ts';
import { alertStories, play, subjectsOf } from './story.ts';
import { COLLECTOR, Database, declareCollector, HAD, MAX_AGE, polls } from './world/collector.ts';
import { dagRuns, declareDag, OF_REPORT } from './world/dag.ts';
import { CHECKED, DATASET, declareMeasurements, SUITE } from './world/dataset.ts';
import { CONTAINERS, containers, MACHINE, machine } from './world/host.ts';
import { declareJob, PRICING, runs, TEN_MINUTELY } from './world/job.ts';
import { cycles, failing, QUARTER_HOURLY } from './world/offload.ts';
import { declareSilver, SILVER_OF } from './world/pipeline.ts';
import { TARGET } from './world/stage.ts';
import { hours, minutes } from './world/time.ts';

const scoped: readonly YamlRule[] = buildRules({ scope: ['environment'] }).flatMap(({ groups }) =>
  groups.flatMap(({ rules }) => rules),
);

/** Two environments in one Prometheus, told apart by a label of their targets. */
const TRADES = { name: 'trades', kind: 'volume', leastRuns: 3 } as const;
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
      // The next start, the SLA, the first evaluation beyond, and the hold.
      await s.until(ended + minutes(9.5 + 4) + 30 + minutes(5));
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

/** One estate has a label that the other one lacks. */
const hostEveryTargetDown = alertStories('HostEveryTargetDown', FACTS, {
  'an exporter of production is told of though that of another cluster, which has no such label, answers (S7)':
    [
      async (s) => {
        s.labelled({ environment: 'production' });
        s.other('postgres', 'pg_up 1');
        await s.wait(minutes(5));
        s.other('postgres', undefined);
        await s.seen();
        await s.wait(minutes(5));
        s.fires({ job: 'postgres', environment: 'production' });
        await s.until(s.began + minutes(20));
      },
      async (s) => {
        s.other('postgres', 'pg_up 1');
        await s.until(s.began + minutes(20));
      },
    ],
});

const hostContainerGone = alertStories('HostContainerGone', FACTS, {
  'a container is told of though another environment has one of its name, on a machine of the same name (S12)':
    [
      async (s) => {
        s.labelled({ environment: 'production' });
        const all = containers(s, { name: 'api' });
        await all.wait(hours(1) + minutes(1));
        all.end(0);
        await s.seen();
        await all.wait(minutes(5));
        s.fires({ ...CONTAINERS, container: 'api', environment: 'production' });
        await s.until(s.began + minutes(70));
      },
      async (s) => {
        const all = containers(s, { name: 'api' });
        await all.wait(minutes(70));
      },
    ],
});

const hostMemoryHigh = alertStories('HostMemoryHigh', FACTS, {
  'a machine is told of though one of the same name in another environment has memory enough (S12)': [
    async (s) => {
      s.labelled({ environment: 'production' });
      const host = machine(s, { memory: 0.5 });
      await host.wait(minutes(5));
      host.is({ memory: 0.95 });
      await s.seen();
      await host.wait(minutes(10));
      s.fires({ ...MACHINE, environment: 'production' });
      await s.until(s.began + minutes(20));
    },
    async (s) => {
      s.labelled({ environment: 'staging' });
      await machine(s, { memory: 0.5 }).wait(minutes(20));
    },
  ],
});

const collectorGone = alertStories('CollectorGone', FACTS, {
  'the collector of production is told of when it dies, though staging has the same and polls (S7)': [
    async (s) => {
      s.labelled({ environment: 'production' });
      await polls(s, declareCollector(await s.start(), new Database(s)), minutes(5));
      await s.seen();
      const last = s.now - 30;
      s.die();
      await s.until(last + MAX_AGE + 30 + minutes(2));
      s.fires({ ...COLLECTOR, ...HAD, environment: 'production' });
      await s.until(s.began + minutes(20));
    },
    async (s) => {
      await polls(s, declareCollector(await s.start(), new Database(s)), minutes(20));
    },
  ],
});

const anomalyVolume = alertStories('AnomalyVolume', FACTS, {
  'a run of production is unusual though staging has run since, as usual (S12)': [
    async (s) => {
      s.labelled({ environment: 'production' });
      const trades = (await s.start()).pipeline.declareStatistic(TRADES);
      for (const value of [100, 110, 90, 200]) {
        trades.record(value);
        if (value === 200) {
          await s.seen();
          s.fires({ statistic: 'trades', kind: 'volume', environment: 'production' });
        } else await s.wait(minutes(10));
      }
      await s.until(s.began + minutes(60));
    },
    async (s) => {
      const trades = (await s.start()).pipeline.declareStatistic(TRADES);
      for (const value of [100, 110, 90, 100, 105, 100]) {
        trades.record(value);
        await s.wait(minutes(10));
      }
      await s.until(s.began + minutes(60));
    },
  ],
});

const datasetUnseen = alertStories('DatasetUnseen', FACTS, {
  'the data set of production is told of when its process dies, though staging has the same and goes on (S7)':
    [
      async (s) => {
        s.labelled({ environment: 'production' });
        declareMeasurements(await s.start()).fresh(s.now);
        await s.wait(minutes(3));
        s.die();
        await s.until(s.began + minutes(20 + 5) + 30);
        s.fires({ ...DATASET, job: TARGET.job, environment: 'production' });
        await s.until(s.began + minutes(32));
      },
      async (s) => {
        s.labelled({ environment: 'staging' });
        const dataset = declareMeasurements(await s.start());
        for (let i = 0; i < 4; i++) {
          dataset.fresh(s.now);
          await s.until(s.began + minutes(8) * (i + 1));
        }
      },
    ],
});

const datasetQualityLow = alertStories('DatasetQualityLow', FACTS, {
  'a check that fails in staging is not made good by one of the same suite, on the same pods, in production (S12)':
    [
      async (s) => {
        s.labelled({ job: 'air', instance: 'air-0', environment: 'staging' });
        const { pipeline } = await s.start();
        pipeline.declareDataset(CHECKED).checked({ suite: 'daily', evaluated: 10, failed: 5 });
        await s.seen();
        await s.wait(minutes(10));
        s.fires({ ...SUITE, environment: 'staging' });
        await s.until(s.began + minutes(20));
      },
      async (s) => {
        s.labelled({ job: 'air', instance: 'air-0', environment: 'production' });
        const dataset = (await s.start()).pipeline.declareDataset(CHECKED);
        await s.wait(minutes(2));
        dataset.checked({ suite: 'daily', evaluated: 10 });
        await s.until(s.began + minutes(20));
      },
    ],
});

const datasetShared = alertStories('DatasetShared', FACTS, {
  'is no data set of two services where staging has the same as production': [
    async (s) => {
      s.labelled({ environment: 'production' });
      declareMeasurements(await s.start()).fresh(s.now);
      await s.until(s.began + hours(1));
    },
    async (s) => {
      s.labelled({ job: 'other-service', environment: 'staging' });
      declareMeasurements(await s.start()).fresh(s.now);
      await s.until(s.began + hours(1));
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
  datasetUnseen,
  datasetQualityLow,
  datasetShared,
  hostEveryTargetDown,
  hostContainerGone,
  hostMemoryHigh,
  collectorGone,
  anomalyVolume,
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
