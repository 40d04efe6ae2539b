import { alertStories } from '../../story.ts';
import { dagRuns, declareDag, OF_REPORT } from '../../world/dag.ts';
import { hours, minutes, seconds } from '../../world/time.ts';

const LOAD = { ...OF_REPORT, task_id: 'load' };

export const dagFailed = alertStories(
  'DagFailed',
  { severity: 'critical', summary: 'The last run of a DAG failed.', runbook: 'dags.md#dagfailed' },
  {
    'fires a minute after a run has failed, until one succeeds': async (s) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 2);
      await dagRuns(s, dag, 1, { ends: 'badly' });
      await s.wait(minutes(2) - seconds(30));
      s.fires(OF_REPORT);
      await dagRuns(s, dag, 1, { ends: 'badly' });
      await dagRuns(s, dag, 1);
      await s.wait(minutes(1) - seconds(30));
      s.resolves(OF_REPORT);
      await s.wait(minutes(5));
    },
    'fires for the first run of all, and for one that fails before the process is first scraped': async (
      s,
    ) => {
      await s.wait(minutes(10) - seconds(5));
      const dag = declareDag(s, await s.start());
      await s.wait(seconds(5));
      await dag.run({ ends: 'badly', takes: 1 });
      await s.wait(minutes(1) + seconds(29));
      s.fires(OF_REPORT);
      await s.wait(minutes(2));
    },
    'stays quiet for a task that succeeds when it is tried again, and for a run that is called off': async (
      s,
    ) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 2, { tries: 1 });
      await dagRuns(s, dag, 1, { ends: 'called off' });
      await s.wait(minutes(5));
    },
    'stays quiet once somebody has disabled the DAG': async (s) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 1, { ends: 'badly' });
      dag.disable();
      await s.wait(minutes(20));
    },
    'goes on over a restart, and resolves with a run of the new process (S11)': async (s) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 1, { ends: 'badly' });
      await s.wait(minutes(2) - seconds(30));
      s.fires(OF_REPORT);
      await s.wait(minutes(1));
      const next = declareDag(s, await s.start());
      await s.wait(minutes(4));
      await dagRuns(s, next, 1);
      await s.wait(minutes(1) - seconds(30));
      s.resolves(OF_REPORT);
      await s.wait(minutes(2));
    },
    'a gap hides nothing: a run that failed while nobody scraped is told of afterwards (S8)': async (s) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 1);
      await s.wait(minutes(1));
      s.discover(false);
      await dagRuns(s, dag, 1, { ends: 'badly' });
      await s.wait(minutes(6));
      s.discover(true);
      await s.seen();
      await s.wait(minutes(1));
      s.fires(OF_REPORT);
      await dagRuns(s, dag, 1);
      await s.wait(minutes(1) - seconds(30));
      s.resolves(OF_REPORT);
      await s.wait(minutes(2));
    },
    'goes by the replica that ran last: the failure of a former leader is over when the new one succeeds (S1)':
      [
        async (s) => {
          const dag = declareDag(s, await s.start());
          await dagRuns(s, dag, 1, { ends: 'badly' });
          dag.standBy();
          await s.wait(minutes(2) - seconds(30));
          s.fires(OF_REPORT);
          await s.until(s.began + minutes(40));
        },
        async (s) => {
          const dag = declareDag(s, await s.start());
          dag.standBy();
          await s.until(s.began + minutes(15));
          dag.enable();
          await dagRuns(s, dag, 1);
          await s.until(s.began + minutes(21));
          s.resolves(OF_REPORT);
          await s.until(s.began + minutes(40));
        },
      ],
    'fires for runs of a CronJob that fail, push over OTLP and end, until one succeeds (S13)': async (s) => {
      s.pushesOverOtlp();
      for (let i = 0; i < 4; i++) {
        await s.untilNext(minutes(10));
        await declareDag(s, await s.start()).run({ takes: 1, ends: i === 1 || i === 2 ? 'badly' : 'well' });
        await s.flush();
        await s.seen();
        if (i === 3) s.resolves(OF_REPORT);
        await s.wait(minutes(1));
        if (i === 1) s.fires(OF_REPORT);
      }
      await s.wait(minutes(3));
    },
  },
);

