import { givenOptions, unknownNames } from '../base/index.ts';
import { DeclarationError } from '../catalog/index.ts';
import type { ServedProcesses } from './serve.ts';
import { HAND_OVER_SECONDS, serveAt } from './serving.ts';

export type { ServedProcesses } from './serve.ts';

/** How a process serves the metrics of those that it starts. */
export interface ProcessesOptions {
  /** A process that has another name in `OTEL_SERVICE_NAME`, or gives another to `startTelemetry`, is not served. Default: `OTEL_SERVICE_NAME`, else any process is. */
  readonly serviceName?: string;
  /** How often the others hand over, in seconds from 0.1 to 60, and so how much of what they measure is lost when one is killed. Default 1. */
  readonly handOverSeconds?: number;
}

const OPTIONS = Object.keys({
  serviceName: true,
  handOverSeconds: true,
} satisfies { readonly [name in keyof ProcessesOptions]-?: true });

/**
 * Serves the metrics of the processes and threads that this one starts from now on together with its own, as those of one: `metricsHandler()`, `createExposition()` and
 * `sightglassProducer()` of this process show them all. They only have to import this library and inherit the environment. `startTelemetry` calls it; call it where you set up
 * the rest yourself, before the first child is started. Called again, it gives what is running; in a process that hands over itself it does nothing, since what that one starts hands over
 * to the same.
 *
 * Throws a `DeclarationError` for wrong options. Where there is nowhere to listen it rejects with the error of the system. Never keeps the process alive.
 * @example
 * await serveProcesses();
 * for (let i = 0; i < 4; i++) cluster.fork();
 */
export async function serveProcesses(options: ProcessesOptions = {}): Promise<ServedProcesses> {
  const { serviceName, handOverSeconds } = checked(options);
  return serveAt({
    service: serviceName ?? process.env.OTEL_SERVICE_NAME ?? '',
    port: undefined,
    handOverSeconds: handOverSeconds ?? HAND_OVER_SECONDS,
  });
}

function checked(options: ProcessesOptions): ProcessesOptions {
  try {
    if (typeof options !== 'object' || options === null)
      throw new DeclarationError('The processes', ['the options must be an object']);
    const { serviceName, handOverSeconds } = givenOptions(options, OPTIONS);
    const problems = unknownNames(options, OPTIONS);
    if (serviceName !== undefined && (typeof serviceName !== 'string' || serviceName === ''))
      problems.push('serviceName must be a non-empty string');
    if (handOverSeconds !== undefined && !(handOverSeconds >= 0.1 && handOverSeconds <= 60))
      problems.push('handOverSeconds must be a number from 0.1 to 60');
    if (problems.length > 0) throw new DeclarationError('The processes', problems);
    return {
      ...(serviceName === undefined ? {} : { serviceName }),
      ...(handOverSeconds === undefined ? {} : { handOverSeconds }),
    };
  } catch (error) {
    throw DeclarationError.from(error, 'The processes');
  }
}
