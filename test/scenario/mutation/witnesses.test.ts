import { describe, expect, test } from 'vitest';
import { labelsWitness } from '../../mutation/rules/labels.ts';
import { groupMutants, ruleMutants } from '../../mutation/rules/mutants.ts';
import { groups, rules } from '../rules.ts';
import { datasetStale } from '../stories/datasets/freshness.ts';
import { targetAbsent } from '../stories/telemetry.ts';
import { type Played, play } from '../story.ts';
import { USUAL_PACE } from '../world/time.ts';
import { paceWitness, storyWitness } from './witnesses.ts';

const all = ruleMutants(groups);
const byName = (name: string, part: string) =>
  all.find(({ original, part: own }) => (original.alert ?? original.record) === name && own === part)!;

/** An alert that reads a series of ours alone. */
const ALERT = 'SightglassCollectorFailing';
const METRIC = /\bsightglass_\w+/.exec(rules.find(({ alert }) => alert === ALERT)!.expr)![0];

const played: Played = {
  story: { alert: ALERT, title: 'fires once', scripts: [], pace: USUAL_PACE },
  series: [
    { series: `${METRIC}{reason="a"}`, values: '0x9 1x9' },
    { series: 'another_metric{}', values: '0x9' },
  ],
  firings: [{ labels: {}, spans: [{ from: 90, to: 300 }] }],
  readings: [],
  end: 300,
  journal: [],
};
const evidence = (changes: Partial<Played> = {}) =>
  storyWitness({ ...played, ...changes }).evidence(byName(ALERT, 'expression'));

describe('what the verdict of a story depends on', () => {
  test('is its series, its claims, its pace and its end', () => {
    const [own, other] = played.series as [Played['series'][number], Played['series'][number]];
    const changes: readonly Partial<Played>[] = [
      {},
      { series: [{ ...own, values: '0x9 2x9' }, other] },
      { firings: [{ labels: {}, spans: [{ from: 120, to: 300 }] }] },
      { firings: [{ labels: { x: 'y' }, spans: [{ from: 90, to: 300 }] }] },
      { story: { ...played.story, pace: { ...USUAL_PACE, scrape: 30 } } },
      { end: 330 },
    ];
    expect(new Set(changes.map(evidence)).size).toBe(changes.length);
  });

  test('is no series that no rule of its claims reads, no claim of other rules, and nothing that it says to people', () => {
    const [own] = played.series as [Played['series'][number]];
    const reading = { record: 'job:sightglass_targets:count', time: 30, samples: [] };
    expect(evidence({ series: [own] })).toBe(evidence());
    expect(evidence({ readings: [reading] })).toBe(evidence());
    expect(evidence({ journal: ['something happens'] })).toBe(evidence());
  });

  test('is no id that a process makes for itself, but which are the same', () => {
    const [own] = played.series as [Played['series'][number]];
    const of = (...ids: readonly string[]) =>
      evidence({ series: ids.map((id) => ({ ...own, series: `${METRIC}{process_id="${id}"}` })) });
    expect(of('0a1b2c3d', '4e5f6071')).toBe(of('89abcdef', '01234567'));
    expect(of('0a1b2c3d', '4e5f6071')).not.toBe(of('0a1b2c3d', '0a1b2c3d'));
  });

  test('is nothing for a rule that it does not read, nor for what is put on an alert', () => {
    const witness = storyWitness(played);
    expect(witness.evidence(byName('Watchdog', 'expression'))).toBeUndefined();
    expect(witness.evidence(byName(ALERT, 'label'))).toBeUndefined();
    // What it found out by a claim would have no evidence, and be asked for in every run.
    expect(all.filter((mutant) => witness.claims(mutant) && witness.evidence(mutant) === undefined)).toEqual(
      [],
    );
    expect(witness.claims(byName(ALERT, 'expression'))).toBe(true);
  });
});

test('the labels of each rule of an alert are held by what they have to be', async () => {
  const own = all.filter(({ original, part }) => original.alert === ALERT && part === 'label');
  const witness = labelsWitness(ALERT, [{ severity: 'warning', component: 'telemetry' }], rules);
  const found = [...(await witness.findsOut(own))];
  expect(found.map(({ title }) => title)).toEqual([
    `${ALERT}: label severity "warning" became "critical"`,
    `${ALERT}: label component was left out`,
  ]);
});

test('an interval is held by moments between the evaluations of a longer one, at the pace of the group only', async () => {
  const own = groupMutants(groups).filter(({ original }) =>
    original.rules.some(({ alert }) => alert === ALERT),
  );
  const witness = paceWitness(played);
  expect(own.map((mutant) => witness.evidence(mutant) !== undefined)).toEqual([true, true]);
  expect([...(await witness.findsOut(own))]).toEqual(own);
  const slow = paceWitness({ ...played, story: { ...played.story, pace: { scrape: 60, evaluation: 60 } } });
  expect(own.map((mutant) => slow.evidence(mutant))).toEqual([undefined, undefined]);
});

test('a mutant of a rule behind a claim is found out through all that reads it, when it has an effect', async () => {
  const story = targetAbsent.stories[0]!;
  const own = all.filter(({ original }) => original.record === 'job:sightglass_targets:count');
  const found = new Set([...(await storyWitness(await play(story)).findsOut(own))].map(({ title }) => title));
  const isFound = (change: string) => found.has(`job:sightglass_targets:count: ${change}`);
  expect(isFound('"and" became "unless"')).toBe(true);
  expect(isFound('"count" became "sum"')).toBe(false);
});

test('a rule that reads what stands later in its group, as the evaluation before left it, is so when it is copied', async () => {
  const deployed = datasetStale.stories.find(({ title }) => title.includes('deployed as an hourly one'))!;
  const shortened = 'dataset_layer:dataset_freshness_shortened_timestamp_seconds:last_known';
  const own = all.filter(
    ({ original, title }) => original.record === shortened && title.includes('"<" became ">"'),
  );
  expect(own).toHaveLength(1);
  const found = await storyWitness(await play(deployed)).findsOut(own);
  expect([...found]).toEqual(own);
});
