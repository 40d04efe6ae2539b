import { readdirSync, readFileSync } from 'node:fs';
import { renderQuery, ruleFiles } from '@sightglass/rules';
import { cell, table } from './markdown.ts';

/* `docs/reference-names.md`: what the names of each reference system became here, from the pages of these and from the aliases. */

const PAGES = new URL('../reference-systems/', import.meta.url);

/** Of metrics, recorded series, alerts and panels. */
const NAMED = /^\| (\d{3}-[MRAGP]\d+) \| (.*?) \| (.*) \| [^|]* \|$/;

/** The rows of a system that name something, in the order of its page. */
export const namesOf = (page: string): readonly (readonly [id: string, there: string, here: string])[] =>
  page.split('\n').flatMap((line) => {
    const found = NAMED.exec(line);
    return found === null ? [] : [[found[1]!, found[2]!, found[3]!.replaceAll('](../', '](')] as const];
  });

export function referenceNamesPage(): string {
  const systems = readdirSync(PAGES)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => {
      const text = readFileSync(new URL(file, PAGES), 'utf8');
      const title = /^# Reference system (.+)$/m.exec(text)?.[1] ?? file;
      return `## ${title}\n\n${table(['id', 'there', 'here'], namesOf(text))}`;
    });
  const aliases = ruleFiles()
    .filter(({ file }) => file === 'aliases.yml')
    .flatMap(({ groups }) => groups.flatMap(({ rules }) => rules))
    .flatMap((rule) =>
      'record' in rule && !rule.record.endsWith('_hourly')
        ? [[`\`${rule.record}\``, `\`${cell(renderQuery(rule.expr).replaceAll('\n', ' '))}\``] as const]
        : [],
    );
  return `# What the names of the reference systems are called here

Every metric, alert and panel that a system names or asks for, beside its name here. The proof of each is on the page of its system.

${systems.join('\n')}
## Names that still work

Queries that were written for a system go on working where [\`aliases.yml\`](../rules/prometheus/aliases.yml) is loaded: it records these under their old names.

${table(['old name', 'recorded as'], aliases)}`;
}
