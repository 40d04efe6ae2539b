/** Times of the scenarios are seconds; these say which. */
export const seconds = (count: number): number => count;
export const minutes = (count: number): number => count * 60;
export const hours = (count: number): number => count * 3_600;
export const days = (count: number): number => count * 86_400;

/** How often the target is scraped and the rules are evaluated. */
export interface Pace {
  readonly scrape: number;
  readonly evaluation: number;
}

/** Reference system 004: scraped every 15 s, evaluated every 30 s. */
export const USUAL_PACE: Pace = { scrape: seconds(15), evaluation: seconds(30) };

/** For stories of a week: promtool reads no more than 10,000 samples of a series at once. */
export const SLOW_PACE: Pace = { scrape: minutes(2.5), evaluation: minutes(5) };

/**
 * When the first process of a story starts. promtool's clock begins at the Unix epoch, where an age and a timestamp are nearly the same
 * number: an alert that takes one for the other shows itself only once the clock is beyond its threshold, which in most stories is an hour at
 * most. Rules are evaluated over the time before too, so it is no longer than that.
 */
export const STORY_START = hours(1);

/** A moment of a story that begins at {@link STORY_START}: so long after that. */
export const at = (hour: number, minute: number, second = 0): number =>
  STORY_START + hours(hour) + minutes(minute) + second;

/** `2:05:30`, as the messages write a moment of a story. */
export function clockText(time: number): string {
  const whole = Math.floor(time);
  const two = (part: number) => String(part).padStart(2, '0');
  const fraction = Math.round((time - whole) * 1_000);
  return `${Math.floor(whole / 3_600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}${fraction === 0 ? '' : `.${String(fraction).padStart(3, '0')}`}`;
}
