import { seenBy } from '@sightglass/test-tools/seen';
import { describe, expect, test } from 'vitest';
import { expectFoundOut } from '../mutation/expect.ts';
import { JUDGES } from '../scenario/depends.ts';
import { dashboards } from './pages.ts';
import { panelStories } from './stories/index.ts';
import { panelSuite } from './suite.ts';
import { pagesDependOn, pagesFile, pagesOf, type Told, tell } from './told.ts';

/** The stories and the panels themselves are among what each page depends on. */
const READERS = ['told', 'pages', 'reading'].map((name) => `test/panels/${name}.ts`);
const seen = seenBy(import.meta.url, [...JUDGES, ...READERS, 'dashboards/src/engine/queries.ts']);
const told: Told[] = [];

describe('what a person reads on the dashboards is what the story is', () => {
  test.each(panelStories)('$name', async (story) => {
    const each = await tell(story);
    told.push(each);
    await seen.holds(seen.key(pagesDependOn(each)), async () =>
      expect(await pagesOf(each)).toMatchFileSnapshot(pagesFile(story).pathname),
    );
  });
});

test('every dashboard is looked at', () => {
  const shown = new Set(panelStories.flatMap((story) => story.dashboards));
  expect([...dashboards.keys()].filter((uid) => !shown.has(uid))).toEqual([]);
});

test('every mutant of a panel changes what a person reads', () => expectFoundOut(panelSuite(told)));
