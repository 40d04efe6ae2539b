import { storiesOf } from '../../story.ts';
import { dagRuns, declareDag, OF_REPORT } from '../../world/dag.ts';
import { minutes, seconds } from '../../world/time.ts';

/** What is recorded of DAGs and compared by no alert, and the names of the reference system. */
export const dagsKnown = storiesOf(undefined, {
  'a recovery is as long as the time from the first bad run to the next good one, and is counted': async (
    s,
  ) => {
    const dag = declareDag(s, await s.start());
    await dagRuns(s, dag, 1);
    await dagRuns(s, dag, 1, { ends: 'badly' });
    await s.wait(minutes(1) - seconds(30));
    s.reads('dag_id:dag_trouble_started_timestamp_seconds:last_known', [
      OF_REPORT,
      s.began + minutes(20) + seconds(30),
    ]);
    await dagRuns(s, dag, 1);
    await s.wait(minutes(1) - seconds(30));
    s.reads('dag_id:dag_trouble_started_timestamp_seconds:last_known');
    s.reads('dag_id:dag_last_recovery_seconds:last_known', [OF_REPORT, 600]);
    s.reads('dag_id:dag_recovery_seconds_sum:total', [OF_REPORT, 600]);
    s.reads('dag_id:dag_recovery_seconds_count:total', [OF_REPORT, 1]);
    await s.wait(minutes(1));
  },
  'the names of reference system 001: tasks that failed, each from zero, and consumers': async (s) => {
    const app = await s.start();
    const dag = declareDag(s, app);
    app.pipeline.declarePipeline({ name: 'stream', activeConsumers: () => 3 });
    await dagRuns(s, dag, 1, { ends: 'badly' });
    await s.wait(minutes(1) - seconds(30));
    const target = { job: 'iceberg-scheduler', instance: 'host-1:8000' };
    s.reads(
      'airflow_task_failed_total',
      [{ ...OF_REPORT, ...target, task_id: 'extract' }, 0],
      [{ ...OF_REPORT, ...target, task_id: 'load' }, 1],
    );
    s.reads('active_streaming_consumers', [{}, 3]);
    await s.wait(minutes(1));
  },
});
