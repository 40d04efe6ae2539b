import type { Dice } from '../../scenario/tables/table.ts';
import type { Stage } from '../../scenario/world/stage.ts';
import { minutes, type Pace } from '../../scenario/world/time.ts';
import type { Look, PanelStory } from '../told.ts';

/*
 * Processes with many things, of which each does what a dice says, so that there is every mixture of states, ages and numbers, also those of which nobody
 * thinks: what one has, another has not. The other stories say what a panel means; these, that nothing in it can be left out.
 */

const PACE: Pace = { scrape: minutes(1), evaluation: minutes(1) };

/** The clock of promtool begins at 0, where an age and a time are nearly the same. */
export const START = minutes(15);
export const QUARTER = minutes(15);

/** After so many quarters of an hour somebody looks. */
const LOOKS = [8, 11, 14, 17];
const LAST = 17;

/** The chance that a mood changes which is asked for each minute: it lasts for half an hour, long enough for what alerts wait for. */
export const EACH_MINUTE = 0.03;

/** How a thing is, until it is otherwise. */
export class Moods<M extends string> {
  readonly #dice: Dice;
  readonly #moods: readonly M[];
  readonly #now = new Map<string, M>();

  readonly #changes: number;

  /** `changes` is the chance that a mood is another one when it is asked for again. */
  constructor(dice: Dice, moods: readonly M[], changes = 0.2) {
    this.#dice = dice;
    this.#moods = moods;
    this.#changes = changes;
  }

  of(thing: string): M {
    const known = this.#now.get(thing);
    const mood =
      known === undefined || this.#dice.maybe(this.#changes) ? this.#dice.one(...this.#moods) : known;
    this.#now.set(thing, mood);
    return mood;
  }
}

/** The story of a mixture: what happens on its first target, where somebody looks, and on the others. */
export const story = (
  name: string,
  dashboards: readonly string[],
  [script, ...beside]: readonly [
    script: PanelStory['script'],
    ...beside: readonly ((stage: Stage) => Promise<void>)[],
  ],
): PanelStory => ({ name: `${name}-mixture`, dashboards, pace: PACE, start: START, script, beside });

/** So late in a quarter of an hour somebody looks: what happens in it is over. */
const LATE = minutes(13);

/** When processes begin anew before the last look: within the range of rates and marks then, and not within half of it. */
const ANEW = minutes(6.5);

/**
 * Lets quarters of an hour pass, in each of which something happens in the first minutes, and is looked at after some of them. Processes end now and then,
 * and begin anew; those beside the first one do so shortly before the last look.
 */
export async function quarters<T>(
  s: Stage,
  dice: Dice,
  look: Look | undefined,
  begins: () => Promise<T>,
  happens: (now: T, quarter: number) => Promise<void>,
): Promise<void> {
  let now = await begins();
  for (let quarter = 1; quarter <= LAST; quarter++) {
    await s.until(START + quarter * QUARTER);
    const isBeside = look === undefined && quarter === LAST;
    if (isBeside) await s.wait(ANEW);
    const ends = isBeside || dice.maybe(0.12);
    if (ends) {
      s.die();
      await s.wait(minutes(isBeside ? 0.2 : dice.one(0.2, 3)));
      now = await begins();
    }
    if (!isBeside) await happens(now, quarter);
    if (!LOOKS.includes(quarter)) continue;
    await s.until(START + quarter * QUARTER + LATE);
    await look?.(`after ${quarter} quarters of an hour`);
  }
}
