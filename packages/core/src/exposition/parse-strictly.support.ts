/** One line with a value. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric with its metadata. `name` is as the metadata says it. */
export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string | undefined;
  readonly unit: string | undefined;
  readonly samples: ParsedSample[];
}

/**
 * For tests: reads an exposition as the formats' texts define it, sharing nothing with the writer, and throws at the first thing that a
 * strict reader may refuse: metadata twice or after its series, names that two families could use, series twice, outside their family, out of order or
 * mixed, labels twice, bad escapes, counts that fall or are no numbers, histograms that are not whole, bounds in another spelling than OpenMetrics wants.
 */
export function parseStrictly(text: string, openMetrics: boolean): ParsedFamily[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('the last line has no line feed');
  if (openMetrics && lines.pop() !== '# EOF') throw new Error('the last line is not # EOF');
  const families: { -readonly [K in keyof ParsedFamily]: ParsedFamily[K] }[] = [];
  const series = new Set<string>();
  for (const line of lines) {
    const fail = (problem: string) => new Error(`${problem}: ${line}`);
    const metadata = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/s.exec(line);
    if (metadata !== null) {
      const [, key, name = '', rest = ''] = metadata;
      let family = families.at(-1);
      if (family?.name !== name) {
        if (families.some((known) => known.name === name)) throw fail('a family in two places');
        family = { name, type: '', help: undefined, unit: undefined, samples: [] };
        families.push(family);
      }
      if (family.samples.length > 0) throw fail('metadata after series');
      const field = key === 'HELP' ? 'help' : key === 'TYPE' ? 'type' : 'unit';
      if (family[field]) throw fail('metadata twice');
      family[field] =
        field === 'help'
          ? unescaped(rest, openMetrics ? /\\(n|\\|")/g : /\\(n|\\)/g, openMetrics ? /[\\"]/ : /\\/)
          : rest;
      continue;
    }
    if (line.startsWith('#') || line === '') throw fail('neither metadata nor series');
    const sample = parseSample(line);
    const family = families.at(-1);
    if (family === undefined || !belongs(sample.name, family, openMetrics))
      throw fail('a series outside its family');
    // To Prometheus an empty label is none.
    const labels = Object.entries(sample.labels).filter(([, value]) => value !== '');
    const key = JSON.stringify([sample.name, labels.sort()]);
    if (series.has(key)) throw fail('a series twice');
    series.add(key);
    family.samples.push(sample);
  }
  const used = new Set<string>();
  for (const family of families) {
    checkFamily(family, openMetrics);
    for (const name of namesOf(family, openMetrics)) {
      if (used.has(name)) throw new Error(`${name} is of two families, ${family.name} is the second`);
      used.add(name);
    }
  }
  return families;
}

