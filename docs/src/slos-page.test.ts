import { existsSync, readFileSync } from 'node:fs';
import {
  checkQuery,
  formatDuration,
  problemText,
  renderScoped,
  serviceLevels,
  shippedCatalog,
} from '@sightglass/rules';
import { describe, expect, test } from 'vitest';
import { runBudget } from './slos/arithmetic.ts';
import { anchor } from './slos/block.ts';
import { slosPage } from './slos-page.ts';

const FILE = new URL('../reference/slos.md', import.meta.url);
const page = slosPage();
const headingsOf = (text: string) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
const { slos, composites } = serviceLevels.shippedSlos;

test('the page is committed as it is generated', () => {
  expect(readFileSync(FILE, 'utf8').endsWith(`-->\n\n${page}`)).toBe(true);
  expect(slosPage()).toBe(page);
});

test('has every chapter that 002-D5 asks for', () => {
  expect(headingsOf(page).filter((heading) => page.includes(`\n## ${heading}\n`))).toEqual([
    'Objectives',
    'Definitions',
    'Error budgets',
    'Error-budget policy',
    'Composite reliability',
    'Dependency SLOs',
    'Dashboard',
    'Reports',
    'Review',
    'Exceptions',
    'Metric collection',
    'OpenSLO',
    'Success criteria',
  ]);
});

const chapter = (title: string, level = '##'): string => {
  const [, text = ''] = page.split(`\n${level} ${title}\n`);
  return text.split(new RegExp(`\n#{2,${level.length}} `))[0]!;
};

describe.each(slos)('the SLO $name', (each) => {
  const text = chapter(serviceLevels.titleOf(each), '###');

  test('stands with its reason, its owner, where it comes from and its alerts', () => {
    for (const part of [each.description, each.rationale, each.impact, each.action, each.owner, each.source!])
      expect(text).toContain(part);
    expect(text).toMatch(/\(\.\.\/\.\.\/rules\/runbooks\/slo\.md#slo\w+\)/);
  });

  test('has its objective, window and budget in figures', () => {
    expect(text).toContain(`| objective | ${Number((each.objective * 100).toFixed(3))} %`);
    expect(text).toContain(`| window | ${each.windowDays} days, rolling`);
    expect(text).toMatch(/\| error budget \| [\d.]+ % of the (runs|time|requests)/);
  });

  test('has its indicator as it is recorded', () => {
    const shown = [...text.matchAll(/```promql\n([\s\S]*?)\n```/g)].map(([, query]) => query!);
    const recorded = serviceLevels
      .sloGroups({ slos: [each], composites: [] })
      .flatMap(({ rules }) => rules.map(({ expr }) => renderScoped(expr)));
    expect(shown.filter((query) => recorded.includes(query)).length).toBeGreaterThanOrEqual(2);
  });
});

/** With the samples kept that the page asks for. */
const options = {
  catalog: shippedCatalog(),
  retention: serviceLevels.retentionFor(serviceLevels.shippedSlos),
};
const queries = [...page.matchAll(/```promql\n([\s\S]*?)```/g)].map(([, query]) => query!.trim());

test.each(queries)('a query works when pasted: %s', (query) => {
  expect(checkQuery(query, options).map(problemText)).toEqual([]);
});

test('the queries of the success criteria work too', () => {
  const own = [...chapter('Success criteria').matchAll(/`([^`]+)`/g)].map(([, query]) => query!);
  expect(own.length).toBeGreaterThanOrEqual(3);
  for (const query of own) expect(checkQuery(query, options).map(problemText)).toEqual([]);
});

test('of 28 runs a week 1.4 may be bad: one leaves 28.6 % of the budget, two overdraw it (TR-17)', () => {
  const success = slos.find(({ name }) => name === 'job-success')!;
  const { days, inWindow, allowed, left } = runBudget(success, 6, 30);
  expect({ days, inWindow, allowed }).toEqual({ days: 7, inWindow: 28, allowed: 1.4 });
  expect([left(1), left(2)]).toEqual([0.285714, -0.428571]);
  expect(page).toContain('The first uses 1 / 1.4 = 71.4 % of the budget and leaves 28.6 % (level 2');
  // A job that runs once a day has fewer than twenty runs in a week, and a weekly one may always have one bad.
  expect(runBudget(success, 24, 30)).toMatchObject({ days: 30, inWindow: 30, allowed: 1.5 });
  expect(runBudget(success, 168, 30).allowed).toBe(1);
});

test('a budget of 7.2 hours begins to burn after 8, and pages 9 minutes later (TR-18)', () => {
  const text = chapter('A budget of 7.2 hours and a silence of 8', '###');
  expect(text).toContain('| 8 h 00 min | 100 % |');
  expect(text).toContain('| 8 h 09 min | 98 % | the first page: the hour is 14.4 % bad. It holds for 2m');
  expect(text).toContain('| 15 h 12 min | 0 % | below it level 4, post-mortem |');
});

test('each level of the policy has its action, and its lower edge belongs to it (002-Z17)', () => {
  const text = chapter('Error-budget policy');
  for (const [level, { name, action }] of serviceLevels.BUDGET_POLICY.entries())
    expect(text).toMatch(new RegExp(`^\\| ${level} \\| .*\\| ${name} \\| ${action.slice(0, 20)}`, 'm'));
  expect(text).toContain('| 1 | 50 % or more, below 75 % |');
  expect(chapter('At the edges of the policy', '###')).toContain(
    '| 75 % | 0, normal operation | 1, watch closely |',
  );
});

test('a composite says what it is when every promise is just kept', () => {
  for (const { name } of composites) expect(page).toContain(`### ${serviceLevels.titleOf({ name })}\n`);
  // 0.95 × 0.99 × 0.95 × 0.99, and (4 × 0.99 + 3 × 0.95 + 2 × 0.99 + 0.95) / 10.
  expect(chapter('Job reliability', '###')).toContain('88.454 %');
  expect(chapter('Job experience', '###')).toContain('97.4 %');
});

test('each SLO names the metrics that it is measured from, and none of another', () => {
  const rowOf = (title: string) =>
    chapter('Metric collection')
      .split('\n')
      .find((line) => line.startsWith(`| ${title} |`))!;
  expect(rowOf('Job success')).toContain('`job_runs_total`');
  expect(rowOf('Job duration')).toContain('`job_slow_runs_total`');
  expect(rowOf('Job freshness')).toContain('`job_last_success_timestamp_seconds`');
  expect(rowOf('Source freshness')).toContain('`sync_source_last_success_timestamp_seconds`');
  expect([...rowOf('Admin availability').matchAll(/\[`(\w+)`\]/g)].map(([, name]) => name).sort()).toEqual([
    'http_server_request_duration_seconds',
    'sightglass_process_start_timestamp_seconds',
  ]);
  const kept = formatDuration(serviceLevels.retentionFor(serviceLevels.shippedSlos));
  expect(chapter('Metric collection')).toContain(`| ${kept} or more |`);
});

test('every link leads to a file and a heading that are there', () => {
  const links = [...page.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
  expect(links.length).toBeGreaterThan(20);
  for (const [, path, hash] of links) {
    const file = path === '' ? FILE : new URL(path!, FILE);
    expect(existsSync(file), path).toBe(true);
    if (hash === undefined) continue;
    expect(headingsOf(readFileSync(file, 'utf8')).map(anchor), `${path}#${hash}`).toContain(hash);
  }
});
