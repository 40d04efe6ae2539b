import { DeclarationError } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import type { IntervalJob } from '../job/declare.ts';
import { instrumentJob } from '../job/instrument.ts';
import { trackerOf } from '../job/registry.ts';
import type { Run } from '../job/run.ts';

/** A timer takes no more than 24.8 days. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * Runs a job every interval with a timer of Node, the first time after one interval. Starts do not drift: each is due a whole number of intervals after the first call.
 * A failed run is recorded and logged, and the next one comes. The timer keeps the process alive until `stop`, which also says `job.stop()`: this process ends, and no run is missed.
 * Where a person stops the job and the process goes on, `job.disable()` is what says so.
 * Throws a `DeclarationError` when the job is not what `declareJob` returned.
 */
export function every(job: IntervalJob, work: (run: Run) => unknown): { stop(): void } {
  const run = instrumentJob(job, work);
  const { clock } = processStore();
  const intervalMs = intervalOf(job) * 1000;
  const beginMs = clock.monotonicMs();
  let timer: NodeJS.Timeout;
  let made = 0;
  let isStopped = false;

  const wait = () => {
    // The work itself may have stopped it.
    if (isStopped) return;
    const untilMs = beginMs + (made + 1) * intervalMs - clock.monotonicMs();
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(0, Math.ceil(untilMs)));
    timer = setTimeout(tick, waitMs, waitMs < LONGEST_WAIT_MS);
  };
  const tick = (isWhole: boolean) => {
    const nowMs = clock.monotonicMs();
    // When the whole time was waited for one is due, also by a clock that stands still.
    const due = Math.max(isWhole ? made + 1 : 0, Math.floor((nowMs - beginMs) / intervalMs));
    if (due > made) {
      made = due;
      const scheduledFor = new Date(clock.wallMs() - (nowMs - beginMs - due * intervalMs));
      run({ trigger: 'scheduled', scheduledFor }).catch(() => {
        // The run has recorded and logged it, and nobody waits for it.
      });
    }
    wait();
  };

  wait();
  const handle = {
    stop() {
      isStopped = true;
      clearTimeout(timer);
      trackerOf(job).stoppedBy(handle);
    },
  };
  trackerOf(job).startedBy(handle);
  return handle;
}

function intervalOf({ intervalSeconds }: IntervalJob): number {
  if (typeof intervalSeconds === 'number' && intervalSeconds > 0) return intervalSeconds;
  throw new DeclarationError('The timer of a job', ['the job must have an interval']);
}
