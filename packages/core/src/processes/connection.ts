import { createHash, timingSafeEqual } from 'node:crypto';
import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { asError, lastingTimers, quietly } from '../base/index.ts';
import {
  changesOf,
  FRAME,
  type Frame,
  FrameReader,
  jsonFrame,
  jsonOf,
  MAX_FRAME_BYTES,
  MAX_HELLO_BYTES,
} from '../handover/index.ts';
import type { Clock } from '../store/index.ts';
import type { Incarnation } from './incarnation.ts';

/** What a connection tells of. */
export interface ConnectionEvents {
  /** Somebody who knows the token has come; what is returned takes what is said. */
  begun(): Incarnation;
  /** It has ended; `left` after a last hand-over. */
  ended(incarnation: Incarnation, left: boolean): void;
  /** What was said could not be understood, or not be listened to; the connection is closed. */
  refused(error: Error): void;
}

/** A process says who it is with the first that it sends. */
const HELLO_WITHIN_MS = 10_000;

/** A process that hands over, as long as it is connected. What it says was written by another process, and is checked. */
export class Connection {
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  readonly #token: string;
  readonly #waiting = new Map<number, () => void>();
  #incarnation: Incarnation | undefined;
  #hasLeft = false;
  #pid: number | undefined;
  /** When something of it last came, by the monotonic clock. */
  heardMs: number;

  constructor(socket: Socket, token: string, clock: Clock, events: ConnectionEvents) {
    this.heardMs = clock.monotonicMs();
    this.#socket = socket;
    this.#token = token;
    this.#events = events;
    const reader = new FrameReader();
    reader.mostBytes = MAX_HELLO_BYTES;
    // Any user of the machine may connect; who does not say who it is takes no place for long.
    const late = lastingTimers
      .setTimeout(() => {
        if (!this.hasBegun) socket.destroy();
      }, HELLO_WITHIN_MS)
      .unref();
    socket.unref();
    socket.on('error', () => {});
    socket.on('data', (piece) => {
      this.heardMs = clock.monotonicMs();
      try {
        for (const frame of reader.read(piece)) {
          this.#onFrame(frame);
          reader.mostBytes = MAX_FRAME_BYTES;
        }
      } catch (error) {
        socket.destroy();
        events.refused(asError(error));
      }
    });
    socket.on('close', () => {
      lastingTimers.clearTimeout(late);
      this.#onClose();
    });
  }

  /** Whether it has said who it is. */
  get hasBegun(): boolean {
    return this.#incarnation !== undefined;
  }

  /** For telling whether a worker of the cluster has come; not an identity. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** Asks for what has changed. Resolves when it has come, or the connection has ended. */
  ask(n: number, limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(n, resolve);
      this.#write(jsonFrame(FRAME.ask, { n, limitMs }));
    });
  }

  /**
   * Who has just ended takes nothing any more. Node would close the socket for that, and with it what the other has said and nobody has read yet, its last
   * words among it; so the system is asked itself, where it can be.
   */
  #write(bytes: Buffer): void {
    const { fd } = (this.#socket as { _handle?: { readonly fd?: number } })._handle ?? {};
    if (typeof fd === 'number' && fd >= 0) quietly(() => writeSync(fd, bytes));
    else this.#socket.write(bytes);
  }

  /** Nobody waits for that answer any more. */
  forget(n: number): void {
    this.#waiting.delete(n);
  }

  close(): void {
    this.#socket.destroy();
  }

  #onFrame(frame: Frame): void {
    if (frame.type === FRAME.hello) {
      this.#onHello(frame);
      return;
    }
    if (this.#incarnation === undefined) throw new Error('it did not say who it is');
    if (frame.type === FRAME.changes) {
      this.#hasLeft = false;
      const { seq, changes } = changesOf(frame);
      this.#incarnation.apply(changes, seq);
    } else if (frame.type === FRAME.answer) {
      const n = Number(jsonOf(frame).n);
      this.#waiting.get(n)?.();
      this.#waiting.delete(n);
    } else if (frame.type === FRAME.bye) this.#hasLeft = true;
    else throw new Error(`there is no frame of type ${frame.type}`);
  }

  #onHello(frame: Frame): void {
    const { token, pid } = jsonOf(frame);
    if (this.#incarnation !== undefined || !isSame(String(token), this.#token))
      throw new Error('it does not know the token');
    if (typeof pid === 'number') this.#pid = pid;
    this.#incarnation = this.#events.begun();
  }

  #onClose(): void {
    for (const resolve of this.#waiting.values()) resolve();
    this.#waiting.clear();
    const incarnation = this.#incarnation;
    this.#incarnation = undefined;
    if (incarnation !== undefined) this.#events.ended(incarnation, this.#hasLeft);
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a!, b!);
}
