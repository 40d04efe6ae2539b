import type { InputSeries } from './world/series-history.ts';
import { type AlertLabels, type Claim, type Reading, Stage } from './world/stage.ts';
import { clockText, type Pace, USUAL_PACE } from './world/time.ts';

/** What happens on one target, told with the real helpers. */
export type Script = (stage: Stage) => Promise<void>;

/** A story: a sentence, and the script that plays it; several scripts are replicas side by side. */
export interface Story {
  /** The alert that it tells of; undefined when it tells of recorded series only. */
  readonly alert: string | undefined;
  readonly title: string;
  readonly scripts: readonly Script[];
  readonly pace: Pace;
  /** When it begins. Default: `STORY_START`. */
  readonly start?: number;
}

/** A story as it is written: its script, its replicas' scripts, or scripts at another pace than the usual one. */
export type StoryText =
  | Script
  | readonly Script[]
  | { readonly pace: Pace; readonly start?: number; readonly scripts: readonly Script[] };

/** The stories of one alert, and what its notification must say. */
export interface AlertStories {
  readonly alert: string;
  readonly severity: 'critical' | 'warning' | 'info' | 'none';
  /** The headline that a person on call reads. */
  readonly summary: string;
  /** File and heading of its runbook, as the end of its `runbook_url`. */
  readonly runbook: string;
  readonly stories: readonly Story[];
}

/** The stories of one alert, each a sentence with its script. */
export function alertStories(
  alert: string,
  facts: Omit<AlertStories, 'alert' | 'stories'>,
  stories: { readonly [title: string]: StoryText },
): AlertStories {
  return { alert, ...facts, stories: storiesOf(alert, stories) };
}

/** Stories, each a sentence with its script, of an alert or of recorded series. */
export function storiesOf(
  alert: string | undefined,
  stories: { readonly [title: string]: StoryText },
): Story[] {
  return Object.entries(stories).map(([title, text]) => ({
    alert,
    title,
    ...(typeof text === 'function' ? { scripts: [text] } : 'pace' in text ? text : { scripts: text }),
    pace: 'pace' in text ? text.pace : USUAL_PACE,
  }));
}

/** A span of evaluations, the first included, the last not. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** When an alert should fire for one set of labels. */
export interface Firing {
  readonly labels: AlertLabels;
  readonly spans: readonly Span[];
}

/** A played story: the series that Prometheus would have, and what the story claims. */
export interface Played {
  readonly story: Story;
  readonly series: readonly InputSeries[];
  /** When the alert fires, all other times excluded. */
  readonly firings: readonly Firing[];
  /** What recorded series are at some times. */
  readonly readings: readonly Reading[];
  /** The last evaluation. */
  readonly end: number;
  readonly journal: readonly string[];
}

/** The rules that a played story makes claims of. */
export const subjectsOf = ({ story, readings }: Played): ReadonlySet<string> =>
  new Set([...(story.alert === undefined ? [] : [story.alert]), ...readings.map(({ record }) => record)]);

/** Plays a story. Its replicas share the time but nothing else, so one is played after the other. */
export async function play(story: Story): Promise<Played> {
  try {
    return await playScripts(story);
  } catch (cause) {
    throw new Error(`${story.alert ?? 'Records'}: "${story.title}" can not be played: ${String(cause)}`, {
      cause,
    });
  }
}

async function playScripts(story: Story): Promise<Played> {
  const stages: Stage[] = [];
  for (const [i, script] of story.scripts.entries()) {
    const stage = new Stage(`host-${i + 1}:8000`, story.pace, story.start);
    stages.push(stage);
    await script(stage);
    await stage.seen();
    stage.leave();
  }
  const end = stages[0]!.now;
  const other = stages.find((stage) => stage.now !== end);
  if (other !== undefined)
    throw new Error(`replicas end together, not at ${clockText(end)} and ${clockText(other.now)}`);
  return {
    story,
    series: stages.flatMap((stage) => stage.inputSeries()),
    firings: firingsOf(
      stages.flatMap((stage) => stage.claims),
      end + story.pace.evaluation,
    ),
    readings: stages.flatMap((stage) => stage.readings),
    end,
    journal: stages.flatMap((stage) => stage.journal),
  };
}

/** The claims as spans, by labels; what is not resolved fires until `end`. */
function firingsOf(claims: readonly Claim[], end: number): Firing[] {
  const byLabels = new Map<string, { readonly labels: AlertLabels; readonly spans: Span[] }>();
  for (const { time, firing, labels } of claims.toSorted((a, b) => a.time - b.time)) {
    const key = JSON.stringify(Object.entries(labels).sort());
    const known = byLabels.get(key) ?? { labels, spans: [] };
    byLabels.set(key, known);
    const open = known.spans.at(-1)?.to === Infinity ? known.spans.pop() : undefined;
    if (firing === (open !== undefined))
      throw new Error(`${key} is claimed to be ${firing ? 'firing' : 'quiet'} twice`);
    known.spans.push(open === undefined ? { from: time, to: Infinity } : { from: open.from, to: time });
  }
  return [...byLabels.values()].map(({ labels, spans }) => ({
    labels,
    spans: spans.map(({ from, to }) => ({ from, to: Math.min(to, end) })),
  }));
}
