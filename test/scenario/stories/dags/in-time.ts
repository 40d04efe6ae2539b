import { alertStories } from '../../story.ts';
import { dagRuns, declareDag, OF_REPORT } from '../../world/dag.ts';
import { TARGET } from '../../world/stage.ts';
import { days, hours, minutes, seconds } from '../../world/time.ts';

export const dagSlaMissed = alertStories(
  'DagSlaMissed',
  {
    severity: 'critical',
    summary: 'A DAG was not done by the time that its SLA says.',
    runbook: 'dags.md#dagslamissed',
  },
  {
    'fires a minute after the deadline of a run that is under way, while it is and a quarter of an hour after it was missed':
      async (s) => {
        const dag = declareDag(s, await s.start(), { schedule: '0 * * * *' });
        await s.untilNext(hours(1));
        await dag.run({
          during: async () => {
            // The deadline is at minute 4, the first evaluation beyond it half a minute later.
            await s.wait(minutes(4) + seconds(30) + minutes(1));
            s.fires(OF_REPORT);
            await s.wait(minutes(2));
          },
        });
        // It was seen to be missed at half past minute 4.
        await s.until(s.began + hours(1) + minutes(20));
        s.resolves(OF_REPORT);
        await s.wait(minutes(5));
      },
    'follows the clocks of a country: due before midnight with its deadline after it, in a night in which that time comes twice, and in the next':
      {
        pace: { scrape: minutes(10), evaluation: minutes(10) },
        start: days(50),
        scripts: [
          async (s) => {
            // At midnight of 21 February 1970 Santo Domingo set its clocks back from UTC-4:30 to UTC-5, so 23:50 was at 4:20 and at 4:50 UTC; and at 4:50 from then on.
            const dag = declareDag(s, await s.start(), {
              schedule: '50 23 * * *',
              timezone: 'America/Santo_Domingo',
              slaSeconds: minutes(30),
              freshnessObjectiveSeconds: days(2),
            });
            for (const day of [50, 51]) {
              await s.until(days(day) + hours(4) + minutes(20));
              await dag.run({ takes: minutes(20) });
            }
            // Its deadline is at 5:20; the evaluation beyond that is at 5:30, and it must hold for one more.
            await s.until(days(52) + hours(5) + minutes(40));
            s.fires(OF_REPORT);
            await s.wait(minutes(30));
          },
        ],
      },
    'stays quiet for a run that ends at its deadline': async (s) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 2, { takes: minutes(4) });
      await s.wait(minutes(5));
    },
    'fires for a run that has not begun by then, whatever becomes of its process, until one has ended (S26)':
      async (s) => {
        const dag = declareDag(s, await s.start());
        await dagRuns(s, dag, 1);
        await s.until(s.began + minutes(24) + seconds(30) + minutes(1));
        s.fires(OF_REPORT);
        await s.wait(minutes(1));
        s.die();
        await s.wait(minutes(8));
        const next = declareDag(s, await s.start());
        await next.run({ trigger: 'manual', takes: minutes(3) });
        await s.seen();
        s.resolves(OF_REPORT);
        await s.wait(minutes(1));
      },
    'is told with the death of a process that dies before the deadline, and not once more when it is back (S29)':
      async (s) => {
        const dag = declareDag(s, await s.start());
        await dagRuns(s, dag, 1);
        await s.untilNext(minutes(10));
        void dag.run({ ends: 'never' });
        await s.wait(minutes(2));
        s.die();
        await s.wait(minutes(12));
        await dagRuns(s, declareDag(s, await s.start()), 1);
        await s.wait(minutes(1));
      },
    'ends when somebody disables the DAG, whose run was late (S22)': async (s) => {
      const dag = declareDag(s, await s.start());
      await s.untilNext(minutes(10));
      await dag.run({
        during: async () => {
          await s.wait(minutes(5) + seconds(30));
          s.fires(OF_REPORT);
        },
      });
      await s.wait(minutes(1));
      dag.disable();
      await s.seen();
      s.resolves(OF_REPORT);
      await s.wait(minutes(1));
    },
    'is no matter of a DAG that is disabled, or that promises nothing': async (s) => {
      const app = await s.start();
      const dag = declareDag(s, app);
      await dagRuns(s, dag, 1);
      dag.disable();
      const other = declareDag(s, app, { id: 'other', slaSeconds: undefined as never });
      await s.untilNext(minutes(10));
      await other.run({ takes: minutes(9) });
      await s.wait(minutes(10));
    },
  },
);

