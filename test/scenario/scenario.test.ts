import { existsSync, readFileSync } from 'node:fs';
import { inParallel, serverPath, USUAL_PROMETHEUS } from '@sightglass/test-tools';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectFoundOut } from '../mutation/expect.ts';
import { labelsOf } from '../rules/rule.ts';
import { batchesOf } from './batches.ts';
import { scenarioSuites } from './mutation/suites.ts';
import { rules, rulesNamed } from './rules.ts';
import { differences, evaluate, type Outcome } from './scenarios.ts';
import { alertStoryList, labelsToldOf, recordingStories, stories } from './stories/index.ts';
import { type Played, play, type Story } from './story.ts';

const RUNBOOKS = new URL('../../rules/runbooks/', import.meta.url);
const HEARTBEAT = 'Watchdog';

const told = new Map<Story, Played>();
const outcomes = new Map<Story, Outcome>();

/** The situations of a production that alerts were once wrong in: their titles name them. They are judged by both Prometheus. */
const situations = stories.filter(({ title }) => /\(S\d+\b/.test(title));
const OTHER = USUAL_PROMETHEUS === 2 ? 3 : 2;
/** Prometheus 3 is fetched where it can be had, and CI takes what was skipped for a failure. */
const hasOther = serverPath(OTHER === 3 ? 'promtool3' : 'promtool') !== undefined;
const otherOutcomes = new Map<Story, Outcome>();

// No limit: it takes as long as there are stories.
beforeAll(async () => {
  for (const story of stories) told.set(story, await play(story));
  const batches = (some: readonly Story[]) => batchesOf(some.map((story) => told.get(story)!));
  const work = [
    ...batches(stories).map((batch) => ({ ...batch, version: USUAL_PROMETHEUS, into: outcomes })),
    ...batches(hasOther ? situations : []).map(
      (batch) => ({ ...batch, version: OTHER, into: otherOutcomes }) as const,
    ),
  ];
  await inParallel(work, async ({ names, stories, version, into }) => {
    const results = await evaluate([...names].flatMap(rulesNamed), stories, [], version);
    for (const [i, { story }] of stories.entries()) into.set(story, results[i]!);
  });
}, 0);

function asClaimed(story: Story, by: ReadonlyMap<Story, Outcome> = outcomes): void {
  const played = told.get(story)!;
  const wrong = differences(played, by.get(story)!);
  if (wrong.length > 0)
    throw new Error(
      `${story.alert ?? 'Records'}: ${story.title}\n\n${[...played.journal, '', ...wrong].join('\n')}`,
    );
}

test('every alert of the rule files has stories', () => {
  // One that pages is a second rule, as a warning, for what must wake nobody.
  const named = [...new Set(rules.flatMap(({ alert }) => alert ?? []))];
  expect(alertStoryList.map(({ alert }) => alert).sort()).toEqual(named.sort());
});

describe.each(alertStoryList)('$alert', (story) => {
  const { alert, stories, severity, summary, runbook } = story;
  test('has its labels', () => {
    expect(labelsOf(alert, rules)).toEqual(labelsToldOf(story));
  });

  test.each(stories)('$title', (story) => asClaimed(story));

  test('has stories in which it fires, stays quiet and resolves', () => {
    const played = stories.map((story) => told.get(story)!);
    const spans = played.flatMap(({ firings, end }) =>
      firings.flatMap(({ spans }) => spans.map(({ to }) => ({ resolved: to <= end }))),
    );
    expect(spans.length).toBeGreaterThan(0);
    if (alert === HEARTBEAT) return;
    expect(played.filter(({ firings }) => firings.length === 0).length).toBeGreaterThan(0);
    expect(spans.filter(({ resolved }) => resolved).length).toBeGreaterThan(0);
  });

  test('notifies with its severity, its summary, a filled-in description and its runbook', () => {
    const firing = stories.find((story) => told.get(story)!.firings.length > 0)!;
    const { labels } = told.get(firing)!.firings[0]!;
    const one = outcomes
      .get(firing)!
      .notifications.find((each) =>
        Object.entries(labels).every(([name, value]) => each.labels[name] === value),
      )!;
    expect(one.labels).toMatchObject({ ...labels, alertname: alert, severity });
    expect(one.annotations).toMatchObject({ summary });
    expect(one.annotations.runbook_url).toMatch(new RegExp(`/${runbook.replaceAll('.', '\\.')}$`));
    for (const name of ['description', 'impact', 'action', 'dashboard_url'] as const) {
      expect(one.annotations[name], name).toMatch(/\S/);
      expect(one.annotations[name], name).not.toMatch(/\{\{|<no value>|<error|NaN/);
    }
    expect(one.annotations.description).toContain(Object.values(labels).at(-1) ?? '');
    const [file, heading] = runbook.split('#') as [string, string];
    expect(existsSync(new URL(file, RUNBOOKS)), `${file} exists`).toBe(true);
    expect(headingsOf(readFileSync(new URL(file, RUNBOOKS), 'utf8'))).toContain(heading);
  });
});

describe('recorded series', () => {
  test.each(recordingStories)('$title', (story) => asClaimed(story));
});

describe.runIf(hasOther)(`situations, by Prometheus ${OTHER}`, () => {
  test.each(situations)('$title', (story) => asClaimed(story, otherOutcomes));
});

// Without limits: they take as long as there are mutants that are not remembered.
describe('mutants', () => {
  let suites: ReturnType<typeof scenarioSuites>;
  beforeAll(() => {
    suites = scenarioSuites([...told.values()]);
  });

  test(
    'a change of any number, comparison, window, label, branch or hold makes a scenario fail',
    () => expectFoundOut(suites[0]),
    0,
  );

  test('a longer interval of a group makes a scenario fail', () => expectFoundOut(suites[1]), 0);
});

/** The anchors that GitHub gives to a document's headings. */
const headingsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
