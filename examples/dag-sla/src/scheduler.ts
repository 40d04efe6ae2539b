import { log } from '@sightglass/core';
import { type DagRun, type DagStart, dagRun, declareDagScheduler } from '@sightglass/pipeline';
import type { Config } from './config.ts';
import type { ReportDag, ReportTask } from './report.ts';

/** The loop that starts the DAG when its time has come. */
export interface Scheduler {
  /** What it does from now on: all that it should, come round and start nothing, start late by so many seconds, start twice, or not come round at all. */
  mode: 'well' | 'skips' | 'late' | 'twice' | 'stalls';
  lateSeconds: number;
  /** Starts a run by hand. Resolves when it has ended, whatever became of it. */
  runNow(): Promise<void>;
  stop(): void;
}

/** How often it looks whether a time has come, within a heartbeat. */
const LOOKS = 10;

export function startScheduler(
  dag: ReportDag,
  { scheduler: name, heartbeatSeconds }: Pick<Config, 'scheduler' | 'heartbeatSeconds'>,
  work: (run: DagRun<ReportTask>) => Promise<void>,
): Scheduler {
  const heart = declareDagScheduler({ name, heartbeatSeconds });
  const stopping = new AbortController();
  // A failure has been recorded and logged with its run; the loop goes on.
  const start = (how: DagStart) => dagRun(dag, work, { ...how, signal: stopping.signal }).catch(() => {});
  let due = dag.nextRun;
  let looks = 0;
  const scheduler: Scheduler = {
    mode: 'well',
    lateSeconds: 0,
    runNow: () => start({ trigger: 'manual' }),
    stop: () => {
      clearInterval(timer);
      stopping.abort(new Error('The process was asked to end'));
    },
  };
  const look = () => {
    if (scheduler.mode === 'stalls') return;
    if (looks++ % LOOKS === 0) heart.beat();
    const now = Date.now();
    const lateMs = scheduler.mode === 'late' ? scheduler.lateSeconds * 1_000 : 0;
    if (due === undefined || due.getTime() + lateMs > now) {
      due ??= dag.nextRun;
      return;
    }
    const scheduledFor = due;
    if (scheduler.mode !== 'skips') {
      void start({ scheduledFor });
      if (scheduler.mode === 'twice') void start({ trigger: 'backfill' });
    } else log().warn({ dag_id: dag.id }, 'A start is skipped');
    const next = dag.nextRun;
    due = next === undefined || next.getTime() > now ? next : undefined;
  };
  const timer = setInterval(look, (heartbeatSeconds * 1_000) / LOOKS);
  return scheduler;
}
