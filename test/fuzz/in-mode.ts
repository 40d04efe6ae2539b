import { beginRound, enter, leave, type Mode, roundsOf } from './modes.ts';
import type { Said } from './run-mode.ts';

/*
 * The process of one mode: every function in turn, until each has been called often enough.
 */
const [mode, least, seed] = process.argv.slice(2) as [Mode, string, string];
const say = (said: Said) => process.stdout.write(`${JSON.stringify(said)}\n`);
/** Runs of one attack after the other, which are one call at least. */
const MOST_RUNS = 200;

await enter(mode);
const { Fuzz } = await import('./harness.ts');
const { subjects } = await import('./subjects.ts');
const { validExposition } = await import('./valid.ts');
const { setLogger } = await import('@sightglass/core');
const { readExposition } = await import('@sightglass/core/testing');

const textOf = (error: unknown): string => {
  const { message, stack, cause } = error as Error;
  return `${message ?? String(error)}${cause === undefined ? `\n${stack}` : `\n${textOf(cause)}`}`;
};

process.on('unhandledRejection', (error) => say({ fault: `unhandled rejection: ${textOf(error)}` }));
process.on('uncaughtException', (error) => say({ fault: `uncaught exception: ${textOf(error)}` }));

const fuzz = new Fuzz();
for (const subject of subjects) {
  const { name } = subject;
  say({ began: name });
  let fault: string | undefined;
  try {
    const rounds = roundsOf(mode);
    const runs = Math.ceil(Math.min(MOST_RUNS, Number(least)) / rounds);
    for (let round = 0; round < rounds || (fuzz.calls.get(name) ?? 0) < Number(least); round++) {
      beginRound(mode, round);
      await fuzz.attack(subject, runs, (Number(seed) + round) | 0);
    }
  } catch (error) {
    fault = `${name}: ${textOf(error)}`;
  }
  setLogger(undefined);
  say({ ended: name, calls: fuzz.calls.get(name) ?? 0, ...(fault === undefined ? {} : { fault }) });
}
try {
  const text = await readExposition();
  leave();
  await validExposition(text);
} catch (error) {
  say({ fault: `the exposition is not valid: ${textOf(error)}` });
}
process.exit();
