import { BroadcastChannel, getEnvironmentData, setEnvironmentData, threadId } from 'node:worker_threads';
import { lastingTimers, quietly } from '../base/index.ts';
import type { Address } from './address.ts';
import type { ReadStore } from './differences.ts';
import { type Failures, HandOver } from './hand-over.ts';
import { type NewPage, Pages } from './pages.ts';

/** By this name a thread finds who reads its pages; another way to share them has another name. */
const READER = 'sightglass.pages/1';

/** Who reads the pages of the threads that it starts. */
interface Reader {
  /** The channel on which a thread says that it is there. */
  readonly channel: string;
  readonly threadId: number;
}

/** The numbers that a thread and its reader tell each other, without a message. */
export const CONTROL = {
  /** Whether the pages are read. */
  state: 0,
  /** Changes as long as the thread lives. */
  beat: 1,
  /** Whether anything of the thread is read at each collection, so that it has to be asked. */
  isAsked: 2,
} as const;
export const CONTROLS = 3;

/** Nobody has decided yet; they are; the thread hands over by itself; it wishes to hand over nothing. */
export const STATE = { open: 0, read: 1, unread: 2, abandoned: 3 } as const;

/** What a thread says of itself when it begins. */
export interface Beginning {
  readonly threadId: number;
  /** The channel of this thread and its reader alone. */
  readonly channel: string;
  readonly control: SharedArrayBuffer;
  readonly pages: readonly NewPage[];
}

/** Reads the pages of threads that this one starts from now on. Returns the function that ends that. */
export function announceReader(channel: string): () => void {
  setEnvironmentData(READER, { channel, threadId } satisfies Reader);
  return () => {
    if ((getEnvironmentData(READER) as Reader | undefined)?.channel === channel)
      setEnvironmentData(READER, undefined);
  };
}

/** Where doubles are written at once: a processor of 32 bits may write half of one, and then the other. */
const WRITES_WHOLE = ['x64', 'arm64', 'ppc64', 'riscv64', 's390x', 'loong64'].includes(process.arch);

/** Pages for the store of this thread, where the thread that has started it reads them. */
export function sharedPages(): SharedPages | undefined {
  const reader = quietly(() => getEnvironmentData(READER)) as Reader | undefined;
  // What a thread says to those that it starts, it hears itself.
  if (!WRITES_WHOLE || reader === undefined || reader.threadId === threadId) return undefined;
  return quietly(() => new SharedPages(reader));
}

/** The pages of this thread, and what it tells its reader. */
export class SharedPages {
  readonly pages: Pages;
  readonly control = new Int32Array(new SharedArrayBuffer(CONTROLS * 4));
  readonly channel: BroadcastChannel;
  /** Pages that were taken before the reader was told of this thread. */
  #first: NewPage[] | undefined = [];
  readonly #reader: Reader;
  readonly #name = `sightglass-${crypto.randomUUID()}`;

  constructor(reader: Reader) {
    this.#reader = reader;
    this.channel = new BroadcastChannel(this.#name);
    this.channel.unref();
    this.pages = new Pages((page) => {
      if (this.#first === undefined) this.channel.postMessage(page);
      else this.#first.push(page);
    });
  }

  /** Tells the reader that this thread is there. */
  begin(): void {
    const channel = new BroadcastChannel(this.#reader.channel);
    channel.unref();
    const control = this.control.buffer as SharedArrayBuffer;
    const beginning: Beginning = { threadId, channel: this.#name, control, pages: this.#first ?? [] };
    this.#first = undefined;
    channel.postMessage(beginning);
    channel.close();
  }
}

/** Who reads the pages may be busy when a thread begins. */
const READ_WITHIN_MS = 5_000;
/** How often a thread says that it lives, at least. */
const BEAT_MS = 1_000;

/** A store whose series may end by themselves, and which may have something that is read when it is collected. */
export interface ThreadsStore extends ReadStore {
  readonly collectors?: { readonly size: number };
}

/**
 * What a thread measures lies in pages that the thread reads which has started it: nothing is handed over, and nothing lost when this one is terminated. Where nobody reads them (who has
 * started it is a thread that knows nothing of us), it is handed over as that of a process is.
 */
export class PagedHandOver {
  readonly address: Address;
  readonly #store: ThreadsStore;
  readonly #shared: SharedPages;
  readonly #failures: () => Failures;
  readonly #timer: NodeJS.Timeout;
  readonly #beatMs: number;
  #own: HandOver | undefined;

  constructor(store: ThreadsStore, address: Address, failures: () => Failures, shared: SharedPages) {
    this.address = address;
    this.#store = store;
    this.#failures = failures;
    this.#shared = shared;
    Atomics.store(shared.control, CONTROL.isAsked, 1);
    // Those that this thread starts find nobody here who reads theirs.
    quietly(() => setEnvironmentData(READER, undefined));
    shared.channel.onmessage = (event) => quietly(() => this.#onAsked((event as { data: unknown }).data));
    process.on('exit', this.#onExit);
    this.#beatMs = Math.min(BEAT_MS, Math.max(10, address.handOverSeconds * 1_000));
    this.#timer = lastingTimers.setInterval(() => quietly(() => this.#beat()), this.#beatMs).unref();
    shared.begin();
  }

  /** For who looks at the pages nothing; hands over where nobody does. */
  leave(): void {
    this.#own?.leave();
  }

  /** What was measured stays readable. */
  end(): void {
    this.#stop();
    this.#own?.end();
  }

  abandon(): void {
    this.#stop();
    Atomics.store(this.#shared.control, CONTROL.state, STATE.abandoned);
    this.#own?.abandon();
  }

  #stop(): void {
    process.off('exit', this.#onExit);
    lastingTimers.clearInterval(this.#timer);
  }

  /** An interval goes by. */
  #beat(): void {
    const { control } = this.#shared;
    Atomics.store(control, CONTROL.isAsked, this.#store.collectors?.size ?? 1);
    const beats = Atomics.add(control, CONTROL.beat, 1);
    // Series that are due end when somebody looks.
    for (const { series } of this.#store.instruments()) void series.cells;
    if (beats * this.#beatMs > READ_WITHIN_MS && this.#isUnread())
      this.#own ??= new HandOver(this.#store, this.address, this.#failures());
  }

  /** Whether nobody has come to read the pages; from then on nobody will. */
  #isUnread(): boolean {
    const { control } = this.#shared;
    return Atomics.compareExchange(control, CONTROL.state, STATE.open, STATE.unread) !== STATE.read;
  }

  readonly #onExit = () => {
    quietly(() => {
      if (this.#own === undefined && this.#isUnread())
        new HandOver(this.#store, this.address, this.#failures()).leaveAtExit();
    });
  };

  #onAsked(message: unknown): void {
    const { ask, limitMs } = message as { readonly ask?: number; readonly limitMs?: number };
    if (typeof ask !== 'number') return;
    const answer = () => void quietly(() => this.#shared.channel.postMessage({ answer: ask }));
    this.#store.collect(limitMs).then(answer, answer);
  }
}
