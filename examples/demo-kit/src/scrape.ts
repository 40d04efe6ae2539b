/** The samples of one scrape: the sum of those of `name` whose labels include `labels`, `undefined` when there is none. */
export type Samples = (name: string, labels?: Readonly<Record<string, string>>) => number | undefined;

/** Scrapes `url`. Throws when it does not answer. */
export async function scrape(url: string): Promise<Samples> {
  const lines = (await (await fetch(url)).text()).split('\n');
  return (name, labels = {}) => {
    const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const values = lines
      .filter((line) => line.startsWith(`${name}{`) && pairs.every((pair) => line.includes(pair)))
      .map((line) => Number(line.slice(line.lastIndexOf(' '))));
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value);
  };
}
