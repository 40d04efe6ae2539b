import type { ChildProcess } from 'node:child_process';
import type { DepthReader } from '@sightglass/worker';
import type { QueuedEvent, ToolEvent } from './events.ts';

/** The queue as the API has it: it puts events in, and says how many there are. */
export interface EventQueue {
  /** Puts the events in, all or none. @throws QueueFull when there is no room for them */
  add(events: readonly ToolEvent[]): Promise<void>;
  readonly depth: DepthReader;
  /** Lets a worker process take events, where it can not do so by itself. */
  serve(worker: ChildProcess): void;
  close(): Promise<void>;
}

/** The queue as a worker has it. */
export interface EventSource {
  /** Waits for events and takes up to `most`. Undefined once the source has ended. */
  take(most: number): Promise<TakenEvents | undefined>;
  close(): Promise<void>;
}

/** Events that one worker has, until it says what became of them. When it dies, another one gets them. */
export interface TakenEvents {
  readonly events: readonly QueuedEvent[];
  /** They are written, or refused for good. */
  done(): Promise<void>;
  /** None of them is written: they wait again. */
  giveBack(): Promise<void>;
}

/** The queue has no room: the client may try again later. */
export class QueueFull extends Error {
  constructor(capacity: number) {
    super(`the queue has room for ${capacity} events, and is full`);
  }
}
