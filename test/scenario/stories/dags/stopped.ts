import { alertStories } from '../../story.ts';
import { dagRuns, declareDag, OF_REPORT, REPORT } from '../../world/dag.ts';
import { TARGET } from '../../world/stage.ts';
import { days, hours, minutes, SLOW_PACE, seconds } from '../../world/time.ts';

/** After the interval, what a run may end later, and the SLA: the first evaluation that sees more than that, and the hold. */
const STOPPED = minutes(10) + minutes(5) + minutes(4) + seconds(30) + minutes(5);
/** After the end of a run, when a process is gone: the next start, the SLA, the first evaluation beyond, and the hold. */
const GONE = minutes(9.5) + minutes(4) + seconds(30) + minutes(5);
const EXPORTED = { ...OF_REPORT, job: TARGET.job };

export const dagStopped = alertStories(
  'DagStopped',
  { severity: 'critical', summary: 'A DAG no longer runs.', runbook: 'dags.md#dagstopped' },
  {
    'fires five minutes after the last run is longer ago than two may lie apart, until the next run ends':
      async (s) => {
        const dag = declareDag(s, await s.start());
        await dagRuns(s, dag, 2);
        await s.until(s.now + STOPPED);
        s.fires(OF_REPORT);
        await s.wait(minutes(4));
        await dag.run({ ends: 'badly' });
        await s.seen();
        s.resolves(OF_REPORT);
        await s.wait(minutes(5));
      },
    'stays quiet when the next run ends as late as it may, and while the DAG is disabled': async (s) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 1);
      await s.wait(minutes(18));
      await dag.run();
      dag.disable();
      await s.wait(hours(1));
    },
    'says what is true when the process dies as well: from five minutes later on it is DagGone that fires (S2)':
      async (s) => {
        const dag = declareDag(s, await s.start());
        await dagRuns(s, dag, 1);
        await s.until(s.now + STOPPED);
        s.fires(OF_REPORT);
        await s.wait(minutes(2));
        s.die();
        await s.seen();
        await s.wait(minutes(5));
        s.resolves(OF_REPORT);
        await s.wait(minutes(5));
      },
    'fires when the leader dies and nobody is elected in its place: a follower that stands by is no wish of a person (S4)':
      [
        async (s) => {
          const dag = declareDag(s, await s.start());
          await dagRuns(s, dag, 1);
          await s.wait(minutes(1));
          s.die();
          await s.until(s.began + minutes(40));
        },
        async (s) => {
          declareDag(s, await s.start()).standBy();
          await s.until(s.began + minutes(10) + seconds(30) + STOPPED);
          s.fires(OF_REPORT);
          await s.until(s.began + minutes(40));
        },
      ],
    'judges a daily DAG that is deployed as an hourly one from the deploy on (S19)': {
      pace: { scrape: minutes(1), evaluation: minutes(2) },
      scripts: [
        async (s) => {
          const daily = declareDag(s, await s.start(), {
            schedule: '0 2 * * *',
            freshnessObjectiveSeconds: hours(30),
          });
          await s.until(hours(2));
          await daily.run();
          await s.until(hours(19) + minutes(5));
          declareDag(s, await s.start(), { schedule: '0 * * * *', freshnessObjectiveSeconds: hours(3) });
          // The deploy is seen a minute later. The interval, a third of it, the SLA, the first evaluation beyond, and the hold.
          await s.until(hours(19) + minutes(6) + minutes(60 + 20 + 4) + minutes(2) + minutes(6));
          s.fires(OF_REPORT);
        },
      ],
    },
  },
);

