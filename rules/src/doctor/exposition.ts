const NUMBER = '[+-]?(?:\\d|\\.\\d|inf|nan)';
/** A series with its value: a classic name, or one in quotes within the braces, as Prometheus 3 writes those that are not classic. */
const SERIES = new RegExp(
  `^(?:([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\s*\\{.*\\}\\s*|\\s+)|\\{\\s*"((?:[^"\\\\]|\\\\.)+)"\\s*(?:,.*)?\\}\\s*)${NUMBER}`,
  'i',
);

/** The names that a page of Prometheus or OpenMetrics text has series of. Throws when it is no such page. */
export function seriesNames(page: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (let start = 0; start < page.length; ) {
    const end = page.indexOf('\n', start);
    const line = page.slice(start, end < 0 ? page.length : end).trim();
    start = end < 0 ? page.length : end + 1;
    if (line === '' || line.startsWith('#')) continue;
    const [, classic, quoted] = SERIES.exec(line) ?? [];
    const name = classic ?? quoted;
    if (name === undefined) throw new Error(`this is no line of metrics: ${line.slice(0, 80)}`);
    names.add(name);
  }
  if (names.size === 0) throw new Error('the page has no series');
  return names;
}
