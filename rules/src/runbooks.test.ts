import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Alert, checkQuery, presets, problemText, shippedAlerts, shippedCatalog } from './index.ts';

const folder = new URL('../runbooks/', import.meta.url);
const runbooks = readdirSync(folder).map((file) => ({
  file,
  text: readFileSync(new URL(file, folder), 'utf8'),
}));
const alerts: readonly Alert[] = shippedAlerts;

/** Without the fenced blocks, in which a `#` begins a comment. */
const prose = (text: string) => text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
const headings = (text: string, level = 2) =>
  [...prose(text).matchAll(/^(#+) (.+)$/gm)]
    .filter(([, marks]) => marks!.length === level)
    .map(([, , title]) => title!);
/** What follows a heading of the second level, up to the next one. */
const chapter = (text: string, title: string) =>
  text.split(/^## /m).find((part) => part.startsWith(`${title}\n`))!;
/** What GitHub calls a heading in a link. */
const anchor = (title: string) =>
  title
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(
    ([, block]) => block!,
  );

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

/** 002-D4: ten sections, of which these two are in the full runbooks alone. */
const FULL_CHAPTERS = [...CHAPTERS, 'Related documents', 'Incident history'];

/** 002-D1 to D3: what the three full runbooks are for, how many steps find the cause, and the paths that lead out, in order. */
const FULL: { readonly [file: string]: { alert: string; steps: number; paths: readonly RegExp[] } } = {
  'job-stopped.md': {
    alert: 'JobStopped',
    steps: 6,
    paths: [/disabled/i, /restart/i, /configuration/i, /by hand/i, /roll back/i],
  },
  'job-failing.md': {
    alert: 'JobFailing',
    steps: 6,
    paths: [/API keys/, /rate limit/i, /outage/i, /database/i, /code/i, /network/i],
  },
  'job-slow.md': {
    alert: 'JobSlow',
    steps: 6,
    paths: [/slow sources/i, /database/i, /network latency/i, /resources/i, /growth/i, /code/i],
  },
};
const chaptersOf = (file: string) => (file in FULL ? FULL_CHAPTERS : CHAPTERS);

test.each(alerts)('$alert has a section in the runbook that it links to', ({ alert, runbook }) => {
  expect(runbooks.filter(({ text }) => headings(text).includes(alert)).map(({ file }) => file)).toEqual([
    `${runbook}.md`,
  ]);
});

test.each(presets.flatMap((preset) => Object.entries(preset.alerts)))(
  'the runbook of %s says that it is also %s',
  (alert, name) => {
    const { runbook } = alerts.find((one) => one.alert === alert)!;
    expect(runbooks.find(({ file }) => file === `${runbook}.md`)!.text).toContain(`\`${name}\``);
  },
);

describe.each(Object.entries(FULL))('the full runbook %s', (file, { alert, steps, paths }) => {
  const { text } = runbooks.find((runbook) => runbook.file === file)!;

  test('is the one of its alert, and has all ten sections of 002-D4', () => {
    expect(alerts.find((one) => one.alert === alert)!.runbook).toBe(file.replace('.md', ''));
    expect(headings(text).slice(-10)).toEqual(FULL_CHAPTERS);
  });

  test('tells the impact on the business and on the technical side', () => {
    expect(chapter(text, 'Impact')).toMatch(/^Business:\n[\s\S]+^Technical:\n/m);
  });

  test(`finds the cause in ${steps} numbered steps, each with a query or a command`, () => {
    const found = chapter(text, 'Diagnosis')
      .split(/^(?=\d+\. )/m)
      .slice(1);
    expect(found.map((step) => Number.parseInt(step, 10))).toEqual(
      Array.from({ length: steps }, (_, i) => i + 1),
    );
    for (const step of found) expect(step).toMatch(/^ +```(promql|sh)$/m);
  });

  test(`leads out by ${paths.length} paths`, () => {
    const found = headings(chapter(text, 'Resolution'), 3).filter((title) => /^\d/.test(title));
    expect(found).toHaveLength(paths.length);
    for (const [i, path] of paths.entries()) {
      expect(found[i]).toMatch(new RegExp(`^${i + 1}\\. `));
      expect(found[i]).toMatch(path);
    }
  });

  test('is led to each of its paths by its diagnosis', () => {
    for (const title of headings(chapter(text, 'Resolution'), 3).filter((one) => /^\d/.test(one)))
      expect(chapter(text, 'Diagnosis')).toContain(`(#${anchor(title)})`);
  });

  test('keeps a history that the team goes on writing', () => {
    const history = chapter(text, 'Incident history');
    expect(history).toContain('adds a row after each incident');
    expect(history).toContain('| date | job | cause | path taken | time to recovery |');
  });
});

test('what 002-D2 and D3 ask for beyond the sections is there', () => {
  const [failing, slow] = ['job-failing.md', 'job-slow.md'].map(
    (file) => runbooks.find((runbook) => runbook.file === file)!.text,
  );
  expect(headings(failing!, 3)).toContain('Common errors');
  expect(headings(slow!, 3)).toEqual(
    expect.arrayContaining(['Performance baseline', 'Thresholds', 'Analysis checklist']),
  );
  expect(chapter(slow!, 'Prevention')).toMatch(/^Short term[\s\S]+^Long term/m);
});

test('every kind of error that the example knows is among the common errors', () => {
  const source = readFileSync(
    new URL('../../examples/pricing-sync/src/provider-errors.ts', import.meta.url),
    'utf8',
  );
  const kinds = [...source.match(/ERROR_TYPES = \[([\s\S]*?)\]/)![1]!.matchAll(/'(\w+)'/g)].map(
    ([, kind]) => kind,
  );
  const failing = runbooks.find(({ file }) => file === 'job-failing.md')!.text;
  expect(kinds.length).toBeGreaterThan(3);
  for (const kind of kinds) expect(failing).toMatch(new RegExp(`^\\| \`${kind}\` \\|.*\\(#\\d-`, 'm'));
});

test('the admin endpoints that runbooks ask are those of the example', () => {
  const service = readFileSync(
    new URL('../../examples/pricing-sync/src/service.ts', import.meta.url),
    'utf8',
  );
  const routes = [...service.matchAll(/method: '(\w+)',\s*route: '([^']+)'/g)].map(
    ([, method, route]) => `${method} ${route}`,
  );
  const asked = runbooks.flatMap(({ text }) =>
    [...text.matchAll(/curl ([^\n]*)"\$ADMIN([^"]*)"/g)].map(
      ([, options, path]) => `${options!.includes('-X POST') ? 'POST' : 'GET'} ${path}`,
    ),
  );
  expect(asked.length).toBeGreaterThan(0);
  expect(routes).toEqual(expect.arrayContaining(asked));
});

describe.each(runbooks)('$file', ({ file, text }) => {
  test('has every chapter, after a section for each of its alerts', () => {
    const titles = headings(text);
    const chapters = chaptersOf(file);
    const own = alerts.filter(({ runbook }) => `${runbook}.md` === file).map(({ alert }) => alert);
    expect(titles.slice(-chapters.length)).toEqual(chapters);
    expect(titles.slice(0, -chapters.length).sort()).toEqual(own.sort());
  });

  test('leaves no chapter empty', () => {
    for (const section of text.split(/^## /m).slice(1))
      expect(section.split('\n').slice(1).join('').trim()).not.toBe('');
  });

  const queries = blocks(text, 'promql');
  test('has queries', () => expect(queries.length).toBeGreaterThan(0));
  test.each(queries)('a query works when pasted: %s', (query) => {
    expect(checkQuery(query, { catalog: shippedCatalog() }).map(problemText)).toEqual([]);
  });

  test('links to runbooks and headings that are there', () => {
    for (const [, target = '', fragment] of text.matchAll(/\]\(([\w-]+\.md)?(?:#([\w-]+))?\)/g)) {
      const other = runbooks.find((runbook) => runbook.file === (target || file));
      expect(other?.file).toBe(target || file);
      if (fragment !== undefined)
        expect([2, 3].flatMap((level) => headings(other!.text, level)).map(anchor)).toContain(fragment);
    }
  });

  test('links to files that are there', () => {
    for (const [, target] of text.matchAll(/\]\((\.\.\/[^)#]+)/g))
      expect(existsSync(new URL(target!, folder)), target).toBe(true);
  });

  test('has commands that a shell can read', () => {
    const shell = blocks(text, 'sh').join('\n');
    expect(spawnSync('sh', ['-n'], { input: shell, encoding: 'utf8' }).stderr).toBe('');
  });

  test('sets every variable that its commands use', () => {
    const shell = blocks(text, 'sh').join('\n');
    const used = new Set([...shell.matchAll(/\$\{?([A-Za-z_]+)/g)].map(([, name]) => name!));
    used.delete('DATABASE_URL');
    for (const name of used) expect(shell).toMatch(new RegExp(`^ *(?:${name}=|for ${name} in )`, 'm'));
  });
});
