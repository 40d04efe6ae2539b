import { getHeapStatistics } from 'node:v8';

/** V8 takes `_` for `-`, and a value behind `=` or as the next word. */
const FLAG = /(?:^|\s)--max[-_]old[-_]space[-_]size(?:=|\s+)(\d+)(?=\s|$)/g;
const MEBIBYTE = 2 ** 20;

/**
 * How much the old objects of the heap may take before the process is ended. V8 itself says how much all of it may, the young objects too, for which it sets up to 192 MB aside: of a process
 * with `--max-old-space-size=160` that is 352 MB, and it ends when less than half of that is in use. So where the flag is given, it is what holds.
 */
export function heapLimitBytes(options: string | undefined, args: readonly string[]): number {
  const { heap_size_limit: all } = getHeapStatistics();
  // The command line comes last, and the last one wins.
  const given = [options ?? '', ...args].join(' ');
  const said = Number([...given.matchAll(FLAG)].at(-1)?.[1] ?? 0) * MEBIBYTE;
  // What V8 was told in another way, or did not take, is not known here.
  return said > 0 && said < all ? said : all;
}
