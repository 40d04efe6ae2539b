import { DeclarationError } from '@sightglass/core';
import { NEST, readable } from '@sightglass/core/authors';
import type { Job } from '../job/declare.ts';
import { instrumentFor, isRunStart } from '../job/instrument.ts';
import { TRIGGERS } from '../job/outcomes.ts';
import { trackerOf } from '../job/registry.ts';
import type { Run, RunStart } from '../job/run.ts';
import { readAs } from './read-as.ts';

/** The part of reflect-metadata with which Nest marks a method. */
interface Metadata {
  getMetadataKeys?(target: object): unknown[];
  getMetadata?(key: unknown, target: object): unknown;
  defineMetadata?(key: unknown, value: unknown, target: object): void;
}

type Method = (run: Run, ...args: never[]) => unknown;

/** What starts a run by hand, and how. */
export interface ByHand extends Omit<RunStart, 'trigger'> {
  /** Default `manual`. */
  readonly trigger?: Exclude<RunStart['trigger'], 'scheduled'>;
}

interface Call {
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/**
 * Starts a decorated method by hand, as a run that is `manual` or what `trigger` says: `await service.sync(byHand())`. It stands in the place of the {@link Run}, which the method gets as ever. Never throws.
 */
export function byHand(start?: ByHand): Run {
  const said = readable(() => start?.trigger);
  const trigger = TRIGGERS.find((one) => one === said) ?? 'manual';
  const given: RunStart = {
    trigger,
    scheduledFor: readable(() => start?.scheduledFor),
    signal: readable(() => start?.signal),
  };
  return given as Run;
}

/**
 * Decorates a method that `@nestjs/schedule` calls, beside `@Cron(job.schedule, { timeZone: job.timezone })` or `@Interval`, in either order.
 * The method gets the {@link Run}. Nest logs what it throws, as before; a run that Nest holds back (`waitForCompletion`) is counted as `skipped_overlap`.
 * Called by hand it is a manual run: with {@link byHand}, or, of a job with a cron expression, with no argument at all when no start is due.
 * Starts that do not come are counted from the first one that did. Where the application stops the cron job through Nest's registry, say `job.stop()`.
 */
export function InstrumentJob(job: Job) {
  return <M extends Method>(
    _target: object,
    _name: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const method = readable(() => descriptor.value) as Method;
    if (typeof method !== 'function')
      throw new DeclarationError('The instrumented job', [
        'InstrumentJob decorates a method, with the experimentalDecorators of TypeScript, as Nest has them',
      ]);
    const call = (run: Run, { self, args }: Call) => method.call(self, run, ...(args as never[]));
    const run = instrumentFor({}, job, call);
    trackerOf(job).readBy(readAs(NEST));
    const decorated = function (this: unknown, ...args: unknown[]) {
      const [first, ...rest] = args;
      if (isRunStart(first)) return run(first, { self: this, args: rest });
      // Nest's cron jobs call with one argument, which is undefined.
      if (args.length === 0 && job.schedule !== undefined && !trackerOf(job).isDue)
        return run({ trigger: 'manual' }, { self: this, args });
      const result = run({ self: this, args });
      // A decorator runs long before the application has started: only now is there a scheduler here.
      trackerOf(job).watch();
      return result;
    };
    copyMetadata(method, decorated);
    descriptor.value = decorated as unknown as M;
  };
}

/** Nest keeps its marks on the function that a decorator above or below has seen. */
function copyMetadata(from: object, to: object): void {
  const reflect = Reflect as Metadata;
  for (const key of reflect.getMetadataKeys?.(from) ?? [])
    reflect.defineMetadata?.(key, reflect.getMetadata?.(key, from), to);
}
