import {
  DEFAULT_SCOPE,
  panelQueries,
  renderDashboards,
  substitute,
  variableValues,
} from '@sightglass/dashboards';
import { seenBy } from '@sightglass/test-tools/seen';
import { beforeAll, describe, expect, test } from 'vitest';
import { withinScope } from '../../dashboards/src/engine/scope.ts';
import { JUDGES } from './depends.ts';
import { type PrintedSample, parseSamples } from './promtool/labels.ts';
import { answersIn, runPromtool } from './promtool/run.ts';
import { closureOf, readsOf, rulesNamed, type YamlRule } from './rules.ts';
import { play, type Script } from './story.ts';
import { declareJob, TEN_MINUTELY } from './world/job.ts';
import { cycles, failing, moved, QUARTER_HOURLY } from './world/offload.ts';
import type { InputSeries } from './world/series-history.ts';
import { declareSync } from './world/sync.ts';
import { minutes, type Pace } from './world/time.ts';

/*
 * Two environments in one Prometheus, with the same jobs, tables, targets and names: a panel shows the numbers of the chosen one as if the other
 * were not there, and of both side by side when all are chosen.
 */

/** Dashboards whose rules look back over hours; those of SLOs look back over weeks and are written by the same function. */
const UIDS = ['sightglass-offload', 'sightglass-scheduler', 'sightglass-system', 'sightglass-telemetry'];

/** Slow enough for all rules of all panels to be evaluated within seconds. */
const PACE: Pace = { scrape: minutes(1), evaluation: minutes(1) };

/** What Grafana puts for it at this pace. */
const RATE_INTERVAL = { __rate_interval: '4m' };

const SYNC = { ...TEN_MINUTELY, sources: ['openrouter', 'featherless'], itemsObjective: 50 } as const;

/** An hour of an environment in which all is well, or in which every other run of everything fails. */
const anHour =
  (well: boolean): Script =>
  async (s) => {
    const app = await s.start();
    const offload = app.pipeline.declareOffload(QUARTER_HOURLY);
    const sync = declareSync(s, app, SYNC);
    const job = declareJob(s, app, { ...TEN_MINUTELY, name: 'reports' });
    const cpu = app.core.counter('process_cpu_seconds_total', { help: 'CPU time.' });
    for (let i = 0; i < 4; i++) {
      const good = well || i % 2 === 0;
      await sync.run(
        good
          ? { openrouter: well ? 40 : 20, featherless: 20 }
          : { openrouter: 'fails', featherless: 'fails' },
      );
      await job.run(good ? {} : { ends: 'badly' });
      cpu.add(well ? 1 : 60);
      await cycles(
        s,
        offload,
        1,
        good ? { trades: moved({ rows: well ? 100_000 : 1_000 }) } : { trades: failing() },
      );
    }
    await s.wait(minutes(2));
    // Both end at one time.
    await s.untilNext(minutes(30));
    await s.seen();
  };

interface Query {
  readonly panel: string;
  readonly expr: string;
}

/** Every panel query of a rendering, with these scope labels chosen and all of everything else. */
function queriesOf(scope: readonly string[], chosen: { readonly [label: string]: string } = {}): Query[] {
  return renderDashboards({ scope })
    .map(({ json }) => JSON.parse(json))
    .filter(({ uid }) => UIDS.includes(uid))
    .flatMap((json) =>
      panelQueries(json).map(({ panel, refId, expr }) => ({
        panel: `${json.uid} ${panel} ${refId}`,
        expr: substitute(expr, { ...variableValues(json), ...RATE_INTERVAL, ...chosen }),
      })),
    );
}

/** A rule whose result carries the scope labels. */
const scopedRule = (rule: YamlRule, scope: readonly string[]): YamlRule => ({
  ...rule,
  expr: substitute(withinScope(rule.expr, scope), Object.fromEntries(scope.map((label) => [label, '.*']))),
});

const within = (environment: string, series: readonly InputSeries[]): InputSeries[] =>
  series.map(({ series: name, values }) => ({
    series: name.replace('{', `{environment="${environment}",`),
    values,
  }));

const seen = seenBy(import.meta.url, [...JUDGES, 'dashboards/src/engine']);

