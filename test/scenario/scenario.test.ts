import { existsSync, readFileSync } from 'node:fs';
import { inParallel, serverPath, USUAL_PROMETHEUS } from '@sightglass/test-tools';
import { seenBy } from '@sightglass/test-tools/seen';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectFoundOut } from '../mutation/expect.ts';
import { labelsOf } from '../rules/rule.ts';
import { batchesOf } from './batches.ts';
import { dependsOf, JUDGES } from './depends.ts';
import { scenarioSuites } from './mutation/suites.ts';
import { closureOf, rules, rulesNamed } from './rules.ts';
import { differences, evaluate, type Outcome } from './scenarios.ts';
import { alertStoryList, labelsToldOf, recordingStories, stories } from './stories/index.ts';
import { type AlertStories, type Played, play, type Story, subjectsOf } from './story.ts';

const RUNBOOKS = new URL('../../rules/runbooks/', import.meta.url);
const HEARTBEAT = 'Watchdog';

const seen = seenBy(import.meta.url, JUDGES);
const told = new Map<Story, Played>();

/** The situations of a production that alerts were once wrong in: their titles name them. They are judged by both Prometheus. */
const situations = stories.filter(({ title }) => /\(S\d+\b/.test(title));
const OTHER = USUAL_PROMETHEUS === 2 ? 3 : 2;
/** Prometheus 3 is fetched where it can be had, and CI takes what was skipped for a failure. */
const hasOther = serverPath(OTHER === 3 ? 'promtool3' : 'promtool') !== undefined;

/** What stories came to by one Prometheus, but for those whose claims were seen to hold. */
interface Judged {
  readonly version: 2 | 3;
  readonly outcomes: Map<Story, Outcome>;
  /** The claims of each story, as the memory knows them. */
  readonly keys: Map<Story, string>;
}
const judged = (version: 2 | 3): Judged => ({ version, outcomes: new Map(), keys: new Map() });
const usual = judged(USUAL_PROMETHEUS);
const other = judged(OTHER);

/** What the first story of an alert in which it fires says to whom it wakes. */
const noticeKey = ({ severity, summary, runbook }: AlertStories, firing: Story): string =>
  seen.key([usual.keys.get(firing), severity, summary, runbook]);
const firingOf = ({ stories }: AlertStories): Story =>
  stories.find((story) => told.get(story)!.firings.length > 0)!;

// No limit: it takes as long as there are stories of which anything has changed.
beforeAll(async () => {
  for (const story of stories) told.set(story, await play(story));
  for (const [{ version, keys }, some] of [
    [usual, stories],
    [other, hasOther ? situations : []],
  ] as const) {
    for (const story of some) {
      const played = told.get(story)!;
      const needed = closureOf(subjectsOf(played)).flatMap(rulesNamed);
      keys.set(story, seen.key(dependsOf(played, needed), version));
    }
  }
  const notices = alertStoryList.flatMap((alert) =>
    seen.has(noticeKey(alert, firingOf(alert))) ? [] : firingOf(alert),
  );
  const work = [usual, other].flatMap((by) => {
    const asked = [...by.keys].flatMap(([story, key]) =>
      seen.has(key) && !(by === usual && notices.includes(story)) ? [] : told.get(story)!,
    );
    return batchesOf(asked).map((batch) => ({ ...batch, by }));
  });
  await inParallel(work, async ({ names, stories, by }) => {
    const results = await evaluate([...names].flatMap(rulesNamed), stories, [], by.version);
    for (const [i, { story }] of stories.entries()) by.outcomes.set(story, results[i]!);
  });
}, 0);

const asClaimed = (story: Story, by = usual): Promise<void> =>
  seen.holds(by.keys.get(story)!, () => {
    const played = told.get(story)!;
    const wrong = differences(played, by.outcomes.get(story)!);
    if (wrong.length > 0)
      throw new Error(
        `${story.alert ?? 'Records'}: ${story.title}\n\n${[...played.journal, '', ...wrong].join('\n')}`,
      );
  });

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

  test('has a section of a runbook', () => {
    const [file, heading] = runbook.split('#') as [string, string];
    expect(existsSync(new URL(file, RUNBOOKS)), `${file} exists`).toBe(true);
    expect(headingsOf(readFileSync(new URL(file, RUNBOOKS), 'utf8'))).toContain(heading);
  });

  test('notifies with its severity, its summary, a filled-in description and its runbook', async () => {
    const firing = firingOf(story);
    await seen.holds(noticeKey(story, firing), () => {
      const { labels } = told.get(firing)!.firings[0]!;
      const one = usual.outcomes
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
    });
  });
});

describe('recorded series', () => {
  test.each(recordingStories)('$title', (story) => asClaimed(story));
});

describe.runIf(hasOther)(`situations, by Prometheus ${OTHER}`, () => {
  test.each(situations)('$title', (story) => asClaimed(story, other));
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