export const dagGone = alertStories(
  'DagGone',
  {
    severity: 'critical',
    summary: 'A DAG has not run since the process that had it went away.',
    runbook: 'dags.md#daggone',
  },
  {
    'fires when its process never came back and a run is overdue, until a new one has run (S3)': async (
      s,
    ) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 1);
      const ended = s.now;
      await s.wait(minutes(1));
      s.die();
      await s.until(ended + GONE);
      s.fires(EXPORTED);
      await s.until(s.began + minutes(45));
      const next = declareDag(s, await s.start());
      await dagRuns(s, next, 1);
      await s.seen();
      s.resolves(EXPORTED);
      await s.wait(minutes(2));
    },
    'stays quiet for a restart, for a DAG that was retired, and for one that was disabled before': async (
      s,
    ) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 1);
      s.die();
      await s.wait(minutes(3));
      const app = await s.start();
      const next = declareDag(s, app);
      declareDag(s, app, { id: 'off' }).disable();
      await dagRuns(s, next, 1);
      next.retire();
      await s.wait(minutes(2));
      s.die();
      await s.wait(hours(1));
    },
    'fires when its process said that it stops and none starts in its place (S3), and when a service left the configuration (S14)':
      [
        async (s) => {
          const dag = declareDag(s, await s.start());
          await dagRuns(s, dag, 1);
          const ended = s.now;
          await s.wait(minutes(3));
          dag.stop();
          await s.wait(seconds(20));
          s.die();
          await s.until(ended + GONE);
          s.fires(EXPORTED);
          await s.wait(minutes(5));
        },
        async (s) => {
          const dag = declareDag(s, await s.start(), { id: 'other' });
          await dagRuns(s, dag, 1);
          const ended = s.now;
          await s.wait(minutes(3));
          s.discover(false);
          await s.until(ended + GONE);
          s.fires({ ...EXPORTED, dag_id: 'other' });
          await s.wait(minutes(5));
        },
      ],
    'fires once for a DAG that a deploy renamed, until somebody says that it was meant to be (S27)': async (
      s,
    ) => {
      const dag = declareDag(s, await s.start(), { id: 'renamed' });
      await dagRuns(s, dag, 1);
      const ended = s.now;
      await s.wait(minutes(3));
      const next = await s.start();
      declareDag(s, next, { schedule: '0 3 * * *' });
      await s.until(ended + GONE);
      s.fires({ ...EXPORTED, dag_id: 'renamed' });
      await s.wait(minutes(5));
      next.pipeline.retireDag('renamed');
      await s.seen();
      s.resolves({ ...EXPORTED, dag_id: 'renamed' });
      await s.wait(minutes(5));
    },
    'remembers a DAG over hours in which nothing was scraped or evaluated (S1)': {
      // Between two evaluations only the hourly copies are left.
      pace: { scrape: minutes(1), evaluation: hours(6) },
      start: hours(3),
      scripts: [
        async (s) => {
          const dag = declareDag(s, await s.start(), { freshnessObjectiveSeconds: hours(4) });
          await s.until(s.began + hours(2));
          await dag.run();
          await s.until(s.began + hours(3) + minutes(10));
          s.die();
          await s.until(s.began + hours(15));
          s.fires(EXPORTED);
          await s.until(days(2));
        },
      ],
    },
    'fires for a weekly DAG that a CronJob runs, which pushes over OTLP and is suspended, and not before (S5, S13)':
      {
        pace: { scrape: minutes(30), evaluation: hours(1) },
        scripts: [
          async (s) => {
            s.pushesOverOtlp();
            // The first day of the clock is a Thursday.
            const weekly = {
              schedule: '45 6 * * 4',
              slaSeconds: hours(1),
              freshnessObjectiveSeconds: days(14),
            };
            for (const day of [0, 7]) {
              await s.until(days(day) + hours(6.75));
              await declareDag(s, await s.start(), weekly).run({ takes: 0 });
              await s.flush();
            }
            // The deadline of the next run is at 7:45.
            await s.until(days(14) + hours(9));
            s.fires(EXPORTED);
            await s.until(days(18));
          },
        ],
      },
    'is remembered for a week': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          const dag = declareDag(s, await s.start());
          await dagRuns(s, dag, 1);
          s.die();
          await s.until(s.began + minutes(20));
          s.fires(EXPORTED);
          await s.until(s.began + minutes(10) + days(7));
          s.resolves(EXPORTED);
          await s.wait(minutes(10));
        },
      ],
    },
  },
);

