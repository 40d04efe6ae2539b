/** Labels, and the number that promtool printed after them when it printed one. */
export interface PrintedSample {
  readonly labels: { readonly [name: string]: string };
  readonly value: number;
}

const PAIR = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/y;

/** What promtool prints for the result of an expression: `{a="b"} 1E+00, {a="c"} 2E+00`, or `nil`. */
export function parseSamples(text: string): PrintedSample[] {
  const samples: PrintedSample[] = [];
  let at = 0;
  while (text[at] === '{') {
    const { labels, end } = labelsAt(text, at);
    const value = /^ (\S+?)(?:, |$)/.exec(text.slice(end));
    if (value === null) throw new Error(`not a sample: ${text.slice(at, end + 40)}`);
    samples.push({ labels, value: Number(value[1]) });
    at = end + value[0].length;
  }
  return samples;
}

/** The labels that begin at `text[start]`, and where they end. */
export function labelsAt(
  text: string,
  start: number,
): { readonly labels: { [name: string]: string }; readonly end: number } {
  const labels: { [name: string]: string } = {};
  let at = start + 1;
  while (text[at] !== '}') {
    PAIR.lastIndex = at;
    const pair = PAIR.exec(text);
    if (pair === null) throw new Error(`not labels: ${text.slice(start, start + 200)}`);
    labels[pair[1]!] = JSON.parse(`"${pair[2]}"`) as string;
    at = PAIR.lastIndex;
    if (text[at] === ',') at += text[at + 1] === ' ' ? 2 : 1;
  }
  return { labels, end: at + 1 };
}
