import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { recordingsOf } from '../../../rules/src/engine/mixin/folds.ts';
import { COPY_INTERVAL } from '../../../rules/src/engine/remembered/index.ts';
import { shipped } from '../../../rules/src/mixins/index.ts';

/*
 * The past that rules read, and no more: what each recorded series was each minute of the last hours, and around the far end of each window; and
 * its hourly copies over all days. Values grow as those of totals do; what a rule costs does not depend on them.
 */

/** A recorded series as Prometheus shows it. */
export interface RecordedSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

const MINUTE = 60;
/** Recorded series are read back over six hours at most, raw ones not at all. */
const RECENT = 6 * 3_600;
/** A window is looked up this far around its far end. */
const AROUND = 20 * MINUTE;
const WINDOW_DAYS = [1, 3, 7, 30];

const kept = new Set(recordingsOf(shipped).flatMap(({ record, kept: isKept }) => (isKept ? [record] : [])));

/** Writes the history of these series as OpenMetrics, up to a time in Unix seconds, and tells how many samples it has. */
export async function writeHistory(
  file: string,
  series: readonly RecordedSeries[],
  now: number,
  days: number,
): Promise<number> {
  const out = createWriteStream(file);
  const minutely = minutesBefore(now, days);
  const hourly = timesBetween(now - days * 86_400, now, COPY_INTERVAL.durationSeconds);
  let samples = 0;
  const byName = new Map<string, RecordedSeries[]>();
  for (const each of series) {
    const name = each.metric.__name__!;
    if (name.endsWith('_hourly')) continue;
    const own = byName.get(name);
    if (own === undefined) byName.set(name, [each]);
    else own.push(each);
  }
  const write = async (name: string, own: readonly RecordedSeries[], times: readonly number[]) => {
    for (const { metric, value } of own) {
      const { __name__: _, ...labels } = metric;
      const selector = Object.entries(labels).map(([key, text]) => `${key}=${JSON.stringify(text)}`);
      const lines = times.map((time) => `${name}{${selector}} ${value} ${time}\n`);
      samples += lines.length;
      if (!out.write(lines.join(''))) await once(out, 'drain');
    }
  };
  for (const [name, own] of byName) {
    const isTotal = name.endsWith(':total');
    await write(name, own, isTotal ? minutely : minutely.filter((time) => time > now - RECENT));
    if (kept.has(name)) await write(`${name}_hourly`, own, hourly);
  }
  out.end('# EOF\n');
  await once(out, 'finish');
  return samples;
}

function minutesBefore(now: number, days: number): readonly number[] {
  const ends = WINDOW_DAYS.filter((day) => day < days).map((day) => now - day * 86_400);
  return [
    ...ends.toSorted((a, b) => a - b).flatMap((end) => timesBetween(end - AROUND, end + AROUND, MINUTE)),
    ...timesBetween(now - RECENT, now, MINUTE),
  ];
}

const timesBetween = (from: number, to: number, step: number): readonly number[] =>
  Array.from({ length: Math.floor((to - from) / step) }, (_, i) => Math.floor(from + i * step));
