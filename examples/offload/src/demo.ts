import { openScene } from './demo/scene.ts';
import { SCALE, type Stack, startStack } from './demo/stack.ts';
import { stay } from './demo/stay.ts';
import { type Outcome, tellStory } from './demo/story.ts';
import { openTerminal } from './demo/terminal.ts';

/*
 * `npm run demo`: a table breaks, the alert reaches a phone, the table is repaired. It goes on running until Ctrl-C; with `--once` it ends.
 * The status is 0 only when rows moved and the alert fired, was delivered and was resolved.
 */
const once = process.argv.includes('--once');
const terminal = openTerminal(process.stdout);
const interruption = new AbortController();
// A second signal ends the process at once; whatever it started then ends by itself.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

const outcome: Outcome = {};
let stack: Stack | undefined;
try {
  terminal.step(`Starting a pipeline that runs ${SCALE} times faster than in production`);
  stack = await startStack(terminal, interruption.signal);
  terminal.step('Everything runs');
  terminal.say(...addresses(stack));
  const scene = openScene(stack, terminal, interruption.signal);
  await tellStory(scene, outcome);
  summarise();
  if (!once) await stay(scene, interruption.signal);
} catch (error) {
  if (!interruption.signal.aborted) {
    terminal.step(`The demo failed: ${(error as Error).message}`);
    const log = stack?.example.log().trimEnd().split('\n').slice(-10) ?? [];
    if (log.length > 0) terminal.say('The scheduler’s last lines:', ...log);
    summarise();
  }
} finally {
  terminal.step('Stopping everything');
  await stack?.stop();
}
if (!isComplete()) process.exitCode = interruption.signal.aborted ? 130 : 1;

function addresses({ example, prometheus, alertmanager }: Stack): string[] {
  return [
    `metrics       ${example.metricsUrl}`,
    `health        ${new URL('/health', example.metricsUrl)}`,
    `Prometheus    ${prometheus === undefined ? 'missing' : `${prometheus.url}/alerts`}`,
    `Alertmanager  ${alertmanager === undefined ? 'missing' : `${alertmanager.url}/#/alerts`}`,
  ];
}

function isComplete(): boolean {
  const { rowsMoved, fired, delivered, repaired, resolved } = outcome;
  return [rowsMoved, fired, delivered, repaired, resolved].every(Boolean);
}

function summarise(): void {
  const line = (happened: boolean | undefined, what: string) => `${happened ? 'yes' : 'NO '}  ${what}`;
  terminal.step('Summary');
  terminal.say(
    line(outcome.rowsMoved, 'rows moved from Postgres to Parquet files'),
    line(outcome.fired, 'the alert fired'),
    line(outcome.delivered, 'the notification was delivered'),
    line(outcome.repaired, 'the table was repaired and caught up'),
    line(outcome.resolved, 'the notification that it is over was delivered'),
  );
}
