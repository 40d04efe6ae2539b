import { DeclarationError } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import { OptionsError } from '@sightglass/core/endpoint';
import fc from 'fast-check';
import {
  Hostile,
  hostile,
  isBoobyTrap,
  make,
  type Recipe,
  type Spoiling,
  spoil,
  spoilings,
} from './hostile.ts';
import { EXCLUDED_METHODS, handed, type Subject, work } from './subjects.ts';

/** How long a promise is waited for now and then; otherwise some turns of the event loop, which is what one takes that does not wait for time. */
const WAIT_MS = 5;
const WAITED_IN_FULL = 20;
const TURNS = 3;

/** What calling the caller's work throws when it is none that can be called. */
const NO_WORK = /^TypeError: (Class constructor|work is not a function)/;

/** What one run does to a subject. */
type Attack = [spoiling: Spoiling, more: Recipe[], works: boolean];

const attacks = (subject: Subject): fc.Arbitrary<Attack> =>
  fc.tuple(spoilings(subject.valid), fc.array(hostile, { maxLength: 3 }), fc.boolean());

/** What is called with, and all that the caller has given: of what comes back, only the rest is the library's. */
interface Caller {
  readonly args: readonly unknown[];
  readonly owns: ReadonlySet<unknown>;
}

/** Calls functions with what no caller in good faith passes, and the methods of what they give back, and counts the calls. */
export class Fuzz {
  /** Calls by exported function: of itself, and of all that came from it. */
  readonly calls = new Map<string, number>();
  #runs = 0;

  /** Attacks a subject so many times. Rejects with the smallest attack that makes it throw. */
  async attack(subject: Subject, runs: number, seed?: number): Promise<void> {
    const property = fc.asyncProperty(attacks(subject), (attack) => this.#once(subject, attack));
    await fc.assert(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
    tooManySeries();
  }

  async #once(subject: Subject, [spoiling, more, works]: Attack): Promise<void> {
    this.#runs++;
    const args = spoil(subject.valid, spoiling) as never[];
    const hostileArgs = more.map(make);
    if (works) hostileArgs.push(work);
    const caller = { args: hostileArgs, owns: new Set([...valuesIn(args), ...valuesIn(hostileArgs)]) };
    const result = this.#harmless(subject, subject.name, () => subject.call(...args));
    await this.#use(subject, `${subject.name}(…)`, result, caller);
    // What a scheduler was given to start hands on the run, and the run hands on what its parts are given.
    for (let round = 0; round < 3; round++) {
      for (const given of handed.splice(0))
        await this.#use(subject, `handed by ${subject.name}`, given, caller);
    }
    handed.length = 0;
    // What has come back by now, such as all metrics, is held until the turns that were waited for are over.
    await turns();
  }

  /**
   * Calls it. A declaration may refuse what it is given, and what hands on to the caller's code may throw what that code throws; anything else that
   * is thrown is a fault.
   */
  #harmless(subject: Subject, what: string, call: () => unknown, isCall = true): unknown {
    if (isCall) this.calls.set(subject.name, (this.calls.get(subject.name) ?? 0) + 1);
    try {
      return call();
    } catch (error) {
      if (subject.declares && (error instanceof DeclarationError || error instanceof OptionsError))
        return undefined;
      const isCallers = error instanceof Hostile || error === null || NO_WORK.test(String(error));
      if (subject.rethrows && isCallers) return undefined;
      throw new Error(`${what} threw`, { cause: error });
    }
  }

  /**
   * Calls what a helper has given back or handed on: a function, or the methods of an object and of the objects in it, and what those give back.
   * `what` says how it was come by: `declareJob(…).enable(…)`.
   */
  async #use(subject: Subject, what: string, result: unknown, caller: Caller, depth = 0): Promise<void> {
    if (what in EXCLUDED_METHODS || depth > 2 || caller.owns.has(result) || isBoobyTrap(result)) return;
    if (result instanceof Promise) {
      const value = await this.#settled(subject, what, result);
      return this.#use(subject, what, value, caller, depth + 1);
    }
    if (typeof result === 'function') {
      const inner = this.#harmless(subject, what, () => result(...caller.args));
      return this.#use(subject, `${what}(…)`, inner, caller, depth + 1);
    }
    if (typeof result !== 'object' || result === null) return;
    for (const name of readableMembersOf(result)) {
      const path = `${what}.${name}`;
      if (path in EXCLUDED_METHODS) continue;
      const member = this.#harmless(
        subject,
        path,
        () => (result as { readonly [name: string]: unknown })[name],
        false,
      );
      if (isPlain(member)) await this.#use(subject, path, member, caller, depth + 1);
      if (typeof member !== 'function' || caller.owns.has(member)) continue;
      const inner = this.#harmless(subject, path, () => member.apply(result, [...caller.args]));
      await this.#use(subject, `${path}(…)`, inner, caller, depth + 1);
    }
  }

  /** Waits for a promise as long as it takes one that does not hang; a rejection is a fault, unless it passes on what the caller's work threw. */
  async #settled(subject: Subject, what: string, promise: Promise<unknown>): Promise<unknown> {
    const inFull = this.#runs % WAITED_IN_FULL === 0;
    try {
      return await Promise.race([promise, inFull ? later() : turns()]);
    } catch (error) {
      if (!subject.rethrows) throw new Error(`${what} rejected`, { cause: error });
      return undefined;
    } finally {
      promise.catch(() => {});
    }
  }
}

const later = () => new Promise<void>((resolve) => setTimeout(resolve, WAIT_MS));

async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Throws when a metric has outgrown its bound. */
function tooManySeries(): void {
  for (const { descriptor, series } of processStore().instruments()) {
    const closed = descriptor.labels.reduce((product, { values }) => product * (values?.length ?? 1), 1);
    if (series.cells.length > descriptor.maxSeries + closed)
      throw new Error(`${descriptor.name} has ${series.cells.length} series`);
  }
}

/** Arguments, and what is in those that are plain objects. */
const valuesIn = (args: readonly unknown[]) =>
  args.flatMap((arg) => (isPlain(arg) ? [arg, ...dataIn(arg as object)] : [arg]));

/** The values of an object that can be read without running its getters. */
const dataIn = (object: object): unknown[] =>
  Object.values(Object.getOwnPropertyDescriptors(object)).map(({ value }) => value as unknown);

const isPlain = (value: unknown) => {
  try {
    return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  } catch {
    return false;
  }
};

/** As {@link membersOf}; none of what a hostile function of the caller's has given back through ours. */
function readableMembersOf(value: object): string[] {
  try {
    return membersOf(value);
  } catch (error) {
    if (error instanceof Hostile) return [];
    throw error;
  }
}

/** The names of everything that an object has: of its own and of its class. */
export function membersOf(value: object): string[] {
  const names = new Set<string>();
  for (
    let owner: object | null = value;
    owner !== null && owner !== Object.prototype && owner !== Array.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    for (const name of Object.getOwnPropertyNames(owner)) if (name !== 'constructor') names.add(name);
  }
  return [...names];
}
