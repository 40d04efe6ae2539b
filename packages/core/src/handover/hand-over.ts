import { writeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { asError, lastingTimers, quietly, say, VERSION } from '../base/index.ts';
import type { Address } from './address.ts';
import { changesFrame } from './changes.ts';
import { Differences, type ReadStore } from './differences.ts';
import { FRAME, type Frame, FrameReader, frame, jsonFrame, jsonOf } from './frames.ts';

/** While so many bytes wait to be taken, nothing is added: the next hand-over says it all the same. */
const MOST_WAITING_BYTES = 1024 * 1024;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** How long a process that has nothing else to do waits for its connection, to leave what it has measured. */
const LAST_WAIT_MS = 1_000;

/** All that hand over in this process: itself, and the threads whose pages it reads. One listener for each of them would be too many. */
const atExit = {
  all: new Set<HandOver>(),
  add(one: HandOver): void {
    if (this.all.size === 0) process.on('exit', onExit).on('beforeExit', onBeforeExit);
    this.all.add(one);
  },
  delete(one: HandOver): void {
    this.all.delete(one);
    if (this.all.size === 0) process.off('exit', onExit).off('beforeExit', onBeforeExit);
  },
};
const onExit = () => {
  for (const one of atExit.all) one.leaveAtExit();
};
const onBeforeExit = () => {
  for (const one of atExit.all) one.waitToLeave();
};

/** A counter. */
export interface Failures {
  add(amount: number): void;
}

/**
 * Hands over what a store measures to the process that serves for all: what has changed, at each interval, when it is asked, and at the exit. Holds the process for nothing, and throws
 * nothing into it. When the other is gone it is looked for again, with ever longer pauses; what it was told is not told to its successor as well.
 */
export class HandOver {
  readonly address: Address;
  readonly #store: ReadStore;
  readonly #failures: Failures;
  #differences: Differences;
  #socket: Socket | undefined;
  #seq = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #hasHandedOver = false;
  #isOver = false;
  /** Asked before the other is looked for again: whether this process serves itself from now on, and nothing is to be handed over. */
  succeed: ((told: Differences) => Promise<boolean>) | undefined = undefined;
  #hasSaid = false;
  #timer: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;

  /** `failures` counts the connections that could not be had or were lost. */
  constructor(store: ReadStore, address: Address, failures: Failures) {
    this.address = address;
    this.#store = store;
    this.#failures = failures;
    this.#differences = new Differences(store);
    atExit.add(this);
    const everyMs = Math.max(10, address.handOverSeconds * 1_000);
    this.#timer = lastingTimers.setInterval(() => this.now(), everyMs).unref();
    this.#connect();
  }

  /** Hands over what has changed. Never throws. */
  now(): void {
    quietly(() => this.#send());
  }

  /** Hands over for the last time. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    atExit.delete(this);
    lastingTimers.clearInterval(this.#timer);
    lastingTimers.clearTimeout(this.#retry);
    const socket = this.#socket;
    const leave = () => {
      this.leave();
      quietly(() => socket?.end());
    };
    if (socket?.connecting) socket.once('connect', leave);
    else leave();
  }

  /** Ends without a word, as if nothing of this process had ever been meant to be handed over. */
  abandon(): void {
    this.#differences = new Differences({ instruments: () => [], collect: async () => {} });
    this.end();
  }

  /** The process ends now, and may be so young that it is not connected yet. */
  leaveAtExit(): void {
    if (this.#socket?.connecting) quietly(() => this.#leaveUnconnected(this.#socket!));
    else this.leave();
  }

  /** Nothing holds the process any more. */
  waitToLeave(): void {
    const socket = this.#socket;
    if (socket === undefined || !socket.connecting || this.#hasHandedOver) return;
    const wait = setTimeout(() => {}, LAST_WAIT_MS);
    const over = () => clearTimeout(wait);
    socket.once('connect', over).once('close', over);
  }

  /** Hands over as one that may end now. When it does not, nobody is the worse for it. */
  leave(): void {
    quietly(() => {
      const socket = this.#socket;
      if (socket === undefined || !socket.writable) return;
      this.#send();
      // Node writes what there is room for at once, so that this arrives though the process ends now.
      socket.write(frame(FRAME.bye));
    });
  }

  /** The system has made the connection of a local socket at once; it is Node that tells of it a turn later, which this process does not live to see. */
  #leaveUnconnected(socket: Socket): void {
    const { fd } = (socket as { _handle?: { readonly fd?: number } })._handle ?? {};
    if (this.#hasHandedOver || typeof fd !== 'number' || fd < 0) return;
    const frames = this.#differences.take().map((changes) => changesFrame(this.#seq++, changes));
    let left = Buffer.concat([this.#hello(), ...frames, frame(FRAME.bye)]);
    while (left.length > 0) left = left.subarray(writeSync(fd, left));
  }

  #hello(): Buffer {
    // Never known by its pid, which another process may have next.
    return jsonFrame(FRAME.hello, { version: VERSION, token: this.address.token, pid: process.pid });
  }

  #connect(): void {
    if (this.#hasHandedOver) this.#differences = this.#differences.again();
    this.#seq = 0;
    const socket = connect(this.address.path);
    const reader = new FrameReader();
    this.#socket = socket;
    socket.unref();
    socket.on('connect', () => {
      this.#pauseMs = FIRST_PAUSE_MS;
    });
    socket.on('data', (piece) => {
      try {
        for (const one of reader.read(piece)) this.#onFrame(one);
      } catch (error) {
        socket.destroy(asError(error));
      }
    });
    socket.on('error', (error) => this.#tell(error));
    socket.on('close', () => this.#onClose());
    socket.write(this.#hello());
  }

  #send(): void {
    const socket = this.#socket;
    // What waits for a connection that may never be is not told to anybody.
    if (socket === undefined || socket.connecting || !socket.writable) return;
    if (socket.writableLength > MOST_WAITING_BYTES) return;
    const changes = this.#differences.take();
    this.#hasHandedOver = true;
    for (const one of changes) socket.write(changesFrame(this.#seq++, one));
    // Says that this process lives, or the thread whose store it is.
    if (changes.length === 0 && this.#store.hasLived?.() !== false)
      socket.write(changesFrame(this.#seq++, { metrics: [], series: [], removed: [], numbers: [] }));
  }

  #onFrame(given: Frame): void {
    if (given.type !== FRAME.ask) return;
    const { n, limitMs } = jsonOf(given);
    const answer = () => {
      this.now();
      quietly(() => this.#socket?.write(jsonFrame(FRAME.answer, { n })));
    };
    // A thread that does not answer is not answered for.
    this.#store.collect(typeof limitMs === 'number' ? limitMs : undefined).then(answer, () => this.now());
  }

  #onClose(): void {
    this.#socket = undefined;
    if (this.#isOver) return;
    this.#failures.add(1);
    this.#tell();
    this.#retry = lastingTimers.setTimeout(() => void this.#again(), this.#pauseMs).unref();
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  async #again(): Promise<void> {
    const told = this.#hasHandedOver ? this.#differences.again() : this.#differences;
    const hasSucceeded = await this.succeed?.(told).catch(() => false);
    if (this.#isOver) return;
    if (hasSucceeded === true) this.end();
    else this.#connect();
  }

  #tell(error?: Error): void {
    if (this.#isOver || this.#hasSaid) return;
    this.#hasSaid = true;
    say(
      'warn',
      'The process that serves the metrics of this one can not be reached; what is measured meanwhile is handed over when it is there again. Further times are only counted.',
      ...(error === undefined ? [] : [error]),
    );
  }
}
