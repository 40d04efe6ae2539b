import { unheld } from './lasting-timers.ts';

/** The longest time that a timer of Node can wait: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** In how many parts a limit is counted. */
const PARTS = 10;

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Something that is under way, and that is waited for again and again: who gives up leaves nothing behind, though it may never end. */
export class UnderWay<T> {
  readonly #waiters = new Set<Waiter<T>>();
  /** What waits for it once it has ended. */
  readonly #ended: Promise<T>;
  isOver = false;

  constructor(work: Promise<T>) {
    this.#ended = work;
    work.then(
      (value) => {
        this.isOver = true;
        for (const { resolve } of this.#waiters) resolve(value);
      },
      (error) => {
        this.isOver = true;
        for (const { reject } of this.#waiters) reject(error);
      },
    );
  }

  /**
   * Waits for it at most `limitMs`, and rejects with a `TimeoutError` then. The time counts in tenths, and one during which the process was held by
   * somebody's computing counts once, however long that was: what waits for an answer is not late because nobody could listen.
   */
  within(limitMs: number): Promise<T> {
    if (this.isOver) return this.#ended;
    return new Promise<T>((resolve, reject) => {
      let left = PARTS;
      const part = Math.min(Math.max(1, Math.round(limitMs / PARTS)), LONGEST_MS);
      const end = () => {
        clearInterval(timer);
        this.#waiters.delete(waiter);
      };
      const look = () => {
        if (--left > 0) return;
        end();
        reject(new DOMException(`no answer within ${limitMs / 1000} s`, 'TimeoutError'));
      };
      const timer = unheld(setInterval(look, part));
      const waiter: Waiter<T> = {
        resolve: (value) => {
          end();
          resolve(value);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      this.#waiters.add(waiter);
    });
  }
}
