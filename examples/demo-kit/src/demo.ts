import type { Scene } from './scene.ts';
import { type Parts, SCALE, type Stack, startStack, type Watched } from './stack.ts';
import { stay } from './stay.ts';
import { openTerminal } from './terminal.ts';

/** A demo: what runs, what happens to it, and what must have happened when it ends. */
export interface Demo<P extends Parts, O extends string> extends Watched<P> {
  /** What the example is, as in "Starting a pipeline" and "The pipeline is started again". */
  readonly name: string;
  /** Where else to look, by what is there. */
  addresses(parts: P): { readonly [what: string]: string };
  /** What happens now, in a line. */
  line(parts: P): Promise<string>;
  /** Tells the story, and each outcome as it comes. Throws at the first thing that does not happen in time. A part whose server is missing is left out. */
  story(scene: Scene<P>, happened: (outcome: O) => void): Promise<void>;
  /** What must happen, each in a sentence of the summary. */
  readonly outcomes: { readonly [outcome in O]: string };
  /** The fault that somebody may try first, as the path of its address. */
  readonly tryFirst: string;
}

/**
 * Starts everything, tells the story and sums it up; then it goes on running until Ctrl-C, or with `--once` it ends. The status is 0 only when every outcome has come. Nothing that was
 * started outlives it.
 */
export async function runDemo<P extends Parts, O extends string>(demo: Demo<P, O>): Promise<void> {
  const once = process.argv.includes('--once');
  const terminal = openTerminal(process.stdout);
  const interruption = new AbortController();
  // A second signal ends the process at once; whatever it started then ends by itself.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

  const came = new Set<O>();
  const outcomes = Object.entries(demo.outcomes) as [O, string][];
  const summarise = () => {
    terminal.step('Summary');
    terminal.say(...outcomes.map(([outcome, what]) => `${came.has(outcome) ? 'yes' : 'NO '}  ${what}`));
  };
  let stack: Stack<P> | undefined;
  try {
    terminal.step(`Starting a ${demo.name} that runs ${SCALE} times faster than in production`);
    stack = await startStack(demo, terminal, interruption.signal);
    terminal.step('Everything runs');
    terminal.say(...addressesOf(demo, stack));
    const running = stack;
    const scene = { stack, terminal, signal: interruption.signal, line: () => demo.line(running) };
    await demo.story(scene, (outcome) => came.add(outcome));
    summarise();
    if (!once) await stay(scene, demo);
  } catch (error) {
    if (!interruption.signal.aborted) {
      terminal.step(`The demo failed: ${(error as Error).message}`);
      const log = stack?.example.log().trimEnd().split('\n').slice(-10) ?? [];
      if (log.length > 0) terminal.say(`The last lines of the ${demo.name}:`, ...log);
      summarise();
    }
  } finally {
    terminal.step('Stopping everything');
    await stack?.stop();
  }
  if (came.size < outcomes.length) process.exitCode = interruption.signal.aborted ? 130 : 1;
}

function addressesOf<P extends Parts, O extends string>(demo: Demo<P, O>, stack: Stack<P>): string[] {
  const { prometheus, alertmanager } = stack;
  const addresses = {
    ...demo.addresses(stack),
    Prometheus: prometheus === undefined ? 'missing' : `${prometheus.url}/alerts`,
    Alertmanager: alertmanager === undefined ? 'missing' : `${alertmanager.url}/#/alerts`,
  };
  return Object.entries(addresses).map(([what, address]) => `${what.padEnd(14)}${address}`);
}