export const dagStale = alertStories(
  'DagStale',
  { severity: 'warning', summary: 'The last success of a DAG is long ago.', runbook: 'dags.md#dagstale' },
  {
    'fires when the last success is nearly as old as it may become, until the next': async (s) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 1);
      const succeeded = s.now;
      await dagRuns(s, dag, 5, { ends: 'badly' });
      // 52:30 of an hour, the first evaluation beyond, and the hold.
      await s.until(succeeded + minutes(52.5) + seconds(30) + minutes(5));
      s.fires(OF_REPORT);
      await dagRuns(s, dag, 1);
      await s.seen();
      s.resolves(OF_REPORT);
      await s.wait(minutes(1));
    },
    'stays quiet for a daily DAG that is deployed as an hourly one and runs (S19)': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          const daily = { schedule: '0 2 * * *', freshnessObjectiveSeconds: hours(30) };
          const dag = declareDag(s, await s.start(), daily);
          await s.until(hours(2));
          await dag.run();
          await s.until(hours(19) + minutes(5));
          const next = declareDag(s, await s.start(), {
            schedule: '0 * * * *',
            freshnessObjectiveSeconds: hours(3),
          });
          await dagRuns(s, next, 3);
        },
      ],
    },
    'stays quiet for a success that is younger, and while the DAG is disabled': async (s) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 1);
      await dagRuns(s, dag, 4, { ends: 'badly' });
      await dagRuns(s, dag, 1);
      dag.disable();
      await s.wait(hours(1.5));
    },
  },
);

export const dagNeverSucceeded = alertStories(
  'DagNeverSucceeded',
  {
    severity: 'warning',
    summary: 'A DAG has never succeeded since it was declared.',
    runbook: 'dags.md#dagneversucceeded',
  },
  {
    'fires when a DAG has not succeeded for as long as a success may be old, until it does': async (s) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 6, { ends: 'badly' });
      await s.until(s.began + hours(1) + seconds(30) + minutes(5));
      s.fires(OF_REPORT);
      await dagRuns(s, dag, 1);
      await s.seen();
      s.resolves(OF_REPORT);
      await s.wait(minutes(1));
    },
    'stays quiet where the host keeps the last success, and for one that is disabled': async (s) => {
      const app = await s.start();
      declareDag(s, app, { lastSuccess: new Date((s.now - minutes(10)) * 1_000) });
      declareDag(s, app, { id: 'off' }).disable();
      await s.wait(hours(1.5));
    },
  },
);

export const dagDisabled = alertStories(
  'DagDisabled',
  { severity: 'info', summary: 'A DAG is disabled.', runbook: 'dags.md#dagdisabled' },
  {
    'fires five minutes after somebody has disabled a DAG, until it is enabled': async (s) => {
      const dag = declareDag(s, await s.start());
      await s.wait(minutes(1));
      dag.disable();
      await s.seen();
      await s.wait(minutes(5));
      s.fires(OF_REPORT);
      await s.wait(minutes(1));
      dag.enable();
      await s.seen();
      s.resolves(OF_REPORT);
      await s.wait(minutes(1));
    },
    'stays quiet for one that stands by, stops, or is retired': async (s) => {
      const app = await s.start();
      declareDag(s, app).standBy();
      declareDag(s, app, { id: 'other' }).stop();
      declareDag(s, app, { id: 'old' }).retire();
      await s.wait(minutes(10));
    },
  },
);

export const dagNameShared = alertStories(
  'DagNameShared',
  {
    severity: 'warning',
    summary: 'Two services have a DAG of the same id.',
    runbook: 'dags.md#dagnameshared',
  },
  {
    'fires when two services have had a DAG of the same id for half an hour, until one renames its own': [
      async (s) => {
        s.labelled({ job: 'billing' });
        const dag = declareDag(s, await s.start(), { schedule: '0 * * * *' });
        dag.disable();
        await s.until(s.began + seconds(30) + minutes(30));
        s.fires(OF_REPORT);
        await s.until(s.began + minutes(40) + seconds(30));
        s.resolves(OF_REPORT);
        await s.until(s.began + minutes(50));
      },
      async (s) => {
        s.labelled({ job: 'search' });
        declareDag(s, await s.start(), { schedule: '0 * * * *' }).disable();
        await s.until(s.began + minutes(40));
        declareDag(s, await s.start(), { schedule: '0 * * * *', id: 'search-report' }).disable();
        await s.until(s.began + minutes(50));
      },
    ],
    'stays quiet for the replicas of one service': [
      async (s) => {
        declareDag(s, await s.start(), { schedule: '0 * * * *' }).disable();
        await s.until(s.began + minutes(50));
      },
      async (s) => {
        declareDag(s, await s.start(), { ...REPORT, schedule: '0 * * * *' }).disable();
        await s.until(s.began + minutes(50));
      },
    ],
  },
);
