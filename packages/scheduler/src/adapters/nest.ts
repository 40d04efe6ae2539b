import type { Job } from '../job/declare.ts';
import { instrumentJob, isRunStart } from '../job/instrument.ts';
import { trackerOf } from '../job/registry.ts';
import type { Run } from '../job/run.ts';

/** The part of reflect-metadata with which Nest marks a method. */
interface Metadata {
  getMetadataKeys?(target: object): unknown[];
  getMetadata?(key: unknown, target: object): unknown;
  defineMetadata?(key: unknown, value: unknown, target: object): void;
}

type Method = (run: Run, ...args: never[]) => unknown;
interface Call {
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/**
 * Decorates a method that `@nestjs/schedule` calls, beside `@Cron(job.schedule, { timeZone: job.timezone })` or `@Interval`, in either order.
 * The method gets the {@link Run}. Nest logs what it throws, as before; a run that Nest holds back (`waitForCompletion`) is counted as `skipped_overlap`.
 * Starts that do not come are counted from the first one that did.
 */
export function InstrumentJob(job: Job) {
  return <M extends Method>(
    _target: object,
    _name: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const method = descriptor.value as Method;
    const call = (run: Run, { self, args }: Call) => method.call(self, run, ...(args as never[]));
    const run = instrumentJob(job, call, 'elsewhere');
    const decorated = function (this: unknown, ...args: unknown[]) {
      const [first, ...rest] = args;
      if (isRunStart(first)) return run(first, { self: this, args: rest });
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
