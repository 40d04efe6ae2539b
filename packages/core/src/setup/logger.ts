import { loggerOptions } from '../logging/pino-options.ts';
import { type Logger, log, loggerIsSet, setLogger } from '../logging/port.ts';
import { stderrLogger } from '../logging/stderr-logger.ts';
import type { Problems, TelemetryOptions } from './options.ts';
import { loadPino } from './peers.ts';

/** The default logger as the port gives it, so that the next start can tell it from one that the host has set. */
let ours: Logger | undefined;

/** Plugs a logger into the library's port: the host's if there is one, else pino, else JSON lines on stderr. */
export function plugInLogger(options: TelemetryOptions, serviceName: string, problems: Problems): void {
  if (options.logger !== undefined) {
    setLogger(options.logger);
  } else if (!loggerIsSet() || log() === ours) {
    setLogger(defaultLogger(options, serviceName, problems));
    ours = log();
  }
}

function defaultLogger(
  { logLevel, pino: given }: TelemetryOptions,
  serviceName: string,
  problems: Problems,
): Logger {
  const pino = loadPino(given);
  if (pino !== undefined) {
    const level = logLevel === undefined ? {} : { level: logLevel };
    // Written at once: the last lines before a crash or a signal are those that matter.
    const stdout = pino.destination({ dest: 1, sync: true } as never);
    return pino(loggerOptions({ serviceName, ...level }) as never, stdout as never);
  }
  problems.push(
    'pino is not installed where it is looked for, so log lines go to stderr as plain JSON. Run: npm install pino; or, in a bundle, Next.js standalone or a function, import it and hand it in: startTelemetry({ pino })',
  );
  return stderrLogger(serviceName);
}
