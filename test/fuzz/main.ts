import { parseArgs } from 'node:util';
import { MODES } from './modes.ts';
import { runMode } from './run-mode.ts';
import { subjects } from './subjects.ts';

/*
 * `pnpm fuzz`: a million calls over every function that the packages export, and every method of what they give back, in each mode; prints
 * how often each was called, and fails when one threw, hung, or left text that is not valid.
 */
const { values } = parseArgs({
  options: { calls: { type: 'string' }, seed: { type: 'string' }, mode: { type: 'string' } },
});
const calls = Number(values.calls ?? 1_000_000);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const modes = MODES.filter((mode) => values.mode === undefined || mode === values.mode);
if (!(calls > 0) || !Number.isSafeInteger(seed) || modes.length === 0)
  throw new Error(`usage: pnpm fuzz [--calls N] [--seed N] [--mode ${MODES.join('|')}]`);

const callsPerFunction = Math.ceil(calls / (subjects.length * modes.length));
const table = new Map<string, Map<string, number>>();
const faults: string[] = [];
const print = (line: string) => process.stdout.write(`${line}\n`);

print(
  `seed ${seed}; at least ${callsPerFunction} calls of each function, and what comes from it, in each mode`,
);
for (const mode of modes) {
  const began = performance.now();
  const outcome = await runMode({ mode, callsPerFunction, seed });
  for (const [name, count] of Object.entries(outcome.calls)) {
    if (!table.has(name)) table.set(name, new Map());
    table.get(name)!.set(mode, count);
  }
  faults.push(...outcome.faults.map((fault) => `${mode}: ${fault}`));
  const total = Object.values(outcome.calls).reduce((sum, calls) => sum + calls, 0);
  const seconds = Math.round((performance.now() - began) / 1000);
  print(
    `${mode}: ${total} calls of ${Object.keys(outcome.calls).length} functions, ${outcome.faults.length} faults, ${seconds} s`,
  );
}

const width = Math.max(...[...table.keys()].map((name) => name.length));
print(`\n${'calls'.padEnd(width)}${modes.map((mode) => mode.padStart(12)).join('')}`);
for (const [name, calls] of [...table].sort(([a], [b]) => a.localeCompare(b)))
  print(`${name.padEnd(width)}${modes.map((mode) => String(calls.get(mode) ?? 0).padStart(12)).join('')}`);
const all = [...table.values()]
  .flatMap((calls) => [...calls.values()])
  .reduce((sum, calls) => sum + calls, 0);
print(
  `\n${all} calls, ${table.size} functions, ${modes.length} modes, seed ${seed}: ${faults.length} faults`,
);
for (const fault of faults) print(`\n${fault}`);
if (faults.length > 0) process.exitCode = 1;