export const dagSlaApproaching = alertStories(
  'DagSlaApproaching',
  {
    severity: 'warning',
    summary: 'A DAG is not done, and its deadline is near.',
    runbook: 'dags.md#dagslaapproaching',
  },
  {
    'fires in the last fifth of the time that the SLA gives, until the run is done': async (s) => {
      const dag = declareDag(s, await s.start(), { slaSeconds: minutes(5) });
      await s.untilNext(minutes(10));
      await dag.run({
        during: async () => {
          await s.wait(minutes(4) + seconds(30));
          s.fires(OF_REPORT);
          await s.wait(seconds(15));
        },
      });
      await s.seen();
      s.resolves(OF_REPORT);
      await s.wait(minutes(2));
    },
    'gives way to DagSlaMissed, and fires for a run that has not begun too': async (s) => {
      declareDag(s, await s.start(), { slaSeconds: minutes(5) });
      await s.until(s.began + minutes(14) + seconds(30));
      s.fires(OF_REPORT);
      await s.wait(minutes(1));
      s.resolves(OF_REPORT);
      await s.wait(minutes(2));
    },
    'stays quiet for a run that is done when four fifths are over': async (s) => {
      const dag = declareDag(s, await s.start(), { slaSeconds: minutes(5) });
      await dagRuns(s, dag, 2, { takes: minutes(4) });
      await s.wait(minutes(5));
    },
  },
);

export const dagMissedRun = alertStories(
  'DagMissedRun',
  {
    severity: 'warning',
    summary: 'A DAG did not start when it should have.',
    runbook: 'dags.md#dagmissedrun',
  },
  {
    'fires five minutes after a start may come no longer, until a run is there': async (s) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 2);
      await s.until(s.began + minutes(30) + minutes(1) + seconds(30) + minutes(5));
      s.fires(OF_REPORT);
      await s.until(s.began + minutes(42));
      await dag.run({
        during: async () => {
          await s.seen();
          s.resolves(OF_REPORT);
        },
      });
      await s.wait(minutes(5));
    },
    'stays quiet for a start that comes a minute late, and while the DAG is disabled': async (s) => {
      const dag = declareDag(s, await s.start());
      await s.untilNext(minutes(10));
      await s.wait(minutes(1));
      await dag.run();
      dag.disable();
      await s.wait(minutes(30));
    },
    'fires when the process that should have started it is dead (S2)': async (s) => {
      const dag = declareDag(s, await s.start());
      await dagRuns(s, dag, 1);
      await s.wait(minutes(2));
      s.die();
      await s.until(s.began + minutes(20) + minutes(1) + seconds(30) + minutes(5));
      s.fires(OF_REPORT);
      await s.wait(minutes(2));
    },
  },
);

/** The labels of a loop, with the service that has or had it. */
const LOOP = { scheduler: 'main', job: TARGET.job };

export const dagSchedulerDown = alertStories(
  'DagSchedulerDown',
  {
    severity: 'critical',
    summary: 'The loop that starts DAGs no longer comes round.',
    runbook: 'dags.md#dagschedulerdown',
  },
  {
    'fires when the loop has not come round for two minutes and the hold is over, though its process lives, until it does':
      async (s) => {
        const { pipeline } = await s.start();
        const scheduler = pipeline.declareDagScheduler({ name: 'main', heartbeatSeconds: 30 });
        for (let i = 0; i < 10; i++) {
          scheduler.beat();
          await s.wait(seconds(30));
        }
        // The last beat was at minute 4:30.
        await s.until(s.began + minutes(6.5) + seconds(30) + minutes(1));
        s.fires(LOOP);
        await s.wait(minutes(2));
        scheduler.beat();
        await s.seen();
        s.resolves(LOOP);
        await s.wait(minutes(1));
      },
    'fires when its process is dead, and is remembered': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareDagScheduler({ name: 'main', heartbeatSeconds: 120 });
      await s.wait(minutes(1));
      s.die();
      // Three heartbeats of two minutes.
      await s.until(s.began + minutes(6) + seconds(30) + minutes(1));
      s.fires(LOOP);
      await s.wait(minutes(30));
    },
    'stays quiet while one of two replicas beats': [
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareDagScheduler({ name: 'main' });
        await s.until(s.began + minutes(10));
      },
      async (s) => {
        const { pipeline } = await s.start();
        const scheduler = pipeline.declareDagScheduler({ name: 'main' });
        for (let i = 0; i < 20; i++) {
          await s.wait(seconds(30));
          scheduler.beat();
        }
      },
    ],
  },
);
