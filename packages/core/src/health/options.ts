import { unknownNames } from '../base/index.ts';
import { DeclarationError, given } from '../catalog/index.ts';

/** Which probe a failing check turns to 503. `report` shows in `/health` and in the metrics alone. */
export type Affects = (typeof AFFECTS)[number];

export const AFFECTS = ['readiness', 'liveness', 'report'] as const;

/** How a check is run and what it decides. */
export interface HealthCheckOptions {
  /** A run that takes longer fails with the error class `timeout`. From 0.01 to 60; default 2. */
  readonly timeoutSeconds?: number;
  /** How long a result is shared before the check runs again, whoever asks. From 0 to 3,600; default 5. */
  readonly cacheSeconds?: number;
  /**
   * Default `readiness`: `/readyz` turns 503 while the check fails, so no new work is sent here.
   * `liveness` gets the process restarted: only for what a restart cures, never for old data or a dependency that is down.
   */
  readonly affects?: Affects;
}

/** Passes unless it throws, rejects, gives `false` or is late. Given a signal that is aborted at the time limit. */
export type CheckFunction = (signal: AbortSignal) => unknown;

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,62}$/;

/** The options with their defaults. Throws a `DeclarationError` that lists every problem. */
export function checkedOptions(
  name: string,
  run: CheckFunction,
  options: HealthCheckOptions,
): Required<HealthCheckOptions> {
  try {
    return checked(name, run, options);
  } catch (error) {
    throw DeclarationError.from(
      error,
      typeof name === 'string' ? `The health check "${name}"` : 'A health check',
    );
  }
}

function checked(
  name: string,
  run: CheckFunction,
  options: HealthCheckOptions,
): Required<HealthCheckOptions> {
  const asked = options ?? {};
  const {
    timeoutSeconds = 2,
    cacheSeconds = 5,
    affects = 'readiness',
  } = {
    timeoutSeconds: given(asked, 'timeoutSeconds'),
    cacheSeconds: given(asked, 'cacheSeconds'),
    affects: given(asked, 'affects'),
  };
  const problems: string[] = [];
  if (typeof name !== 'string' || !NAME.test(name)) problems.push(`the name must match ${NAME.source}`);
  if (typeof run !== 'function')
    problems.push('the check must be a function that throws when the check fails');
  if (!within(timeoutSeconds, 0.01, 60)) problems.push('timeoutSeconds must be a number from 0.01 to 60');
  if (!within(cacheSeconds, 0, 3600)) problems.push('cacheSeconds must be a number from 0 to 3600');
  if (!AFFECTS.includes(affects)) problems.push(`affects must be one of ${AFFECTS.join(', ')}`);
  problems.push(...unknownNames(asked, ['timeoutSeconds', 'cacheSeconds', 'affects']));
  if (problems.length > 0) throw new DeclarationError(`The health check ${JSON.stringify(name)}`, problems);
  return { timeoutSeconds, cacheSeconds, affects };
}

function within(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}
