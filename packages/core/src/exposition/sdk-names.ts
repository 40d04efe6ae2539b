/** The kinds of metric that the SDK's data becomes. */
export type SdkKind = 'counter' | 'gauge' | 'histogram';

/** UCUM codes as Prometheus spells them. Others are used as they are. */
const UNITS = new Map(
  Object.entries({
    d: 'days',
    h: 'hours',
    min: 'minutes',
    s: 'seconds',
    ms: 'milliseconds',
    us: 'microseconds',
    ns: 'nanoseconds',
    By: 'bytes',
    kBy: 'kilobytes',
    KBy: 'kilobytes',
    MBy: 'megabytes',
    GBy: 'gigabytes',
    TBy: 'terabytes',
    KiBy: 'kibibytes',
    MiBy: 'mebibytes',
    GiBy: 'gibibytes',
    TiBy: 'tebibytes',
    m: 'meters',
    g: 'grams',
    V: 'volts',
    A: 'amperes',
    J: 'joules',
    W: 'watts',
    Hz: 'hertz',
    Cel: 'celsius',
    '%': 'percent',
  }),
);

/** The same after a slash, where the unit is one. */
const PER_UNITS = new Map(
  Object.entries({
    s: 'second',
    ms: 'millisecond',
    min: 'minute',
    h: 'hour',
    d: 'day',
    wk: 'week',
    mo: 'month',
    a: 'year',
    By: 'byte',
    m: 'meter',
  }),
);

/** A UCUM unit as the word that ends a Prometheus name: `By/s` is `bytes_per_second`; an annotation such as `{row}` is nothing. */
export function unitWord(unit: string): string {
  const [main = '', per] = unit.replaceAll(/\{[^{}]*\}/g, '').split('/', 2);
  const count = main === '1' ? '' : (UNITS.get(main) ?? main);
  const word = per === undefined || per === '' ? count : `${count}_per_${PER_UNITS.get(per) ?? per}`;
  return word.replaceAll(/[^a-zA-Z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '');
}

/** Whether anything of a metric's name is left in its Prometheus name. What is called `请求` or `@` has no name there, and two such would be one. */
export function isNameable(name: string, kind: SdkKind): boolean {
  const legal = legalName(name, /[^a-zA-Z0-9_:]/g);
  return /[a-zA-Z0-9:]/.test(kind === 'counter' ? legal.replace(/_total$/, '') : legal);
}

/** The Prometheus name of an OpenTelemetry metric: legal characters, then the unit, then `_total` for a counter, none of them twice. */
export function metricName(name: string, unit: string, kind: SdkKind): string {
  const legal = legalName(name, /[^a-zA-Z0-9_:]/g);
  const stem = kind === 'counter' ? legal.replace(/_total$/, '') : legal;
  const word = unit === '1' && kind === 'gauge' ? 'ratio' : unitWord(unit);
  const withUnit = word === '' || stem === word || stem.endsWith(`_${word}`) ? stem : `${stem}_${word}`;
  return (kind === 'counter' ? `${withUnit}_total` : withUnit).replaceAll(/_{2,}/g, '_');
}

/** The Prometheus label of an OpenTelemetry attribute. Two attributes may get the same one. */
export function labelName(key: string): string {
  return legalName(key, /[^a-zA-Z0-9_]/g);
}

function legalName(name: string, illegal: RegExp): string {
  const legal = name.replaceAll(illegal, '_').replaceAll(/_{2,}/g, '_');
  return /^[0-9]/.test(legal) || legal === '' ? `_${legal}` : legal;
}
