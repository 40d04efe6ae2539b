import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Alert, checkQuery, isAlert, problemText, ruleFiles, shippedCatalog } from './index.ts';

const folder = new URL('../runbooks/', import.meta.url);
const runbooks = readdirSync(folder).map((file) => ({
  file,
  text: readFileSync(new URL(file, folder), 'utf8'),
}));
const alerts: readonly Alert[] = ruleFiles().flatMap(({ groups }) =>
  groups.flatMap(({ rules }) => rules.filter(isAlert)),
);

const headings = (text: string) => [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title!);
/** Headings of a single CamelCase word are alerts; chapters are plain words. */
const CHAPTERS = [
  'Symptoms',
  'Impact',
  'Diagnosis',
  'Resolution',
  'Workaround',
  'Prevention',
  'Escalation',
  'After the incident',
];

test.each(alerts)('$alert has a section in the runbook that it links to', ({ alert, runbook }) => {
  expect(runbooks.filter(({ text }) => headings(text).includes(alert)).map(({ file }) => file)).toEqual([
    `${runbook}.md`,
  ]);
});

describe.each(runbooks)('$file', ({ file, text }) => {
  test('has every chapter, after a section for each of its alerts', () => {
    const titles = headings(text);
    const own = alerts.filter(({ runbook }) => `${runbook}.md` === file).map(({ alert }) => alert);
    expect(titles.slice(-CHAPTERS.length)).toEqual(CHAPTERS);
    expect(titles.slice(0, -CHAPTERS.length).sort()).toEqual(own.sort());
  });

  test('leaves no chapter empty', () => {
    for (const section of text.split(/^## /m).slice(1))
      expect(section.split('\n').slice(1).join('').trim()).not.toBe('');
  });

  const queries = [...text.matchAll(/^ *```promql\n([\s\S]*?)^ *```/gm)].map(([, query]) => query!);
  test('has queries', () => expect(queries.length).toBeGreaterThan(0));
  test.each(queries)('a query works when pasted: %s', (query) => {
    expect(checkQuery(query, { catalog: shippedCatalog() }).map(problemText)).toEqual([]);
  });

  test('links to runbooks and headings that are there', () => {
    for (const [, target, anchor] of text.matchAll(/\]\(([\w-]+\.md)(?:#([\w-]+))?\)/g)) {
      const other = runbooks.find((runbook) => runbook.file === target);
      expect(other?.file).toBe(target);
      if (anchor !== undefined)
        expect(headings(other!.text).map((title) => title.toLowerCase())).toContain(anchor);
    }
  });

  test('sets every variable that its commands use', () => {
    const shell = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block]) => block!).join('\n');
    const used = new Set([...shell.matchAll(/\$\{?([A-Za-z_]+)/g)].map(([, name]) => name!));
    used.delete('DATABASE_URL');
    for (const name of used) expect(shell).toMatch(new RegExp(`^ *${name}=`, 'm'));
  });
});
