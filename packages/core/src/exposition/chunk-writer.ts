/** A chunk is small enough to encode in well under a millisecond and large enough that a scrape needs few of them. */
const CHUNK_BYTES = 64 * 1024;
/** The first one is smaller, and each is twice as large as the one before: the next scrape copies from them, so the service of a few series keeps no more than it needs. */
const FIRST_CHUNK_BYTES = 8 * 1024;

/**
 * Builds an exposition as chunks of UTF-8, from new text and from bytes that earlier chunks hold.
 * A finished chunk is never written again, so it can be sent, and copied from by later expositions, at the same time.
 * Neighbours are encoded or copied with one call.
 */
export class ChunkWriter {
  readonly #chunks: Uint8Array[] = [];
  #chunk = Buffer.allocUnsafeSlow(FIRST_CHUNK_BYTES);
  #written = 0;
  #text = '';
  #textBytes = 0;
  #source: Uint8Array | undefined;
  #sourceStart = 0;
  #sourceEnd = 0;

  /** The chunk that {@link text} and {@link copy} last wrote to. */
  get chunk(): Uint8Array {
    return this.#chunk;
  }

  /** Appends text of `bytes` bytes, all in one chunk, and returns the offset at which it begins in {@link chunk}. */
  text(text: string, bytes: number): number {
    if (this.#source !== undefined) this.#flush();
    let start = this.#written + this.#textBytes;
    if (start + bytes > this.#chunk.length) {
      this.#nextChunk(bytes);
      start = 0;
    }
    this.#text += text;
    this.#textBytes += bytes;
    return start;
  }

  /** Appends text whose length in bytes is not known. */
  append(text: string): void {
    this.text(text, Buffer.byteLength(text));
  }

  /** Appends bytes of an earlier chunk as {@link text} does. */
  copy(source: Uint8Array, from: number, bytes: number): number {
    if (this.#textBytes > 0) this.#flush();
    let start = this.#written + this.#sourceEnd - this.#sourceStart;
    if (start + bytes > this.#chunk.length) {
      this.#nextChunk(bytes);
      start = 0;
    }
    if (this.#source === source && this.#sourceEnd === from) {
      this.#sourceEnd += bytes;
      return start;
    }
    this.#flush();
    this.#source = source;
    this.#sourceStart = from;
    this.#sourceEnd = from + bytes;
    return start;
  }

  /** Everything that was appended, in order. The writer is not used afterwards. */
  finish(): readonly Uint8Array[] {
    this.#endChunk();
    return this.#chunks;
  }

  #flush(): void {
    if (this.#source !== undefined) {
      this.#chunk.set(this.#source.subarray(this.#sourceStart, this.#sourceEnd), this.#written);
      this.#written += this.#sourceEnd - this.#sourceStart;
      this.#source = undefined;
      this.#sourceStart = 0;
      this.#sourceEnd = 0;
    } else if (this.#textBytes > 0) {
      this.#chunk.write(this.#text, this.#written);
      this.#written += this.#textBytes;
      this.#text = '';
      this.#textBytes = 0;
    }
  }

  #endChunk(): void {
    this.#flush();
    if (this.#written > 0) this.#chunks.push(this.#chunk.subarray(0, this.#written));
  }

  #nextChunk(atLeast: number): void {
    this.#endChunk();
    const twice = Math.min(CHUNK_BYTES, 2 * this.#chunk.length);
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(twice, atLeast));
    this.#written = 0;
  }
}
