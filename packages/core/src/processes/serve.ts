import cluster from 'node:cluster';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { quietly, UnderWay, warnOnce } from '../base/index.ts';
import {
  ADDRESS_VARIABLE,
  type Address,
  addressText,
  type Differences,
  meetingAddress,
  type ThreadStore,
  watchThreads,
} from '../handover/index.ts';
import {
  processes,
  processesEnded,
  processesMissing,
  processesRefused,
  type Store,
  setExportedStore,
} from '../store/index.ts';
import { Connection } from './connection.ts';
import type { Incarnation } from './incarnation.ts';
import { listening, takeMeetingPoint } from './meeting-point.ts';
import { MergedStore } from './merged-store.ts';
import { type Asked, Thread } from './thread.ts';

/** The processes that hand over to this one. */
export interface ServedProcesses {
  /** Listens no more, and shows this process alone again: what the others have measured is not exported any more. */
  close(): void;
}

/** More are not meant to be: who opens so many connections is not a worker. */
const MOST_CONNECTIONS = 1_024;
/** Nor do so many of them come at once without saying who they are; the first of them makes room. */
const MOST_STRANGERS = 512;
/** Who is silent for so many intervals, or so long, is missing. */
const SILENT_INTERVALS = 5;
const LEAST_SILENT_MS = 5_000;
/** A worker of the cluster may take so long to come. */
const STARTING_MS = 30_000;

/**
 * Serves the metrics of other processes with those of this one: listens for them, and hands on where to in the environment, which children and threads that are started from now on
 * inherit. Nothing is shown differently before one of them has come. Rejects when there is nowhere to listen. Holds the process for nothing.
 */
export async function serve(
  own: Store,
  what: Pick<Address, 'service' | 'port' | 'handOverSeconds'>,
  { socket: meetingPoint, told }: { readonly socket?: string; readonly told?: Differences } = {},
): Promise<ServedProcesses & { readonly address: Address }> {
  // At a meeting point the file system says who may come.
  const address: Address =
    meetingPoint === undefined
      ? { path: freePath(), token: crypto.randomUUID(), ...what }
      : meetingAddress(meetingPoint, what);
  const served = new Served(own, address, told);
  const server = createServer((socket) => served.take(socket));
  server.maxConnections = MOST_CONNECTIONS;
  const unlock = meetingPoint === undefined ? () => {} : await takeMeetingPoint(meetingPoint);
  try {
    await listening(server, address.path);
    if (meetingPoint !== undefined) quietly(() => chmodSync(meetingPoint, 0o600));
  } catch (error) {
    unlock();
    throw error;
  }
  server.unref();
  const stopWatching = watchThreads((thread) => served.takeThread(thread));
  if (told !== undefined) {
    own.beginAgain();
    served.show();
  }
  const text = addressText(address);
  process.env[ADDRESS_VARIABLE] = text;
  const remove = () => {
    if (meetingPoint === undefined) removePath(address.path);
    unlock();
  };
  process.on('exit', remove);
  return {
    address,
    close() {
      if (process.env[ADDRESS_VARIABLE] === text) delete process.env[ADDRESS_VARIABLE];
      process.off('exit', remove);
      stopWatching();
      server.close();
      served.close();
      remove();
    },
  };
}

class Served {
  readonly #own: Store;
  readonly #address: Address;
  readonly #connections = new Set<Connection>();
  readonly #threads = new Set<Thread>();
  /** The places that are taken, from 1 on. */
  readonly #places = new Set<number>();
  readonly #workers = new Map<number, number>();
  readonly #warn = warnOnce();
  /** What of this process is told here, where another one was told the rest. */
  readonly #told: Differences | undefined;
  #merged: MergedStore | undefined;
  #asked = 0;

  constructor(own: Store, address: Address, told: Differences | undefined) {
    this.#own = own;
    this.#address = address;
    this.#told = told;
  }

  /** Shows all processes from now on. */
  show(): MergedStore {
    if (this.#merged === undefined) {
      this.#merged = new MergedStore(this.#own, (limitMs) => this.#ask(limitMs), this.#told);
      this.#merged.counter(processesEnded);
      this.#merged.counter(processesRefused);
      setExportedStore(this.#merged);
    }
    return this.#merged;
  }

  take(socket: Socket): void {
    const connection: Connection = new Connection(socket, this.#address.token, this.#own.clock, {
      begun: () => this.#begin(),
      ended: (incarnation, left) => this.#end(incarnation, left),
      refused: (error) => {
        this.#merged?.counter(processesRefused).add(1, { reason: 'connection' });
        this.#warn(
          'refused',
          'What another process handed over could not be understood; its connection is closed. Further times are only counted.',
          error,
        );
      },
    });
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
    const strangers = [...this.#connections].filter(({ hasBegun }) => !hasBegun);
    if (strangers.length > MOST_STRANGERS) strangers[0]!.close();
  }

