import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parse } from 'yaml';

/*
 * statsd_exporter by its documentation, as far as a mapping of regular expressions needs it, and stricter: whatever it does not know in a mapping or a line is an error. The program itself is not to be had here.
 *
 * Held: one mapping wins, the first that matches the name and the kind; `drop`; `$1` in labels; labels of a mapping go before tags of that name; InfluxDB's tags in the name and DogStatsD's after the
 * kind; sample rates; several lines in a packet; timers in milliseconds become seconds; one name is of one kind; a histogram has the buckets of the mapping that made it.
 */

interface Mapping {
  readonly match: string;
  readonly match_type: string;
  readonly match_metric_type?: string;
  readonly name: string;
  readonly help?: string;
  readonly action?: string;
  readonly labels?: { readonly [label: string]: string };
  readonly observer_type?: string;
  readonly histogram_options?: { readonly buckets: readonly number[] };
}

const FIELDS = new Set(
  'match match_type match_metric_type name help action labels observer_type histogram_options'.split(' '),
);
const KINDS: { readonly [type: string]: 'counter' | 'gauge' | 'observer' } = {
  c: 'counter',
  g: 'gauge',
  ms: 'observer',
};

type Labels = { readonly [label: string]: string };

interface Series {
  readonly labels: Labels;
  value: number;
  readonly buckets?: number[];
  sum: number;
}

interface Family {
  readonly kind: string;
  readonly help: string;
  readonly bounds?: readonly number[];
  readonly series: Map<string, Series>;
}

export interface StatsdExporter {
  readonly port: number;
  /** Lines that were refused, with why. */
  readonly refused: readonly string[];
  /** Lines that were received. */
  readonly received: () => number;
  exposition(): string;
  /** It begins anew, and has forgotten all. */
  restart(): void;
  stop(): Promise<void>;
}

