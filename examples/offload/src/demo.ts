import { once } from 'node:events';
import { SCALE, type Stack, startStack } from './demo/stack.ts';
import { type Outcome, showRows, tellStory } from './demo/story.ts';
import { openTerminal, type Terminal } from './demo/terminal.ts';

/*
 * `npm run demo`: a table breaks, the alert reaches a phone, the table is repaired. It goes on running until Ctrl-C;
 * with `--once` it ends, with status 0 only when rows moved and the alert fired, was delivered and was resolved.
 */
const endsByItself = process.argv.includes('--once');
const terminal = openTerminal(process.stdout);
const interrupted = new AbortController();
// A second signal ends the process at once; whatever it started ends by itself then.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

const outcome: Outcome = {};
let stack: Stack | undefined;
try {
  terminal.step(`Starting a pipeline that runs ${SCALE} times faster than in production`);
  stack = await startStack(terminal, interrupted.signal);
  terminal.step('Everything runs');
  terminal.say(...addresses(stack));
  await tellStory(stack, terminal, outcome, interrupted.signal);
  summarise(outcome, terminal);
  if (!endsByItself) await stayUntilInterrupted(stack, terminal, interrupted.signal);
} catch (error) {
  if (!interrupted.signal.aborted) {
    terminal.step(`The demo failed: ${(error as Error).message}`);
    if (stack !== undefined)
      terminal.say(
        'The end of the scheduler’s log:',
        ...stack.example.log().trimEnd().split('\n').slice(-10),
      );
    summarise(outcome, terminal);
  }
} finally {
  terminal.step('Stopping');
  await stack?.stop();
}
const complete = isComplete(outcome);
if (interrupted.signal.aborted) process.exitCode = complete ? 0 : 130;
else process.exitCode = complete ? 0 : 1;

function addresses({ example, prometheus, alertmanager }: Stack): string[] {
  return [
    `metrics       ${example.metricsUrl}`,
    `health        ${new URL('/health', example.metricsUrl)}`,
    ...(prometheus === undefined ? [] : [`Prometheus    ${prometheus.url}/alerts`]),
    ...(alertmanager === undefined ? [] : [`Alertmanager  ${alertmanager.url}/#/alerts`]),
  ];
}

function isComplete({ rowsMoved = 0, fired, delivered, repaired, resolved }: Outcome): boolean {
  return rowsMoved > 0 && fired === true && delivered === true && repaired === true && resolved === true;
}

function summarise(
  { rowsMoved = 0, fired, delivered, repaired, resolved }: Outcome,
  { step, say }: Terminal,
): void {
  const line = (happened: boolean | undefined, what: string) => `${happened ? 'yes' : 'NO '}  ${what}`;
  step('Summary');
  say(
    line(rowsMoved > 0, 'rows moved from Postgres to Parquet'),
    line(fired, 'the alert fired'),
    line(delivered, 'the notification was delivered'),
    line(repaired, 'the table was repaired and caught up'),
    line(resolved, 'the alert was resolved, and the phone told so'),
  );
}

/** Shows the rows and every notification as it comes, until Ctrl-C. */
async function stayUntilInterrupted(
  { example, phone }: Stack,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  terminal.step('It goes on running: break something yourself. Ctrl-C ends it');
  terminal.say(
    `curl -X POST '${example.control.url}/faults/hang?table=trades'`,
    `curl -X DELETE ${example.control.url}/faults`,
    `curl ${example.control.url}/faults    # what else can be broken`,
  );
  let told = phone.notifications.length;
  const timer = setInterval(async () => {
    for (; told < phone.notifications.length; told++) {
      for (const { status, labels, annotations } of phone.notifications[told]!.alerts) {
        terminal.say(
          `The phone: ${status} ${labels.alertname} ${labels.table ?? ''}: ${annotations.summary}`,
        );
      }
    }
    terminal.live(await showRows(example.metricsUrl).catch(() => 'the scheduler does not answer'));
  }, 500);
  if (!signal.aborted) await once(signal, 'abort');
  clearInterval(timer);
}
