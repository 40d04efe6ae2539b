import { runDemo } from '@sightglass/demo-kit';
import { dags, pipelines, telemetry } from '@sightglass/rules/mixins';
import { startDagExample } from './start-dag-example.ts';
import { reportsSoFar, tellStory } from './story.ts';

/* `npm run demo -- dag-sla`: a report comes to be late, the alert reaches a phone, it is in time again. */

await runDemo({
  name: 'DAG runner',
  mixins: [dags, pipelines, telemetry],
  rulesOf: 'DAGs',
  job: 'reports',
  async begin(start) {
    const example = await start(
      'the DAG runner: a report every 10 s, which stands for 10 minutes, done 5 s later',
      () =>
        startDagExample({
          schedule: '*/10 * * * * *',
          slaSeconds: 5,
          heartbeatSeconds: 0.5,
          retryDelaySeconds: 0.1,
        }),
    );
    return { example };
  },
  addresses: ({ example }) => ({ metrics: example.metricsUrl }),
  line: reportsSoFar,
  story: tellStory,
  outcomes: {
    recordsWritten: 'five tasks made a report, and one that was tried again told nobody',
    fired: 'the alert fired while the run was under way',
    delivered: 'the notification was delivered',
    repaired: 'the reports were in time again',
    resolved: 'the notification that it is over was delivered',
  },
  tryFirst: 'source-down',
});
