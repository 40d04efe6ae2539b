/** What one series was from one scrape on: its value as the exposition wrote it, a staleness marker, or nothing. */
interface Run {
  readonly value: string;
  readonly from: number;
}

const MISSING = '_';
const STALE = 'stale';

/** A line of `input_series` in a promtool test file. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** The name of its metric. */
export const seriesName = ({ series }: Pick<InputSeries, 'series'>): string =>
  series.slice(0, series.indexOf('{'));

/**
 * What Prometheus stores of one target: one sample for each series of each scrape, and a staleness marker at the first scrape without it.
 * Scrapes are counted from 0; those before the first one that is told of are empty.
 */
export class SeriesHistory {
  readonly #runs = new Map<string, Run[]>();
  #present = new Map<string, string>();
  #lastText: string | undefined;
  #lastLines: readonly string[] = [];
  #scrapes = 0;

  /** The scrape of number `index` found this text, an exposition without what its target labels add. */
  scraped(index: number, text: string): void {
    this.#scrapes = index + 1;
    if (text === this.#lastText) return;
    this.#lastText = text;
    const lines = text.split('\n');
    const changed = changedValues(this.#lastLines, lines);
    this.#lastLines = lines;
    if (changed === undefined) this.#replace(index, samplesOf(lines));
    else for (const line of changed) this.#take(index, ...sampleOf(line));
  }

  /** At the time of that scrape this text was pushed: a sample of each series, and no word of it when pushes end. */
  pushed(index: number, text: string): void {
    this.passed(index);
    for (const [series, value] of samplesOf(text.split('\n'))) {
      const runs = this.#runs.get(series) ?? [{ value: MISSING, from: 0 }];
      this.#runs.set(series, runs);
      runs.push({ value, from: index }, { value: MISSING, from: index + 1 });
    }
  }

  /** Nothing came at the time of that scrape, where nothing is scraped. */
  passed(index: number): void {
    this.#scrapes = index + 1;
  }

  /** The scrape of number `index` found nobody. */
  missed(index: number): void {
    this.scraped(index, '');
  }

  /** The whole history, each series under the labels of its target. */
  inputSeries(target: { readonly [label: string]: string }): InputSeries[] {
    return [...this.#runs].map(([series, runs]) => ({
      series: withLabels(series, target),
      values: valuesText(runs, this.#scrapes),
    }));
  }

  #replace(index: number, samples: Map<string, string>): void {
    for (const [series, value] of samples)
      if (this.#present.get(series) !== value) this.#take(index, series, value);
    for (const series of this.#present.keys()) {
      if (samples.has(series)) continue;
      this.#runs.get(series)!.push({ value: STALE, from: index }, { value: MISSING, from: index + 1 });
    }
    this.#present = samples;
  }

  #take(index: number, series: string, value: string): void {
    const runs = this.#runs.get(series) ?? [{ value: MISSING, from: 0 }];
    this.#runs.set(series, runs);
    runs.push({ value, from: index });
    this.#present.set(series, value);
  }
}

/**
 * The lines that differ from those before, where all are of the same series in the same order; undefined where they are not. Most scrapes are so, and a
 * story has thousands.
 */
function changedValues(before: readonly string[], now: readonly string[]): string[] | undefined {
  if (before.length !== now.length) return undefined;
  const changed: string[] = [];
  for (let i = 0; i < now.length; i++) {
    const [old, line] = [before[i]!, now[i]!];
    if (old === line) continue;
    const end = line.lastIndexOf(' ') + 1;
    if (line.startsWith('#') || old.lastIndexOf(' ') + 1 !== end || !old.startsWith(line.slice(0, end)))
      return undefined;
    changed.push(line);
  }
  return changed;
}

function sampleOf(line: string): [series: string, value: string] {
  const end = line.lastIndexOf(' ');
  return [line.slice(0, end), line.slice(end + 1)];
}

/** Series to value, both as written. The exposition's own validity is held elsewhere (`parseExposition`). */
const samplesOf = (lines: readonly string[]): Map<string, string> =>
  new Map(lines.filter((line) => line !== '' && !line.startsWith('#')).map(sampleOf));

function withLabels(series: string, target: { readonly [label: string]: string }): string {
  const added = Object.entries(target).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const open = series.indexOf('{');
  if (open < 0) return `${series}{${added.join(',')}}`;
  return `${series.slice(0, open + 1)}${added.join(',')},${series.slice(open + 1)}`;
}

/** promtool's notation: `5x3` is the sample 5 and three more; `_x3` is three gaps; `stale` is one marker. */
function valuesText(runs: readonly Run[], end: number): string {
  const parts: string[] = [];
  runs.forEach(({ value, from }, i) => {
    const count = (runs[i + 1]?.from ?? end) - from;
    if (count <= 0) return;
    if (value === STALE) parts.push(STALE);
    else if (value === MISSING) parts.push(`_x${count}`);
    else parts.push(`${value}x${count - 1}`);
  });
  return parts.join(' ');
}
