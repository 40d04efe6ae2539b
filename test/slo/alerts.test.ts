import { inParallel } from '@sightglass/test-tools';
import { seenBy } from '@sightglass/test-tools/seen';
import { beforeAll, describe, expect, test } from 'vitest';
import { labelsOf } from '../rules/rule.ts';
import { dependsOf, JUDGES } from '../scenario/depends.ts';
import { sloRules } from '../scenario/rules.ts';
import { differences, evaluate, type Outcome } from '../scenario/scenarios.ts';
import { type AlertStory, bookFor, playedOf, ruleOf } from './alert-story.ts';
import { LABELS } from './labels.ts';
import { alertStories } from './stories.ts';

const seen = seenBy(import.meta.url, JUDGES);
const keys = new Map<AlertStory, string>();
const found = new Map<AlertStory, { readonly differences: readonly string[]; readonly outcome: Outcome }>();
// One that pages is a second rule, as a warning, for what must wake nobody.
const names = [...new Set(sloRules.flatMap(({ alert }) => alert ?? []))];

const told = new Map(alertStories.map((story) => [story, playedOf(story)]));

/** The first story of an alert in which it fires: its texts are looked at, too. */
const firingOf = (alert: string): AlertStory =>
  alertStories.find((story) => story.alert === alert && told.get(story)!.firings.length > 0)!;
const textsKey = (alert: string): string => seen.key([keys.get(firingOf(alert))]);

const keyOf = (story: AlertStory): string => {
  const book = bookFor(story);
  return seen.key(dependsOf(told.get(story)!, book.rulesOf(book.closureOf([story.alert]))));
};

// No limit: it takes as long as there are stories of which anything has changed.
beforeAll(async () => {
  for (const story of alertStories) keys.set(story, keyOf(story));
  const batches = names.flatMap((alert) => {
    const isAsked = (story: AlertStory) =>
      !seen.has(keys.get(story)!) || (story === firingOf(alert) && !seen.has(textsKey(alert)));
    const own = alertStories.filter((story) => story.alert === alert && isAsked(story));
    return [...new Set(own.map(({ pace }) => pace))].map((pace) =>
      own.filter((story) => story.pace === pace),
    );
  });
  await inParallel(batches, async (batch) => {
    const played = batch.map((story) => told.get(story)!);
    const { alert } = batch[0]!;
    const book = bookFor(batch[0]!);
    const outcomes = await evaluate(book.rulesOf(book.closureOf([alert])), played);
    for (const [i, story] of batch.entries())
      found.set(story, { differences: differences(played[i]!, outcomes[i]!), outcome: outcomes[i]! });
  });
}, 0);

describe.each(names)('%s', (alert) => {
  const stories = alertStories.filter((story) => story.alert === alert);
  const played = stories.map((story) => told.get(story)!);

  test('has its labels', () => {
    expect(labelsOf(alert, sloRules)).toEqual(LABELS[alert]);
  });

  test('has stories in which it fires, stays quiet and resolves', () => {
    const spans = played.flatMap(({ firings, end }) =>
      firings.flatMap(({ spans }) => spans.map(({ to }) => ({ resolved: to <= end }))),
    );
    expect(spans.length).toBeGreaterThan(0);
    expect(spans.filter(({ resolved }) => resolved).length).toBeGreaterThan(0);
    expect(stories.flatMap(({ quietAt = [] }) => quietAt).length).toBeGreaterThan(0);
  });

  test.each(stories)('$title', (story) =>
    seen.holds(keys.get(story)!, () => expect(found.get(story)!.differences).toEqual([])),
  );

  test('fills in what it tells', () =>
    seen.holds(textsKey(alert), () => {
      const firing = firingOf(alert);
      const { labels } = told.get(firing)!.firings[0]!;
      const [sent] = found.get(firing)!.outcome.notifications;
      expect(sent!.labels).toMatchObject({ ...labels, ...ruleOf(alert).labels });
      for (const name of ['summary', 'description', 'impact', 'action', 'runbook_url', 'dashboard_url'])
        expect(sent!.annotations[name], name).toMatch(/^(?!.*(\{\{|<no value>|<error|NaN)).{10,}/s);
      expect(sent!.annotations.runbook_url).toMatch(new RegExp(`/slo.md#${alert.toLowerCase()}$`));
    }));
});
