/** A span of time as data, so that the same rules can be rendered faster for a live test. */
export interface Duration {
  readonly durationSeconds: number;
}

export const seconds = (count: number): Duration => ({ durationSeconds: count });
export const minutes = (count: number): Duration => seconds(count * 60);
export const hours = (count: number): Duration => seconds(count * 3_600);
export const days = (count: number): Duration => seconds(count * 86_400);

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** As Prometheus writes it: `90m` becomes `1h30m`. `scale` 60 turns a minute into a second; nothing becomes shorter than 1 ms. */
export function formatDuration({ durationSeconds }: Duration, scale = 1): string {
  let rest = Math.max(1, Math.round((durationSeconds * 1_000) / scale));
  let text = '';
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** What {@link formatDuration} writes: units in descending order, each at most once. Undefined for any other text, and for no time at all. */
export function parseDuration(text: string): Duration | undefined {
  const match = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text);
  if (match === null) return undefined;
  const millis = UNITS.reduce((sum, [, size], i) => sum + Number(match[i + 1] ?? 0) * size, 0);
  return millis === 0 ? undefined : { durationSeconds: millis / 1_000 };
}
