import { type AlertStories, alertStories } from '../../story.ts';
import { begin, type ProcessFacts, say } from '../../world/process-facts.ts';
import { TARGET } from '../../world/stage.ts';
import { minutes } from '../../world/time.ts';

const PROCESS = { job: TARGET.job, instance: 'host-1:8000' };

/** An alert on one process: it fires when something has been so for long enough, and not at the threshold. */
const ofProcess = (
  alert: string,
  facts: Pick<AlertStories, 'severity' | 'summary'>,
  held: number,
  { well, at, beyond }: { readonly [state in 'well' | 'at' | 'beyond']: ProcessFacts },
): AlertStories =>
  alertStories(
    alert,
    { ...facts, runbook: `service.md#${alert.toLowerCase()}` },
    {
      'fires when it has been so for long enough, until it is not': async (s) => {
        await begin(s);
        say(s, well);
        await s.wait(minutes(5));
        say(s, beyond);
        await s.seen();
        await s.wait(held);
        s.fires(PROCESS);
        await s.wait(minutes(1));
        say(s, well);
        await s.seen();
        s.resolves(PROCESS);
        await s.wait(minutes(2));
      },
      'is quiet at what is allowed, and when it goes beyond for a moment': async (s) => {
        await begin(s);
        say(s, at);
        await s.wait(minutes(10));
        say(s, beyond);
        await s.wait(held - 30);
        say(s, at);
        await s.wait(minutes(5));
      },
    },
  );

const MIB = 2 ** 20;

export const serviceMemoryNearLimit = ofProcess(
  'ServiceMemoryNearLimit',
  { severity: 'critical', summary: 'A process is about to run out of memory.' },
  minutes(2),
  {
    well: { heap: [100 * MIB, 1_000 * MIB], container: [200 * MIB, 1_000 * MIB] },
    at: { heap: [900 * MIB, 1_000 * MIB], container: [200 * MIB, 1_000 * MIB] },
    beyond: { container: [920 * MIB, 1_000 * MIB] },
  },
);

export const serviceMemoryHigh = ofProcess(
  'ServiceMemoryHigh',
  { severity: 'warning', summary: 'A process uses much of the memory that it may.' },
  minutes(5),
  {
    well: { heap: [100 * MIB, 500 * MIB] },
    at: { heap: [400 * MIB, 500 * MIB] },
    beyond: { heap: [408 * MIB, 500 * MIB] },
  },
);

export const serviceEventLoopBlocked = ofProcess(
  'ServiceEventLoopBlocked',
  { severity: 'warning', summary: 'The event loop of a process is held up.' },
  minutes(5),
  { well: { late: 0.01 }, at: { late: 0.25 }, beyond: { late: 0.4 } },
);

export const serviceFilesNearLimit = ofProcess(
  'ServiceFilesNearLimit',
  { severity: 'warning', summary: 'A process has nearly as many files and connections open as it may.' },
  minutes(5),
  { well: { files: [100, 1_000] }, at: { files: [800, 1_000] }, beyond: { files: [820, 1_000] } },
);

export const serviceCrashLooping = alertStories(
  'ServiceCrashLooping',
  {
    severity: 'warning',
    summary: 'A process begins anew again and again.',
    runbook: 'service.md#servicecrashlooping',
  },
  {
    'fires at the third restart within a quarter of an hour, until there are fewer': async (s) => {
      await begin(s);
      await s.wait(minutes(5));
      for (let i = 0; i < 3; i++) {
        await s.wait(minutes(1));
        await begin(s);
      }
      await s.seen();
      await s.wait(minutes(1));
      s.fires(PROCESS);
      await s.wait(minutes(17));
      s.resolves(PROCESS);
      await s.wait(minutes(1));
    },
    'fires for one that dies again after 20 s each time and is mostly not there': async (s) => {
      await begin(s);
      await s.wait(minutes(5));
      for (let i = 0; i < 3; i++) {
        s.die();
        await s.wait(minutes(2));
        await begin(s);
        await s.wait(20);
      }
      s.die();
      await s.wait(minutes(1));
      s.fires(PROCESS);
      await s.wait(minutes(12.5));
      s.resolves(PROCESS);
      await s.wait(minutes(2));
    },
    'is quiet for a deployment and its rollback': async (s) => {
      await begin(s);
      await s.wait(minutes(5));
      await begin(s);
      await s.wait(minutes(5));
      await begin(s);
      await s.wait(minutes(15));
    },
  },
);
