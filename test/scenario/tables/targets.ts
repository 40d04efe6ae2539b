import { minutes } from '../world/time.ts';
import { at, last, type Past, type Sheet } from './table.ts';

/* Targets and the processes on them: who is told of, and what is left out because another target has it too. */

export const START = 'sightglass_process_start_timestamp_seconds';

/** What is heard of a series, though it has ended. */
export const lastWordOf = (past: Past): number | undefined => last(past, minutes(5));

/** Where something is scraped. */
export interface Target {
  readonly job: string;
  readonly instance: string;
}

/** A process on a target, and since when it says that it has been there. */
export interface Started {
  readonly pid: string;
  readonly past: Past;
}

/** A process that is there, or ended so long ago. */
export const startOf = (pid: string, endedAgo: number | undefined): Started => ({
  pid,
  past:
    endedAgo === undefined
      ? [[0, 9]]
      : [
          [endedAgo, 9],
          [endedAgo - 120, 'stale'],
        ],
});

/** Tells of the processes of a target. Those that are heard: who is there, or their last words where none is. */
export function tellTarget<S extends Started>(sheet: Sheet, { job, instance }: Target, starts: readonly S[]) {
  for (const { pid, past } of starts) sheet.tell(START, { process_id: pid, job, instance }, past);
  const isThere = starts.some(({ past }) => at(past) !== undefined);
  const spoken = starts.filter(
    ({ past }) => at(past) !== undefined || (!isThere && lastWordOf(past) !== undefined),
  );
  return { isThere, spoken };
}

/** Tells of each which target has it, this one or another. Whether any is another's: what this one says is of a process that is scraped twice, and counts there. */
export function isScrapedTwice(
  sheet: Sheet,
  { job, instance }: Target,
  {
    group,
    value,
    isHere: chance,
  }: { readonly group: string; readonly value: number; readonly isHere: number },
  spoken: readonly Started[],
): boolean {
  const twice = spoken.filter(({ pid }) => {
    const isHere = sheet.dice.maybe(chance);
    if (isHere)
      sheet.tell(`process_id_job_instance:${START}:${group}`, { process_id: pid, job, instance }, value);
    return !isHere;
  });
  return twice.length > 0;
}
