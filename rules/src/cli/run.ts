import { redact } from '@sightglass/core/authors';
import { backtestCommand } from './backtest-command.ts';
import { checkCommand } from './check-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { type Io, printable } from './io.ts';
import { listCommand } from './list-command.ts';
import { monitorDataQualityCommand } from './monitor-data-quality-command.ts';
import { renderCommand } from './render-command.ts';
import { sloReportCommand } from './slo-report-command.ts';
import { COMMAND_NAMES, isCommand, USAGE, UsageError, usageOf } from './usage.ts';

/** Runs a command line and gives its exit status. Errors are said in plain words on `err`. */
export async function run(
  args: readonly string[],
  given: Io & { readonly err: (text: string) => void },
): Promise<number> {
  const io = {
    ...given,
    out: (text: string) => given.out(printable(text)),
    err: (text: string) => given.err(printable(text)),
  };
  const [command, ...rest] = args;
  try {
    if (args.includes('--help') || command === 'help') {
      const asked = command === 'help' ? rest[0] : command;
      io.out(isCommand(asked) ? usageOf(asked) : USAGE);
      return 0;
    }
    switch (command) {
      case 'render':
        return await renderCommand(rest, io);
      case 'list':
        return await listCommand(rest, io);
      case 'check':
        return await checkCommand(rest, io);
      case 'doctor':
        return await doctorCommand(rest, io);
      case 'slo-report':
        return await sloReportCommand(rest, io);
      case 'backtest':
        return await backtestCommand(rest, io);
      case 'monitor-data-quality':
        return await monitorDataQualityCommand(rest, io);
      default:
        throw new UsageError(
          command === undefined
            ? `a command is needed: ${COMMAND_NAMES.join(', ')}`
            : `there is no command "${command}"; there are ${COMMAND_NAMES.join(', ')}`,
        );
    }
  } catch (error) {
    // A config module may throw anything.
    const message = error instanceof Error ? error.message : String(error);
    if (!isUsageError(error)) {
      // A server may say again what it was told to keep.
      io.err(`${String(redact(message))}\n`);
      return 1;
    }
    // A line that went wrong is read, a page that scrolls it away is not.
    io.err(`${message}\nSee: sightglass ${isCommand(command) ? `${command} ` : ''}--help\n`);
    return 2;
  }
}

const isUsageError = (error: unknown): boolean =>
  error instanceof UsageError ||
  String((error as { code?: unknown } | null)?.code).startsWith('ERR_PARSE_ARGS');
