import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { substitute } from '../../dashboards/src/engine/queries.ts';
import type { PrintedSample } from '../scenario/promtool/labels.ts';
import { estates } from './estate.ts';
import { valuesOf } from './pages.ts';
import { ask, type PanelStory, type Told, tell } from './told.ts';

/*
 * What the queries of the dashboards answer in the estates of the pictures, for `dashboards/preview`: a file for each dashboard in each estate, into
 * the folder SIGHTGLASS_PICTURES. Grafana would ask Prometheus the same.
 */
const folder = process.env.SIGHTGLASS_PICTURES;
const only = process.env.SIGHTGLASS_ESTATE;

/** How long each dashboard shows, and its step, in seconds. */
const RANGES: { readonly [uid: string]: readonly [range: number, step: number] } = {
  'sightglass-scheduler': [86_400, 1_800],
  'sightglass-slo': [86_400, 1_800],
};
const SHORT = [21_600, 600] as const;

/** A story of promtool begins in 1970; the pictures, on a day of this year. */
const TODAY = Date.UTC(2026, 10, 29) / 1_000;

test.each(estates.filter(({ name }) => only === undefined || name === only))('$name', async (story) => {
  if (folder === undefined) throw new Error('SIGHTGLASS_PICTURES is the folder to write into');
  mkdirSync(folder, { recursive: true });
  const told = await tell(story);
  for (const uid of story.dashboards) {
    const file = new URL(`../../dashboards/grafana/${uid}.json`, import.meta.url);
    const answers = await answersOf(told, JSON.parse(readFileSync(file, 'utf8')));
    expect(Object.keys(answers.instant).length).toBeGreaterThan(0);
    writeFileSync(join(folder, `${uid}-${story.name}.json`), JSON.stringify(answers));
  }
});

async function answersOf(told: Told, dashboard: { uid: string; panels: readonly Panel[] }) {
  const end = [...told.looks.values()].at(-1)!;
  const [range, step] = RANGES[dashboard.uid] ?? SHORT;
  const values = {
    ...valuesOf(dashboard),
    __interval: `${step}s`,
    __rate_interval: `${Math.max(step, 600)}s`,
    __range: `${range}s`,
    __range_s: String(range),
  };
  const asked = (isInstant: boolean) =>
    dashboard.panels
      .flatMap(({ targets }) => targets)
      .filter((target) => (target.instant === true) === isInstant)
      // What is asked of a database has no expression.
      .flatMap(({ expr }) => (expr === undefined ? [] : [substitute(expr, values)]));
  const times = Array.from({ length: range / step + 1 }, (_, i) => end - range + i * step);
  const at = (story: PanelStory, moments: readonly number[]): Told => ({
    ...told,
    story,
    looks: new Map(moments.map((time) => [String(time), time])),
  });
  const now = await ask(at(told.story, [end]), asked(true));
  const then = await ask(at(told.story, times), asked(false));
  const shifted = (time: number) => TODAY + time;
  return {
    values,
    range: { start: shifted(end - range), end: shifted(end), step },
    instant: Object.fromEntries(
      asked(true).map((expr) => [
        expr,
        (now.get(String(end))?.get(expr) ?? []).map(({ labels, value }) => ({
          metric: labels,
          value: [shifted(end), String(value)],
        })),
      ]),
    ),
    ranges: Object.fromEntries(
      asked(false).map((expr) => [
        expr,
        seriesOf(times.map((time) => [shifted(time), then.get(String(time))?.get(expr) ?? []])),
      ]),
    ),
  };
}

interface Panel {
  readonly targets: readonly { readonly expr?: string; readonly instant?: boolean }[];
}

/** Samples at several times as series. */
function seriesOf(moments: readonly (readonly [time: number, samples: readonly PrintedSample[]])[]) {
  const series = new Map<string, { metric: PrintedSample['labels']; values: [number, string][] }>();
  for (const [time, samples] of moments)
    for (const { labels, value } of samples) {
      const key = JSON.stringify(Object.entries(labels).sort());
      const known = series.get(key) ?? { metric: labels, values: [] };
      series.set(key, known);
      known.values.push([time, String(value)]);
    }
  return [...series.values()];
}