let well: Awaited<ReturnType<typeof play>>;
let ill: Awaited<ReturnType<typeof play>>;

beforeAll(async () => {
  const story = { alert: undefined, title: 'is looked at', pace: PACE, start: minutes(15) };
  well = await play({ ...story, scripts: [anHour(true)] });
  ill = await play({ ...story, scripts: [anHour(false)] });
  expect(well.end).toBe(ill.end);
}, 600_000);

/** Samples by query. */
interface Shown {
  readonly [panel: string]: PrintedSample[];
}

/** What each query shows at the end, its samples in order. */
async function shown(
  queries: readonly Query[],
  series: readonly InputSeries[],
  scope: readonly string[] = DEFAULT_SCOPE,
): Promise<Shown> {
  const rules = closureOf(queries.flatMap(readsOf)).flatMap(rulesNamed);
  const output = await runPromtool(
    rules.map((rule) => scopedRule(rule, scope)),
    [{ series, queries: queries.map(({ expr }) => ({ expr, time: well.end })) }],
    PACE,
  );
  const answers = answersIn(output);
  return Object.fromEntries(
    queries.map(({ panel, expr }) => [panel, parseSamples(answers.get(expr) ?? '').toSorted(byLabels)]),
  );
}

/** What an answer of these queries depends on, in either environment. */
const keyOf = (title: string, queries: readonly Query[]): string =>
  seen.key([
    title,
    queries,
    closureOf(queries.flatMap(readsOf)).flatMap(rulesNamed),
    well.series,
    ill.series,
  ]);

const filled = (answers: Shown) => Object.values(answers).filter((samples) => samples.length > 0).length;

const key = ({ labels }: PrintedSample) => JSON.stringify(Object.entries(labels).sort());
const byLabels = (a: PrintedSample, b: PrintedSample) => (key(a) < key(b) ? -1 : 1);

describe('two environments', () => {
  const all = queriesOf(DEFAULT_SCOPE);
  const choosing = (environment: string) =>
    queriesOf(DEFAULT_SCOPE, { environment }).map(({ panel, expr }) => ({
      panel: `${environment} ${panel}`,
      expr,
    }));
  let prod: Shown;
  let staging: Shown;
  let both: Shown;

  const everything = [...all, ...choosing('prod'), ...choosing('staging')];
  const titled = (title: string, check: () => void) =>
    [title, () => seen.holds(keyOf(title, everything), check)] as const;
  const tests = [
    titled('differ, and most panels have something to show', () => {
      expect(filled(prod)).toBeGreaterThan(50);
      expect(filled(staging)).toBeGreaterThan(50);
      expect(prod).not.toEqual(staging);
    }),
    titled('of which one is chosen: every panel shows its numbers and no others', () => {
      for (const { panel } of all) {
        expect(both[`prod ${panel}`], panel).toEqual(prod[panel]);
        expect(both[`staging ${panel}`], panel).toEqual(staging[panel]);
      }
    }),
    titled('of which all are chosen: every panel shows both, and mixes neither into the other', () => {
      for (const { panel } of all)
        expect(both[panel], panel).toEqual([...prod[panel]!, ...staging[panel]!].toSorted(byLabels));
    }),
  ];

  beforeAll(async () => {
    if (tests.every(([title]) => seen.has(keyOf(title, everything)))) return;
    prod = await shown(all, within('prod', well.series));
    staging = await shown(all, within('staging', ill.series));
    both = await shown(
      [...all, ...choosing('prod'), ...choosing('staging')],
      [...within('prod', well.series), ...within('staging', ill.series)],
    );
  }, 600_000);

  test.each(tests)('%s', (_, check) => check());
});

test('where no series has a scope label the panels show what they would show without any', async () => {
  const without = queriesOf([]).map(({ panel, expr }) => ({ panel: `without ${panel}`, expr }));
  const queries = [...queriesOf(DEFAULT_SCOPE), ...without];
  await seen.holds(keyOf('no scope', queries), async () => {
    const answers = await shown(queries, ill.series, []);
    for (const { panel } of queriesOf([])) expect(answers[panel], panel).toEqual(answers[`without ${panel}`]);
    expect(filled(answers)).toBeGreaterThan(100);
  });
}, 600_000);
