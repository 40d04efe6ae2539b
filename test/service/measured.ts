import { readExposition } from '@sightglass/core/testing';

/** The series of a histogram in the text of this process, as `label=value …` without `le`, and their counts. */
export async function countsOf(histogram: string): Promise<Record<string, number>> {
  return countsIn(await readExposition(), histogram);
}

/** The same in any text; the labels of the scope are left out, and so are series that nothing was recorded in. */
export function countsIn(text: string, histogram: string): Record<string, number> {
  const counts = Object.entries(valuesIn(text, `${histogram}_count`));
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** The series of one name in a text: `label=value …` and the value, sorted by label. */
export function valuesIn(text: string, name: string): Record<string, number> {
  const values: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const [, found, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (found !== name) continue;
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
      .map(([, label, text]) => [label!, text!] as const)
      .filter(([label]) => !label.startsWith('otel_scope_'))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const key = pairs.map(([label, text]) => `${label}=${text}`).join(' ');
    values[key] = (values[key] ?? 0) + Number(value);
  }
  return values;
}
