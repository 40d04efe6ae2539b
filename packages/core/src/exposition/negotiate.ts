/** The two text formats of Prometheus. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** One of the answers that a scrape can have. */
export interface Representation {
  readonly format: ExpositionFormat;
  readonly contentType: string;
}

interface Offer extends Representation {
  readonly type: string;
  readonly version: string;
}

/**
 * In the order of preference among those that a client ranks alike: the text format, which every client reads, comes first. Both versions of OpenMetrics
 * have the same text. `escaping` is a parameter of 1.0.0 alone; all our names are legal without it.
 */
const OFFERS: readonly Offer[] = [
  {
    format: 'text',
    type: 'text/plain',
    version: '0.0.4',
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
  },
  {
    format: 'openmetrics',
    type: 'application/openmetrics-text',
    version: '1.0.0',
    contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores',
  },
  {
    format: 'openmetrics',
    type: 'application/openmetrics-text',
    version: '0.0.1',
    contentType: 'application/openmetrics-text; version=0.0.1; charset=utf-8',
  },
];

/** One entry of an Accept header. */
interface MediaRange {
  readonly type: string;
  /** Those before the weight, without it, and those after it that say what is accepted. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** How an offer is ranked by the range that speaks of it. */
interface Rank {
  readonly quality: number;
  /** 0 for any type, 1 for any of a type, 2 for this one. */
  readonly exactness: number;
  readonly parameters: number;
  readonly position: number;
}

/**
 * What to answer an Accept header with, by RFC 9110, 12.5.1: of each offer speaks the most specific range that names it, and the heaviest of these is taken.
 * Where clients rank two alike, a range that names one exactly wins, then the one that is named first, then text. Text also where nothing is accepted,
 * or nothing of the header can be read. Never throws, and reads the header once.
 */
export function negotiate(accept: string | undefined): Representation {
  const ranges = typeof accept === 'string' ? mediaRanges(accept) : [];
  let best: { readonly offer: Offer; readonly rank: Rank } | undefined;
  for (const offer of OFFERS) {
    const rank = rankOf(offer, ranges);
    if (rank !== undefined && rank.quality > 0 && (best === undefined || isBetter(rank, best.rank)))
      best = { offer, rank };
  }
  const { format, contentType } = best?.offer ?? OFFERS[0]!;
  return { format, contentType };
}

function isBetter(one: Rank, other: Rank): boolean {
  return (
    (one.quality - other.quality || one.exactness - other.exactness || other.position - one.position) > 0
  );
}

function rankOf(offer: Offer, ranges: readonly MediaRange[]): Rank | undefined {
  let found: Rank | undefined;
  for (const [position, { type, parameters, quality }] of ranges.entries()) {
    const exactness = exactnessOf(type, offer.type);
    if (exactness === undefined || !fits(parameters, offer)) continue;
    const rank = { quality, exactness, parameters: parameters.size, position };
    const gain =
      found === undefined
        ? 1
        : exactness - found.exactness || rank.parameters - found.parameters || quality - found.quality;
    if (gain > 0) found = rank;
  }
  return found;
}

function exactnessOf(range: string, type: string): number | undefined {
  if (range === '*/*') return 0;
  if (range.endsWith('/*')) return type.startsWith(range.slice(0, -1)) ? 1 : undefined;
  return range === type ? 2 : undefined;
}

/** Whether an offer has the parameters that a range asks for. Every escaping is accepted: what needs none is the same in all of them. */
function fits(parameters: ReadonlyMap<string, string>, { version }: Offer): boolean {
  for (const [name, value] of parameters) {
    if (name === 'version' ? value !== version : name === 'charset' ? value !== 'utf-8' : name !== 'escaping')
      return false;
  }
  return true;
}

const TOKEN = "[!#$%&'*+.^_`|~\\w-]+";
const TYPE = new RegExp(`[ \\t]*(${TOKEN}/${TOKEN})`, 'y');
const PARAMETER = new RegExp(
  `[ \\t]*;[ \\t]*(?:(${TOKEN})[ \\t]*=[ \\t]*(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)"))?`,
  'y',
);
const END = /[ \t]*(?:,|$)/y;
const QUALITY = /^(?:0(?:\.\d*)?|1(?:\.0*)?)$/;
/** What a range may ask for; others that stand after the weight belonged to older versions of the header and say nothing. */
const KNOWN = new Set(['version', 'charset', 'escaping']);

/** The ranges of a header in one pass; what can't be read is passed over, up to the next comma. */
function mediaRanges(accept: string): readonly MediaRange[] {
  const header = accept.toLowerCase();
  const ranges: MediaRange[] = [];
  for (let at = 0; at < header.length; ) {
    TYPE.lastIndex = at;
    const type = TYPE.exec(header)?.[1];
    if (type !== undefined) at = TYPE.lastIndex;
    const parameters = new Map<string, string>();
    let weight: string | undefined;
    for (let found = type === undefined ? null : parameterAt(header, at); found !== null; ) {
      at = PARAMETER.lastIndex;
      const [, name, token, quoted] = found;
      const value = token ?? quoted?.replaceAll(/\\(.)/g, '$1') ?? '';
      if (name === 'q') weight ??= value;
      else if (name !== undefined && (weight === undefined || KNOWN.has(name))) parameters.set(name, value);
      found = parameterAt(header, at);
    }
    END.lastIndex = at;
    if (END.test(header)) {
      at = END.lastIndex;
      if (type !== undefined && (weight === undefined || QUALITY.test(weight)))
        ranges.push({ type, parameters, quality: Number(weight ?? 1) });
    } else {
      const comma = header.indexOf(',', at);
      at = comma < 0 ? header.length : comma + 1;
    }
  }
  return ranges;
}

function parameterAt(header: string, at: number): RegExpExecArray | null {
  PARAMETER.lastIndex = at;
  return PARAMETER.exec(header);
}
