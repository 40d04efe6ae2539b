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
 * strict reader may refuse: metadata twice or after its series, series twice, outside their family or out of order, labels twice, bad escapes.
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
    const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
    if (series.has(key)) throw fail('a series twice');
    series.add(key);
    family.samples.push(sample);
  }
  for (const family of families) checkFamily(family);
  return families;
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

function checkFamily({ name, type, unit, samples }: ParsedFamily): void {
  if (type === '' || samples.length === 0) throw new Error(`${name} has no type or no series`);
  if (unit !== undefined && !name.endsWith(`_${unit}`))
    throw new Error(`${name} doesn't end in its unit ${unit}`);
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0)))
    throw new Error(`${name} is negative or not a number`);
  if (type !== 'histogram') return;
  const counts = new Map<string, number>();
  let last = { key: '', bound: Number.NaN, value: 0 };
  for (const {
    name: sample,
    labels: { le, ...labels },
    value,
  } of samples) {
    const key = JSON.stringify(labels);
    if (sample === `${name}_bucket`) {
      const bound = Number(le?.replace('Inf', 'Infinity'));
      if (key === last.key ? !(bound > last.bound && value >= last.value) : counts.has(key))
        throw new Error(`${name}${key} le=${le} is out of order`);
      last = { key, bound, value };
      counts.set(key, bound === Number.POSITIVE_INFINITY ? value : Number.NaN);
    } else if (sample === `${name}_count` && counts.get(key) !== value)
      throw new Error(`${name}${key} counts ${value}, +Inf ${counts.get(key)}`);
  }
}
