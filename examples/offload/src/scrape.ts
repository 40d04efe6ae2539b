/** Scrapes `url` and adds up the samples of `name` whose labels include `labels`; `undefined` when there is none. */
export async function scrape(
  url: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const text = await (await fetch(url)).text();
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const values = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && pairs.every((pair) => line.includes(pair)))
    .map((line) => Number(line.slice(line.lastIndexOf(' '))));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value);
}
