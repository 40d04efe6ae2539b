/**
 * What goes over a connection between two processes: frames of a length, a type and a body. What comes in was written by another process and may be anything, so a frame is bounded, and
 * whoever reads one checks it.
 */
export const FRAME = { hello: 1, changes: 2, ask: 3, answer: 4, bye: 5 } as const;

/** No frame is longer; what has more to say says it in several. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024;
/** Nor is the one by which a process says who it is. */
export const MAX_HELLO_BYTES = 4 * 1024;

const HEAD_BYTES = 5;

export interface Frame {
  readonly type: number;
  readonly body: Buffer;
}

/** A frame as bytes; its body in parts. */
export function frame(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(parts.reduce((sum, part) => sum + part.length, 0));
  head[4] = type;
  return Buffer.concat([head, ...parts]);
}

export function jsonFrame(type: number, body: object): Buffer {
  return frame(type, Buffer.from(JSON.stringify(body)));
}

/** The object that a frame holds. Throws for anything else. */
export function jsonOf({ body }: Frame): { readonly [name: string]: unknown } {
  const read: unknown = JSON.parse(body.toString());
  if (typeof read !== 'object' || read === null) throw new Error('a frame holds no object');
  return read as { readonly [name: string]: unknown };
}

/** Puts frames together again from the pieces in which a stream hands them out. */
export class FrameReader {
  /** What is not known yet is not let in with as much. */
  mostBytes = MAX_FRAME_BYTES;
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** The frames that are whole with this piece, in order. Throws when one is longer than any may be. */
  *read(piece: Buffer): Generator<Frame> {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    for (;;) {
      if (this.#bytes < HEAD_BYTES) return;
      const head = this.#pieces[0]!.length >= HEAD_BYTES ? this.#pieces[0]! : this.#join();
      const length = head.readUInt32LE();
      if (length > this.mostBytes) throw new Error(`a frame of ${length} bytes is too long`);
      const end = HEAD_BYTES + length;
      if (this.#bytes < end) return;
      const all = this.#join();
      this.#pieces = all.length === end ? [] : [all.subarray(end)];
      this.#bytes -= end;
      yield { type: all[4]!, body: all.subarray(HEAD_BYTES, end) };
    }
  }

  #join(): Buffer {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0]!;
  }
}
