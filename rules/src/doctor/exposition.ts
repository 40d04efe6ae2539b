/** The names that a page of Prometheus or OpenMetrics text has series of. Throws when it is no such page. */
export function seriesNames(page: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const line of page.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const name = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{.*\})? \S/.exec(line)?.[1];
    if (name === undefined) throw new Error(`this is no line of metrics: ${line.slice(0, 80)}`);
    names.add(name);
  }
  if (names.size === 0) throw new Error('the page has no series');
  return names;
}