const TEXT_SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  untyped: [''],
  histogram: ['', '_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};
const OPENMETRICS_SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['', '_total', '_created'],
  gauge: [''],
  unknown: [''],
  stateset: [''],
  info: ['', '_info'],
  histogram: ['', '_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['', '_bucket', '_gsum', '_gcount'],
  summary: ['', '_sum', '_count', '_created'],
};

/** Every name that a reader may expect of a family, whether it has such a series or not. */
function namesOf({ name, type }: ParsedFamily, openMetrics: boolean): string[] {
  const suffixes = (openMetrics ? OPENMETRICS_SUFFIXES : TEXT_SUFFIXES)[type];
  if (suffixes === undefined) throw new Error(`${name} has the type ${type}`);
  return suffixes.map((suffix) => name + suffix);
}

function parseSample(line: string): ParsedSample {
  const head = /^([a-zA-Z_:][a-zA-Z0-9_:]*)/.exec(line);
  if (head === null) throw new Error(`no name: ${line}`);
  let at = head[0].length;
  const labels: Record<string, string> = {};
  if (line[at] === '{') {
    do {
      at++;
      const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/.exec(line.slice(at));
      if (label === null) throw new Error(`bad label at ${at}: ${line}`);
      const [whole, name = '', escaped = ''] = label;
      if (Object.hasOwn(labels, name)) throw new Error(`label twice: ${line}`);
      Object.defineProperty(labels, name, {
        value: unescaped(escaped, /\\(n|\\|")/g, /[\\"]/),
        enumerable: true,
      });
      at += whole.length;
    } while (line[at] === ',');
    if (line[at++] !== '}') throw new Error(`labels don't end: ${line}`);
  }
  const value = /^ (NaN|[+-]Inf|[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)$/.exec(line.slice(at))?.[1];
  if (value === undefined) throw new Error(`bad value: ${line}`);
  return { name: head[0], labels, value: Number(value.replace('Inf', 'Infinity')) };
}

function unescaped(text: string, escapes: RegExp, forbidden: RegExp): string {
  if (forbidden.test(text.replaceAll(escapes, ''))) throw new Error(`bad escape: ${text}`);
  return text.replaceAll(escapes, (_, character: string) => (character === 'n' ? '\n' : character));
}

function belongs(sample: string, { name, type }: ParsedFamily, openMetrics: boolean): boolean {
  if (type === 'histogram') return [`${name}_bucket`, `${name}_sum`, `${name}_count`].includes(sample);
  if (openMetrics && type === 'counter') return sample === `${name}_total`;
  if (openMetrics && type === 'info') return sample === `${name}_info`;
  return sample === name;
}

function checkFamily({ name, type, unit, samples }: ParsedFamily, openMetrics: boolean): void {
  if (type === '' || samples.length === 0) throw new Error(`${name} has no type or no series`);
  if (unit !== undefined && !name.endsWith(`_${unit}`))
    throw new Error(`${name} doesn't end in its unit ${unit}`);
  if (unit !== undefined && (type === 'info' || type === 'stateset')) throw new Error(`${name} has a unit`);
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0)))
    throw new Error(`${name} is negative or not a number`);
  if (openMetrics && type === 'info' && samples.some(({ value }) => value !== 1))
    throw new Error(`${name} is not 1`);
  if (type === 'histogram')
    for (const series of histograms(name, samples)) checkHistogram(name, series, openMetrics);
}

/** The samples of each series, which have to stand together. */
function histograms(name: string, samples: readonly ParsedSample[]): ParsedSample[][] {
  const found = new Map<string, ParsedSample[]>();
  let last = '';
  for (const sample of samples) {
    const { le, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    if (key !== last && found.has(key)) throw new Error(`${name}${key} is in two places`);
    last = key;
    found.set(key, [...(found.get(key) ?? []), sample]);
  }
  return [...found.values()];
}

function checkHistogram(name: string, samples: readonly ParsedSample[], openMetrics: boolean): void {
  const fail = (problem: string) => new Error(`${name}${JSON.stringify(samples[0]?.labels)} ${problem}`);
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
  const only = (suffix: string) => samples.find((sample) => sample.name === name + suffix)?.value;
  const [sum, count] = [only('_sum'), only('_count')];
  let last = { bound: Number.NEGATIVE_INFINITY, value: 0 };
  for (const [i, { labels, value }] of buckets.entries()) {
    const le = labels.le ?? '';
    const bound = Number(le.replace('Inf', 'Infinity'));
    if (!(i === 0 ? bound >= last.bound : bound > last.bound)) throw fail(`le=${le} is out of order`);
    if (!(value >= last.value)) throw fail(`counts less within le=${le} than before`);
    // As Go prints a number, with a point or an exponent.
    if (openMetrics && !/^(-?(\d{1,6}\.\d+|\d(\.\d+)?e[+-]\d{2,3})|\+Inf)$/.test(le)) throw fail(`le=${le}`);
    last = { bound, value };
  }
  if (last.bound !== Number.POSITIVE_INFINITY) throw fail('has no bucket for +Inf');
  if (count !== undefined && count !== last.value) throw fail(`counts ${count}, +Inf ${last.value}`);
  if (!openMetrics && (sum === undefined || count === undefined)) throw fail('has no sum or no count');
  if (!openMetrics) return;
  if ((sum === undefined) !== (count === undefined)) throw fail('has one of sum and count');
  if (sum !== undefined && !(sum >= 0)) throw fail(`has the sum ${sum}`);
  if (sum !== undefined && buckets.some(({ labels }) => labels.le!.startsWith('-')))
    throw fail('has a sum beside bounds below zero');
}
