import { DeclarationError, log } from '@sightglass/core';
import { readable, withinSeconds } from '@sightglass/core/authors';
import type { Job } from '../job/declare.ts';
import { instrumentFor } from '../job/instrument.ts';
import type { Run, RunStart } from '../job/run.ts';

/** How a process that runs a job once hands on what it measured. */
export interface RunOnceOptions extends Omit<RunStart, 'trigger' | 'signal'> {
  /**
   * Sends everything that was recorded: `() => telemetry.flush()` for OTLP, or `pushgateway(…)`. It has 10 seconds; that it fails is logged and changes nothing.
   * `() => telemetry.shutdown()` ends the export as well: for a process that ends, and never for a function that is invoked again.
   */
  readonly flush: () => void | Promise<void>;
  /** Default `scheduled`. */
  readonly trigger?: RunStart['trigger'];
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
type ExitSignal = (typeof SIGNALS)[number];

/** Well under the 30 s that Kubernetes grants after SIGTERM. */
const FLUSH_LIMIT_SECONDS = 10;

/**
 * Runs a job in a process that does nothing else, such as a Kubernetes CronJob, and flushes before it ends; or in each invocation of a serverless function, with a `flush` that ends nothing.
 * The exit code stays what it was: what the work throws is thrown
 * on, `process.exitCode` is left alone, and a SIGTERM or SIGINT ends the run as `cancelled`, is flushed, and then ends the process.
 * Resolves to what the work gave back. `process.exit()` within the work leaves no time to flush: throw, or set `process.exitCode`.
 */
export async function runOnce<R>(
  job: Job,
  work: (run: Run) => R | Promise<R>,
  options: RunOnceOptions,
): Promise<R | undefined> {
  // What can't be read is left out: the work runs all the same.
  const flush = readable(() => options.flush);
  const trigger = readable(() => options.trigger) ?? 'scheduled';
  const scheduledFor = readable(() => options.scheduledFor);
  const cancel = new AbortController();
  let ended: ExitSignal | undefined;
  const onSignal = (signal: ExitSignal) => {
    ended = signal;
    cancel.abort(new Error(`The process was asked to end (${signal})`));
  };
  for (const signal of SIGNALS) process.once(signal, onSignal);
  try {
    return await instrumentFor({}, job, work)({ trigger, scheduledFor, signal: cancel.signal });
  } finally {
    await inTime(
      readable(() => job.name),
      flush,
    );
    for (const signal of SIGNALS) process.off(signal, onSignal);
    if (ended !== undefined) process.kill(process.pid, ended);
  }
}

async function inTime(job_name: string | undefined, flush: unknown): Promise<void> {
  // Nothing that a flush waits for need keep the process alive, and it must not end before the flush has had its time.
  const hold = setTimeout(() => {}, 2 * FLUSH_LIMIT_SECONDS * 1000);
  try {
    if (typeof flush !== 'function') throw new DeclarationError('The run', ['flush must be a function']);
    await withinSeconds(FLUSH_LIMIT_SECONDS, () => flush());
  } catch (err) {
    log().error({ job_name, err }, 'What the run measured could not be sent');
  } finally {
    clearTimeout(hold);
  }
}
