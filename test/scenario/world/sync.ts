import type { SyncOptions } from '@sightglass/scheduler';
import type { Process } from './process.ts';
import type { Stage } from './stage.ts';
import { seconds } from './time.ts';

/** How one source of a run goes: the items that it gives, or an error in its request or after it. */
export type SourceOutcome = number | 'fails' | 'times out' | 'can not be written';

/** What one run of a sync does: each source in its turn, a second for each. */
export type SyncOutcome = { readonly [source: string]: SourceOutcome };

/** A declared sync, and the function that a scheduler would call. */
export interface ScheduledSync {
  enable(): void;
  disable(): void;
  addSource(source: string): void;
  retireSource(source: string): void;
  /** Runs it now and waits for its end; the run is `failed` when every source fails. */
  run(outcome: SyncOutcome, trigger?: 'scheduled' | 'manual'): Promise<void>;
}

/** Declares a sync in this process and wraps its work, as a host does. */
export function declareSync(
  stage: Stage,
  { scheduler }: Process,
  options: SyncOptions<string>,
): ScheduledSync {
  const sync = scheduler.declareSync(options as never);
  let outcome: SyncOutcome = {};
  const work = scheduler.syncRun(sync, async (run) => {
    for (const [source, result] of Object.entries(outcome)) {
      await run.source(source as never, async ({ request, write }) => {
        await request(() => stage.wait(seconds(1)));
        if (result === 'times out') throw new DOMException('no answer', 'TimeoutError');
        if (result === 'fails') throw new Error('the source answers 500');
        if (typeof result === 'number') return { items: result };
        return write(() => Promise.reject(new Error('the disk is full')));
      });
    }
  });
  return {
    enable: () => sync.enable(),
    disable: () => sync.disable(),
    addSource: (source) => void sync.addSource(source),
    retireSource: (source) => sync.retireSource(source as never),
    async run(next, trigger = 'scheduled') {
      outcome = next;
      stage.note(`a run of ${sync.name}: ${JSON.stringify(next)}`);
      await work({ trigger }).catch(() => {});
    },
  };
}
