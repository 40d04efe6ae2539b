import { closureOf } from './rules.ts';
import { type Played, subjectsOf } from './story.ts';
import { STORY_START } from './world/time.ts';

/** Stories of one pace that are evaluated side by side, and the names of the rules that they need, in their order. */
export interface Batch {
  readonly names: readonly string[];
  readonly stories: readonly Played[];
}

/**
 * What one rule takes at one evaluation, in microseconds on one core: to be read, and for each story that has begun. One that is over goes on
 * to take it, as what it told is remembered.
 */
const TO_READ = 150;
const FOR_EACH_STORY = 50;

/**
 * Batches that take little time. Stories in one batch read the rules once for all of them, but each is given the rules of all; so the two
 * batches that gain most by it are made one, until none gain.
 */
export function batchesOf(played: readonly Played[]): Batch[] {
  const byNeed = new Map<string, Batch>();
  for (const each of played) {
    const names = closureOf(subjectsOf(each));
    const { pace } = each.story;
    const key = JSON.stringify([pace, names, Math.round(3 * Math.log2(each.end / pace.evaluation))]);
    byNeed.set(key, { names, stories: [...(byNeed.get(key)?.stories ?? []), each] });
  }
  const batches = [...byNeed.values()];
  for (;;) {
    const gains = batches.flatMap((a, i) => batches.slice(i + 1).flatMap((b) => gainOf(a, b)));
    const best = gains.reduce((most, each) => (each.gain > most.gain ? each : most), { gain: 0 } as Gain);
    if (best.gain === 0) return batches.toSorted((a, b) => costOf(b) - costOf(a));
    const stories = [...best.a.stories, ...best.b.stories];
    batches.splice(batches.indexOf(best.a), 1);
    batches.splice(batches.indexOf(best.b), 1);
    batches.push({ names: closureOf(stories.flatMap((each) => [...subjectsOf(each)])), stories });
  }
}

interface Gain {
  readonly a: Batch;
  readonly b: Batch;
  readonly gain: number;
}

/** What is gained by making one of two batches, where their pace is the same. */
function gainOf(a: Batch, b: Batch): Gain[] {
  if (paceOf(a) !== paceOf(b)) return [];
  const both = { names: [...new Set([...a.names, ...b.names])], stories: [...a.stories, ...b.stories] };
  return [{ a, b, gain: costOf(a) + costOf(b) - costOf(both) }];
}

const paceOf = ({ stories }: Batch): string => JSON.stringify(stories[0]!.story.pace);

function costOf({ names, stories }: Batch): number {
  const { evaluation } = stories[0]!.story.pace;
  const longest = Math.max(...stories.map(({ end }) => end)) / evaluation;
  const told = stories.map(({ story: { start = STORY_START } }) => longest - start / evaluation);
  return names.length * (TO_READ * longest + FOR_EACH_STORY * told.reduce((sum, one) => sum + one, 0));
}
