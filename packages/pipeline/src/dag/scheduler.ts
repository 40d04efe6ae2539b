import { DeclarationError } from '@sightglass/core';
import { givenOptions, longNames, subjectOf, unknownNames } from '@sightglass/core/authors';
import * as metrics from './metrics.ts';

/** The loop that starts DAGs, as it is declared. */
export interface DagSchedulerOptions {
  /** The label `scheduler`. */
  readonly name: string;
  /** How often the loop comes round, in seconds. Default 30. */
  readonly heartbeatSeconds?: number;
}

/** A declared scheduler. */
export interface DagScheduler {
  readonly name: string;
  readonly heartbeatSeconds: number;
  /** The loop has come round: call it there, and nowhere else, so that a loop that hangs falls silent though its process lives. Never throws. */
  beat(): void;
  /** A person says that there is no such scheduler any more: it exports nothing from now on. */
  retire(): void;
}

const OPTIONS = Object.keys({
  name: true,
  heartbeatSeconds: true,
} satisfies { readonly [name in keyof DagSchedulerOptions]: true });

/**
 * Declares the loop that starts DAGs, so that an alert tells when it no longer comes round. A DAG that it does not start is told of as missed besides.
 * Throws a `DeclarationError` that lists everything wrong with the declaration.
 */
export function declareDagScheduler(said: DagSchedulerOptions): DagScheduler {
  const { name, heartbeatSeconds } = read(said);
  const labels = { scheduler: name };
  let retired = false;
  metrics.dagSchedulerInterval.set(heartbeatSeconds, labels);
  metrics.dagSchedulerHeartbeat.setToNow(labels);
  return Object.freeze({
    name,
    heartbeatSeconds,
    beat: () => {
      if (!retired) metrics.dagSchedulerHeartbeat.setToNow(labels);
    },
    retire: () => {
      retired = true;
      metrics.dagSchedulerInterval.remove(labels);
      metrics.dagSchedulerHeartbeat.remove(labels);
    },
  });
}

function read(said: DagSchedulerOptions): Required<DagSchedulerOptions> {
  const problems: string[] = [];
  try {
    const options = givenOptions(said, OPTIONS);
    problems.push(...unknownNames(said, OPTIONS));
    const given = typeof options === 'object' && options !== null ? options : ({} as DagSchedulerOptions);
    const { name, heartbeatSeconds = 30 } = given;
    problems.push(...longNames(given, ['name']));
    if (typeof name !== 'string' || name === '') problems.push('name must be a non-empty string');
    if (!(typeof heartbeatSeconds === 'number' && heartbeatSeconds > 0 && heartbeatSeconds < Infinity))
      problems.push('heartbeatSeconds must be a number above 0');
    if (problems.length === 0) return { name, heartbeatSeconds };
  } catch (error) {
    throw DeclarationError.from(error, subjectOf('The DAG scheduler', said));
  }
  throw new DeclarationError(subjectOf('The DAG scheduler', said), problems);
}