/** Listens on a free port of UDP. Throws when the mapping is none. */
export async function startStatsdExporter(yaml: string): Promise<StatsdExporter> {
  const mappings = mappingsIn(yaml);
  const families = new Map<string, Family>();
  const refused: string[] = [];
  let received = 0;
  let isStopped = false;
  const socket = createSocket('udp4');
  socket.on('message', (packet) => {
    for (const line of packet
      .toString('utf8')
      .split('\n')
      .filter((each) => each !== '')) {
      received++;
      try {
        take(line, mappings, families);
      } catch (error) {
        refused.push(`${line}: ${(error as Error).message}`);
      }
    }
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: (socket.address() as AddressInfo).port,
    refused,
    received: () => received,
    exposition: () => expositionOf(families),
    restart: () => families.clear(),
    stop: async () => {
      if (isStopped) return;
      isStopped = true;
      socket.close();
      await once(socket, 'close');
    },
  };
}

function mappingsIn(yaml: string): readonly (Mapping & { readonly pattern: RegExp })[] {
  const { mappings, ...others } = parse(yaml) as { readonly mappings: readonly Mapping[] };
  if (Object.keys(others).length > 0) throw new Error(`unknown: ${Object.keys(others).join()}`);
  const patterns = new Set<string>();
  return mappings.map((mapping) => {
    const strange = Object.keys(mapping).filter((field) => !FIELDS.has(field));
    if (strange.length > 0) throw new Error(`${mapping.match}: unknown ${strange.join()}`);
    if (mapping.match_type !== 'regex') throw new Error(`${mapping.match}: only regex is known here`);
    if (!/^[a-zA-Z_:][\w:]*$/.test(mapping.name))
      throw new Error(`${mapping.match}: a name such as ${mapping.name}`);
    for (const label of Object.keys(mapping.labels ?? {}))
      if (!/^[a-zA-Z_]\w*$/.test(label)) throw new Error(`${mapping.match}: a label such as ${label}`);
    if (patterns.has(mapping.match)) throw new Error(`${mapping.match} is there twice`);
    patterns.add(mapping.match);
    return { ...mapping, pattern: new RegExp(mapping.match) };
  });
}

function take(
  line: string,
  mappings: readonly (Mapping & { readonly pattern: RegExp })[],
  families: Map<string, Family>,
): void {
  const parsed = /^([^:|]+):(-?[\d.]+(?:e[+-]?\d+)?)\|(c|g|ms)(?:\|@([\d.]+))?(?:\|#(.+))?$/.exec(line);
  if (parsed === null) throw new Error('is no line of StatsD');
  const [, named = '', text = '', type = '', rate = '1', dog = ''] = parsed;
  const [name = '', ...influx] = named.split(',');
  const tags: { [tag: string]: string } = {};
  for (const tag of influx) {
    const [key = '', value = ''] = tag.split('=');
    tags[key] = value;
  }
  for (const tag of dog.split(',').filter((each) => each !== '')) {
    const at = tag.indexOf(':');
    tags[tag.slice(0, at)] = tag.slice(at + 1);
  }
  const kind = KINDS[type]!;
  const found = mappings.find(
    ({ pattern, match_metric_type = kind }) => match_metric_type === kind && pattern.test(name),
  );
  if (found?.action === 'drop') return;
  const groups = found?.pattern.exec(name) ?? [];
  const labels = {
    ...tags,
    ...Object.fromEntries(
      Object.entries(found?.labels ?? {}).map(([label, value]) => [
        label,
        value.replaceAll(/\$\{?(\d+)\}?/g, (_, i: string) => groups[Number(i)] ?? ''),
      ]),
    ),
  };
  const bounds = kind === 'observer' ? found?.histogram_options?.buckets : undefined;
  const family = familyOf(families, found?.name ?? name.replaceAll(/\W/g, '_'), {
    kind,
    help: found?.help ?? 'Metric autogenerated by statsd_exporter.',
    ...(bounds === undefined ? {} : { bounds }),
  });
  const key = JSON.stringify(Object.entries(labels).sort());
  const series = family.series.get(key) ?? {
    labels,
    value: 0,
    sum: 0,
    ...(bounds === undefined ? {} : { buckets: bounds.map(() => 0) }),
  };
  family.series.set(key, series);
  const value = Number(text);
  if (kind === 'gauge') series.value = value;
  else if (kind === 'counter') series.value += value / Number(rate);
  else {
    const inSeconds = value / 1_000;
    series.value += 1 / Number(rate);
    series.sum += inSeconds / Number(rate);
    bounds?.forEach((bound, i) => {
      if (inSeconds <= bound) series.buckets![i]! += 1 / Number(rate);
    });
  }
}

function familyOf(families: Map<string, Family>, name: string, made: Omit<Family, 'series'>): Family {
  const known = families.get(name);
  if (known === undefined) {
    const family = { ...made, series: new Map<string, Series>() };
    families.set(name, family);
    return family;
  }
  if (known.kind !== made.kind) throw new Error(`${name} is a ${known.kind} already, and no ${made.kind}`);
  if (JSON.stringify(known.bounds) !== JSON.stringify(made.bounds))
    throw new Error(`${name} has other buckets`);
  return known;
}

function expositionOf(families: ReadonlyMap<string, Family>): string {
  const lines: string[] = [];
  for (const [name, { kind, help, bounds, series }] of [...families].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const type = kind === 'observer' ? (bounds === undefined ? 'summary' : 'histogram') : kind;
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const one of series.values()) {
      if (kind !== 'observer') lines.push(`${name}${textOf(one.labels)} ${one.value}`);
      else {
        bounds?.forEach((bound, i) => {
          lines.push(`${name}_bucket${textOf({ ...one.labels, le: String(bound) })} ${one.buckets![i]}`);
        });
        if (bounds !== undefined)
          lines.push(`${name}_bucket${textOf({ ...one.labels, le: '+Inf' })} ${one.value}`);
        lines.push(
          `${name}_sum${textOf(one.labels)} ${one.sum}`,
          `${name}_count${textOf(one.labels)} ${one.value}`,
        );
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

const textOf = (labels: Labels): string => {
  const all = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return all.length === 0 ? '' : `{${all.sort().join(',')}}`;
};