  /** A thread of this process has begun. Returns what is to be done when it has ended. */
  takeThread(store: ThreadStore): () => void {
    const thread = new Thread(store, this.#begin(), this.#own.clock);
    this.#threads.add(thread);
    return () => {
      if (!this.#threads.delete(thread)) return;
      thread.end();
      this.#free(thread.place, 'left');
    };
  }

  close(): void {
    this.#threads.clear();
    for (const connection of this.#connections) connection.close();
    if (this.#merged !== undefined) setExportedStore(undefined);
  }

  #begin(): Incarnation {
    const merged = this.show();
    let place = 1;
    while (this.#places.has(place)) place++;
    this.#places.add(place);
    return merged.begin(String(place));
  }

  #end(incarnation: Incarnation, left: boolean): void {
    incarnation.end();
    this.#free(Number(incarnation.place), left ? 'left' : 'lost');
  }

  #free(place: number, how: 'left' | 'lost'): void {
    this.#places.delete(place);
    this.#merged?.counter(processesEnded).add(1, { how });
  }

  /**
   * Asks everybody, and waits for half of the limit at most, and for a quarter of it for who has been silent for long: it may be this process that was held, and what the other
   * has said lies unread. Who does not answer is shown as it was last heard of.
   */
  async #ask(limitMs: number): Promise<void> {
    const n = ++this.#asked;
    const { clock } = this.#own;
    const askedMs = clock.monotonicMs();
    for (const thread of this.#threads) thread.hear();
    const silentMs = Math.max(LEAST_SILENT_MS, SILENT_INTERVALS * this.#address.handOverSeconds * 1_000);
    const everybody: readonly Asked[] = [...this.#connections, ...this.#threads];
    const all = everybody.filter(({ hasBegun }) => hasBegun);
    // A thread says that it lives more often than others hand over.
    const isSilent = (one: Asked) =>
      askedMs - one.heardMs > (one instanceof Thread ? LEAST_SILENT_MS : silentMs);
    const silent = all.filter(isSilent);
    const present = all.filter((one) => !isSilent(one));
    const asked = (some: readonly Asked[], ms: number) =>
      within(ms, Promise.all(some.map((one) => one.ask(n, limitMs / 4))));
    await Promise.all([asked(present, limitMs / 2), asked(silent, limitMs / 4)]);
    for (const one of all) one.forget(n);
    for (const thread of this.#threads) thread.look();
    const missing = silent.filter((one) => one.hasBegun && isSilent(one)).length;
    this.#merged?.gauge(processes).set(all.filter(({ hasBegun }) => hasBegun).length + 1);
    this.#merged?.gauge(processesMissing).set(missing + this.#missingWorkers(all, askedMs));
  }

  /** Workers of the cluster that have had time to come and are not there. */
  #missingWorkers(all: readonly Asked[], nowMs: number): number {
    const pids = new Set(all.map(({ pid }) => pid));
    const workers = quietly(() => Object.values(cluster.workers ?? {})) ?? [];
    let missing = 0;
    const seen = new Set<number>();
    for (const worker of workers) {
      if (worker === undefined || pids.has(worker.process.pid) || worker.isDead()) continue;
      seen.add(worker.id);
      const sinceMs = this.#workers.get(worker.id) ?? nowMs;
      this.#workers.set(worker.id, sinceMs);
      if (nowMs - sinceMs > STARTING_MS) missing++;
    }
    for (const id of this.#workers.keys()) if (!seen.has(id)) this.#workers.delete(id);
    return missing;
  }
}

/** Waits for an answer, in turns of the event loop: what has come while this process was held is read before the time is over. */
function within(limitMs: number, answers: Promise<unknown>): Promise<void> {
  return new UnderWay(answers).within(limitMs).then(
    () => {},
    () => {},
  );
}

/** Linux has names for sockets that are no files, and end with their process; elsewhere it is a file that nobody else may open. */
function freePath(): string {
  const name = `sightglass-${crypto.randomUUID()}`;
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(mkdtempSync(join(tmpdir(), 'sightglass-')), 'processes');
}

function removePath(path: string): void {
  if (path.startsWith('/')) quietly(() => rmSync(dirname(path), { recursive: true, force: true }));
}
