import cluster from 'node:cluster';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lastingTimers, quietly, warnOnce } from '../base/index.ts';
import { ADDRESS_VARIABLE, type Address, addressText } from '../handover/index.ts';
import {
  processes,
  processesEnded,
  processesMissing,
  processesRefused,
  type Store,
  setExportedStore,
  systemClock,
} from '../store/index.ts';
import { Connection } from './connection.ts';
import type { Incarnation } from './incarnation.ts';
import { MergedStore } from './merged-store.ts';

/** How a process serves the others. */
export interface ServeOptions {
  readonly service: string;
  readonly port: number | undefined;
  /** How often the others hand over, and so how much of what they measure is lost when one is killed. */
  readonly handOverSeconds: number;
}

/** The processes that hand over to this one. */
export interface ServedProcesses {
  readonly address: Address;
  /** Listens no more, and shows this process alone again. */
  close(): void;
}

/** More are not meant to be: who opens so many connections is not a worker. */
const MOST_CONNECTIONS = 1_024;
/** Who is silent for so many intervals, or so long, is missing. */
const SILENT_INTERVALS = 5;
const LEAST_SILENT_MS = 5_000;
/** A worker of the cluster may take so long to come. */
const STARTING_MS = 30_000;

/**
 * Serves the metrics of other processes with those of this one: listens for them, and hands on where to in the environment, which children and threads that are started from now on
 * inherit. Nothing is shown differently before one of them has come. Rejects when there is nowhere to listen. Holds the process for nothing.
 */
export async function serveProcesses(
  own: Store,
  { service, port, handOverSeconds }: ServeOptions,
): Promise<ServedProcesses> {
  const address: Address = { path: freePath(), token: crypto.randomUUID(), service, port, handOverSeconds };
  const served = new Served(own, address);
  const server = createServer((socket) => served.take(socket));
  server.maxConnections = MOST_CONNECTIONS;
  await listening(server, address.path);
  server.unref();
  const text = addressText(address);
  process.env[ADDRESS_VARIABLE] = text;
  const remove = () => removePath(address.path);
  process.on('exit', remove);
  return {
    address,
    close() {
      if (process.env[ADDRESS_VARIABLE] === text) delete process.env[ADDRESS_VARIABLE];
      process.off('exit', remove);
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
  /** The places that are taken, from 1 on. */
  readonly #places = new Set<number>();
  readonly #workers = new Map<number, number>();
  readonly #warn = warnOnce();
  #merged: MergedStore | undefined;
  #asked = 0;

  constructor(own: Store, address: Address) {
    this.#own = own;
    this.#address = address;
  }

  take(socket: Socket): void {
    const connection: Connection = new Connection(socket, this.#address.token, {
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
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
    if (this.#merged !== undefined) setExportedStore(undefined);
  }

  #begin(): Incarnation {
    if (this.#merged === undefined) {
      this.#merged = new MergedStore(this.#own, (limitMs) => this.#ask(limitMs));
      this.#merged.counter(processesEnded);
      this.#merged.counter(processesRefused);
      setExportedStore(this.#merged);
    }
    let place = 1;
    while (this.#places.has(place)) place++;
    this.#places.add(place);
    return this.#merged.begin(String(place));
  }

  #end(incarnation: Incarnation, left: boolean): void {
    incarnation.end();
    this.#places.delete(Number(incarnation.place));
    this.#merged?.counter(processesEnded).add(1, { how: left ? 'left' : 'lost' });
  }

  /** Asks everybody who is not missing, and waits for half of the limit at most. Who does not answer in time is shown as it was last heard of. */
  async #ask(limitMs: number): Promise<void> {
    const n = ++this.#asked;
    // This process may have been held itself, and what they said lies unread.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const all = [...this.#connections].filter(({ hasBegun }) => hasBegun);
    const nowMs = systemClock.monotonicMs();
    const silentMs = Math.max(LEAST_SILENT_MS, SILENT_INTERVALS * this.#address.handOverSeconds * 1_000);
    const present = all.filter(({ heardMs }) => nowMs - heardMs <= silentMs);
    this.#merged?.gauge(processes).set(all.length + 1);
    this.#merged?.gauge(processesMissing).set(all.length - present.length + this.#missingWorkers(all, nowMs));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = lastingTimers.setTimeout(resolve, limitMs / 2).unref();
    });
    await Promise.race([late, Promise.all(present.map((one) => one.ask(n, limitMs / 4)))]);
    lastingTimers.clearTimeout(timer);
    for (const one of present) one.forget(n);
  }

  /** Workers of the cluster that have had time to come and are not there. */
  #missingWorkers(all: readonly Connection[], nowMs: number): number {
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

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Each process by itself: a worker of a cluster would have its primary listen for it.
    server.listen({ path, exclusive: true }, () => {
      server.off('error', reject);
      server.on('error', () => {});
      resolve();
    });
  });
}
