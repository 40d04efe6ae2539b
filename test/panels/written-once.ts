import { parser } from '@prometheus-io/lezer-promql';

/*
 * What is written once in the source and stands several times in a query: a mutant changes it in all places, as whoever edits the source would.
 */

/** What `grownIn` of the rules' engine writes: a total, its matchers, and the window. How it is written is hunted with the rules. */
const GROWN =
  /clamp_min\(([\w:]+)(\{[^}]*\})? - \(\s*last_over_time\(\1\2\[15m\] offset (\w+)\)\s+or\s+last_over_time\(\1_hourly\2\[(\w+)\] offset \w+\)\s+or\s+0 \* \1\2\s*\), 0\)/g;

/** Stands for it: a function that none is mistaken for, with a name that keeps how long an hourly copy is looked for. */
const SHORT = /absent_over_time\(([\w:]+)__kept_(\w+?)((?:\{[^}]*\})?)\[(\w+)\]\)/g;

export const abbreviated = (expr: string): string =>
  expr.replaceAll(
    GROWN,
    (_, total: string, matchers: string | undefined, window: string, kept: string) =>
      `absent_over_time(${total}__kept_${kept}${matchers ?? ''}[${window}])`,
  );

export const inFull = (expr: string): string =>
  expr.replaceAll(
    SHORT,
    (_, total: string, kept: string, matchers: string, window: string) =>
      `clamp_min(${total}${matchers} - (
last_over_time(${total}${matchers}[15m] offset ${window})
or
last_over_time(${total}_hourly${matchers}[${kept}] offset ${window})
or
0 * ${total}${matchers}
), 0)`,
  );

/** Shorter texts, such as a list of labels, stand in many places without being one thing. */
const SHORTEST_BLOCK = 20;

/** An expression with one change, made wherever the part that it is in stands: of the parts, the one that stands most often. */
export function everywhere(expr: string, changed: string): string {
  let from = 0;
  while (from < expr.length && expr[from] === changed[from]) from++;
  let to = expr.length;
  while (to > from && expr[to - 1] === changed[to - 1 + changed.length - expr.length]) to--;
  const inserted = changed.slice(from, to + changed.length - expr.length);
  let best: { readonly text: string; readonly start: number; readonly count: number } | undefined;
  for (let node = parser.parse(expr).resolve(from, 1); ; node = node.parent!) {
    if (node.from <= from && node.to >= to) {
      const text = expr.slice(node.from, node.to);
      const count = expr.split(text).length - 1;
      if (text.length >= SHORTEST_BLOCK && count > (best?.count ?? 1))
        best = { text, start: node.from, count };
    }
    if (node.parent === null) break;
  }
  if (best === undefined) return changed;
  const { text, start } = best;
  const other = text.slice(0, from - start) + inserted + text.slice(to - start);
  return expr.split(text).join(other);
}
