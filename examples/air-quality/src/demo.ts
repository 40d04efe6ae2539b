import { openTerminal } from '@sightglass/example-offload/terminal';
import { SCALE, type Stack, startStack } from './demo/stack.ts';
import { type Outcome, stay, tellStory } from './demo/story.ts';

/*
 * `npm run demo -- air-quality`: a query of the collector breaks, somebody hears of it, it is repaired; the data get worse, somebody hears of that. It goes on running until Ctrl-C; with `--once` it
 * ends. The status is 0 only when all of it happened.
 */
const once = process.argv.includes('--once');
const terminal = openTerminal(process.stdout);
const interruption = new AbortController();
// A second signal ends the process at once; whatever it started then ends by itself.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

const outcome: Outcome = {};
let stack: Stack | undefined;
try {
  terminal.step(`Starting a pipeline whose alerts run ${SCALE} times faster than in production`);
  stack = await startStack(terminal, interruption.signal);
  terminal.step('Everything runs');
  const { example, prometheus, alertmanager } = stack;
  terminal.say(
    `metrics       ${example.metricsUrl}`,
    `health        ${example.healthUrl}/health`,
    `summary       ${example.healthUrl}/summary`,
    `Prometheus    ${prometheus === undefined ? 'missing' : `${prometheus.url}/alerts`}`,
    `Alertmanager  ${alertmanager === undefined ? 'missing' : `${alertmanager.url}/#/alerts`}`,
  );
  const scene = { stack, terminal, signal: interruption.signal };
  await tellStory(scene, outcome);
  summarise();
  if (!once) await stay(scene);
} catch (error) {
  if (!interruption.signal.aborted) {
    terminal.step(`The demo failed: ${(error as Error).message}`);
    const log = stack?.example.log().trimEnd().split('\n').slice(-10) ?? [];
    if (log.length > 0) terminal.say('The pipeline’s last lines:', ...log);
    summarise();
  }
} finally {
  terminal.step('Stopping everything');
  await stack?.stop();
}
const { loaded, told, resolved } = outcome;
if (![loaded, told, resolved].every(Boolean)) process.exitCode = interruption.signal.aborted ? 130 : 1;

function summarise(): void {
  const line = (happened: boolean | undefined, what: string) => `${happened ? 'yes' : 'NO '}  ${what}`;
  terminal.step('Summary');
  terminal.say(
    line(outcome.loaded, 'measurements went through bronze, silver and gold, and were checked'),
    line(outcome.told, 'the score fell, and the notification was delivered'),
    line(outcome.resolved, 'the notification that it is over was delivered'),
  );
}