export const dagTaskFailed = alertStories(
  'DagTaskFailed',
  { severity: 'warning', summary: 'A task of a DAG failed for good.', runbook: 'dags.md#dagtaskfailed' },
  {
    'fires when a task has failed for good, though the run goes on, until it succeeds and five minutes after':
      async (s) => {
        const dag = declareDag(s, await s.start());
        await dagRuns(s, dag, 1);
        await dagRuns(s, dag, 1, { inspiteOf: true });
        await s.wait(seconds(30));
        s.fires(LOAD);
        await dagRuns(s, dag, 1);
        await s.wait(minutes(5) + seconds(30));
        s.resolves(LOAD);
        await s.wait(minutes(3));
      },
    'stays quiet for a try that fails, when the next one succeeds, and for tasks that never began': async (
      s,
    ) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 3, { tries: 1 });
      await dagRuns(s, dag, 1, { ends: 'called off' });
      await s.wait(minutes(5));
    },
    'is told of no more once the DAG no longer has the task, or somebody has disabled it': async (s) => {
      const app = await s.start();
      const dag = declareDag(s, app);
      await dagRuns(s, dag, 1, { inspiteOf: true });
      await s.wait(seconds(30));
      s.fires(LOAD);
      await s.wait(minutes(1));
      declareDag(s, app, { tasks: { extract: {} } as never });
      await s.wait(minutes(5) + seconds(30));
      s.resolves(LOAD);
      await s.wait(minutes(5));
    },
  },
);

export const dagOverlapping = alertStories(
  'DagOverlapping',
  { severity: 'warning', summary: 'Runs of a DAG meet.', runbook: 'dags.md#dagoverlapping' },
  {
    'fires when a start was due while a run was under way, for one and a half intervals': async (s) => {
      const dag = declareDag(s, await s.start(), { overlap: 'skip', slaSeconds: hours(1) });
      await s.untilNext(minutes(10));
      await dag.run({
        during: async () => {
          await s.wait(minutes(10));
          await dag.run();
          await s.wait(seconds(30));
          s.fires(OF_REPORT);
          await s.wait(minutes(1) + seconds(30));
        },
      });
      await dagRuns(s, dag, 1);
      await s.until(s.began + minutes(36));
      s.resolves(OF_REPORT);
      await s.wait(minutes(3));
    },
    'stays quiet for runs that end before the next start': async (s) => {
      const dag = declareDag(s, await s.start(), { slaSeconds: hours(1) });
      await dagRuns(s, dag, 3, { takes: minutes(9) });
      await s.wait(seconds(30));
    },
  },
);

export const dagStuck = alertStories(
  'DagStuck',
  { severity: 'critical', summary: 'A run of a DAG hangs.', runbook: 'dags.md#dagstuck' },
  {
    'fires when a run takes more than three times as long as its SLA, until the next run has ended': async (
      s,
    ) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 1);
      await s.untilNext(minutes(10));
      void dag.run({ ends: 'never' });
      // 12 minutes, the first evaluation beyond, and the hold.
      await s.wait(minutes(12) + seconds(30) + minutes(2));
      s.fires(OF_REPORT);
      await s.wait(minutes(2));
      const next = declareDag(s, await s.start());
      await dagRuns(s, next, 1);
      await s.seen();
      s.resolves(OF_REPORT);
      await s.wait(minutes(2));
    },
    'stays quiet for a run of three times its SLA, and of a DAG that promises none': async (s) => {
      const app = await s.start();
      const dag = declareDag(s, app);
      await s.untilNext(minutes(10));
      await dag.run({ takes: minutes(12) });
      const other = declareDag(s, app, { id: 'other', slaSeconds: undefined as never });
      void other.run({ ends: 'never' });
      await s.wait(minutes(20));
    },
  },
);

export const dagLate = alertStories(
  'DagLate',
  { severity: 'warning', summary: 'A DAG starts later than its schedule says.', runbook: 'dags.md#daglate' },
  {
    'fires when a run began more than a tenth of the interval after its time, until one begins in time':
      async (s) => {
        const dag = declareDag(s, await s.start());
        await dagRuns(s, dag, 1);
        await s.untilNext(minutes(10));
        await s.wait(seconds(61));
        await dag.run({ takes: seconds(29) });
        s.fires(OF_REPORT);
        await dagRuns(s, dag, 1);
        s.resolves(OF_REPORT);
        await s.wait(minutes(2));
      },
    'stays quiet for a minute, a tenth of ten': async (s) => {
      const dag = declareDag(s, await s.start());
      await s.untilNext(minutes(10));
      await s.wait(minutes(1));
      await dag.run();
      await s.wait(minutes(5));
    },
  },
);
