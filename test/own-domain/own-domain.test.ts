import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lintDashboards, renderDashboards } from '@sightglass/dashboards';
import {
  alertSubjects,
  alertsOf,
  catalogFor,
  checkQuery,
  DEFAULT_SCOPE,
  diagnose,
  type RenderedFile,
  renderAlertmanager,
  renderRules,
  routeFor,
  seriesNames,
} from '@sightglass/rules';
import { promtool } from '@sightglass/test-tools';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { alertsPage } from '../../docs/src/alerts-page.ts';
import { metricsPage } from '../../docs/src/metrics-page.ts';
import { routingPage } from '../../docs/src/routing-page.ts';
import { bundled, ENTRIES, type Packages } from '../scenario/world/packages.ts';
import { startProcessOf } from '../scenario/world/process.ts';
import { type InputSeries, SeriesHistory } from '../scenario/world/series-history.ts';
import { dashboards, mixins } from './mixins.ts';

/*
 * A domain that no package of ours knows, through every door: its folder and one line are all that it takes.
 */

const ALERTS = ['ParcelsLost', 'ParcelsPileUp', 'SloParcelDeliveryBurnsFast', 'SloParcelDeliveryBurnsSlowly'];
const own = new URL('parcels/', import.meta.url);

let files: readonly RenderedFile[];
let folder: string;
beforeAll(async () => {
  files = renderRules({ mixins });
  folder = await mkdtemp(join(tmpdir(), 'sightglass-own-domain-'));
  for (const { file, yaml } of files) await writeFile(join(folder, file), yaml);
  return () => rm(folder, { recursive: true, force: true });
});

test('it takes its folder and one line, and nothing else in the repository knows of it', async () => {
  expect((await readdir(own)).sort()).toEqual([
    'dashboard.ts',
    'index.ts',
    'metrics.ts',
    'parcels.md',
    'rules.ts',
  ]);
  const list = await readFile(new URL('mixins.ts', import.meta.url), 'utf8');
  expect(
    list.split('\n').filter((line) => /\bparcels\b.*shipped|shipped.*\bparcels\b/.test(line)),
  ).toHaveLength(1);
  const root = new URL('../../', import.meta.url);
  const naming = execFileSync(
    'git',
    ['grep', '-liE', 'parcels_|parcelsMixin|own-domain/parcels', '--', '*.ts', '*.mjs', '*.json', '*.yml'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  expect(
    naming
      .trim()
      .split('\n')
      .filter((file) => !file.startsWith('test/own-domain/')),
  ).toEqual([]);
});

describe('rules', () => {
  test('promtools of both generations read all files, its own among them', async () => {
    expect(files.map(({ file }) => file)).toContain('parcels.yml');
    for (const version of [2, 3] as const) {
      const { code, stderr } = await promtool(['check', 'rules', ...files.map(({ file }) => file)], {
        cwd: folder,
        version,
      });
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('FAILED')]);
    }
  });

  test('the files that ship stay as they are, but for that of all SLOs', () => {
    const alone = renderRules();
    const changed = files.filter(({ file, yaml }) => alone.find((each) => each.file === file)?.yaml !== yaml);
    expect(changed.map(({ file }) => file).sort()).toEqual(['parcels.yml', 'slo.yml']);
  });

  test('its alerts link to its runbook, which has a section for each and queries that work', async () => {
    const alerts = alertsOf(mixins).filter(({ component }) => component === 'parcels');
    expect(alerts.map(({ alert }) => alert).sort()).toEqual(ALERTS);
    const runbook = await readFile(new URL('parcels.md', own), 'utf8');
    expect([...runbook.matchAll(/^## (.+)$/gm)].map(([, title]) => title).sort()).toEqual(ALERTS);
    const { yaml } = files.find(({ file }) => file === 'parcels.yml')!;
    expect(yaml).toContain('/parcels.md#parcelslost');
    const queries = [...runbook.matchAll(/```promql\n([\s\S]*?)```/g)].map(([, query]) => query!);
    expect(queries.flatMap((query) => checkQuery(query, { catalog: catalogFor(mixins) }))).toEqual([]);
  });
});

describe('what its helpers record', () => {
  const MINUTES = 130;
  let text: string;
  let series: readonly InputSeries[];

  /** In the tenth minute one depot loses three parcels and one, at the threshold, two; this is nearly full from minute 20 to 39. A sample a minute. */
  beforeAll(async () => {
    const evaluate = await bundled<Packages & { parcels: typeof import('./parcels/metrics.ts') }>({
      ...ENTRIES,
      parcels: fileURLToPath(new URL('metrics.ts', own)),
    });
    const process = await startProcessOf(evaluate, 0);
    const { declareDepot, recordParcel, setWaiting } = process.parcels;
    declareDepot('north', 100);
    declareDepot('south', 100);
    const history = new SeriesHistory();
    for (let minute = 0; minute < MINUTES; minute++) {
      recordParcel({ depot: 'north', outcome: 'delivered' });
      recordParcel({ depot: 'south', outcome: 'delivered' });
      if (minute === 10)
        for (let lost = 0; lost < 3; lost++) recordParcel({ depot: 'north', outcome: 'lost' });
      if (minute === 10)
        for (let lost = 0; lost < 2; lost++) recordParcel({ depot: 'south', outcome: 'lost' });
      if (minute === 20) setWaiting('south', 91);
      if (minute === 40) setWaiting('south', 90);
      text = await process.scrape();
      history.scraped(minute, text);
      process.pass(60);
    }
    series = ['production', 'staging'].flatMap((environment) =>
      history
        .inputSeries({ job: 'depots', instance: `${environment}:1`, environment })
        // Nothing is lost in staging.
        .filter(
          ({ series }) => environment === 'production' || !/outcome="lost"|parcels_waiting/.test(series),
        ),
    );
  });

  test('fires, is quiet and resolves as it should, in its own estate', async () => {
    const also = {
      ParcelsLost: { severity: 'critical' },
      ParcelsPileUp: { severity: 'warning' },
      SloParcelDeliveryBurnsFast: { severity: 'critical', slo: 'parcel-delivery' },
    };
    const firing = (alertname: keyof typeof also, minute: number, ...depots: string[]) => ({
      eval_time: `${minute}m`,
      expr: `ALERTS{alertname="${alertname}",alertstate="firing"}`,
      exp_samples: depots.map((depot) => {
        const labels = {
          alertname,
          alertstate: 'firing',
          component: 'parcels',
          depot,
          environment: 'production',
          ...also[alertname],
        };
        const text = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
        return { labels: `ALERTS{${text.join(',')}}`, value: 1 };
      }),
    });
    await writeFile(
      join(folder, 'story.yml'),
      stringify({
        rule_files: ['parcels.yml', 'slo.yml'],
        evaluation_interval: '1m',
        tests: [
          {
            interval: '1m',
            input_series: series,
            promql_expr_test: [
              firing('ParcelsLost', 9),
              firing('ParcelsLost', 11),
              firing('ParcelsLost', 12, 'north'),
              firing('ParcelsLost', 60, 'north'),
              firing('ParcelsLost', 90),
              firing('SloParcelDeliveryBurnsFast', 9),
              firing('SloParcelDeliveryBurnsFast', 30, 'north', 'south'),
              firing('ParcelsPileUp', 24),
              firing('ParcelsPileUp', 25, 'south'),
              firing('ParcelsPileUp', 39, 'south'),
              firing('ParcelsPileUp', 40),
            ],
          },
        ],
      }),
    );
    for (const version of [2, 3] as const) {
      const { code, stdout, stderr } = await promtool(['test', 'rules', 'story.yml'], {
        cwd: folder,
        version,
      });
      expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
    }
  });

  test('is what the doctor asks for', () => {
    const subjects = alertSubjects(mixins).filter(({ name }) => ALERTS.includes(name));
    const states = (names: ReadonlySet<string>) =>
      diagnose(mixins, subjects, names).map(({ subject, state }) => [subject.name, state]);
    expect(states(seriesNames(text)).sort()).toEqual(ALERTS.map((alert) => [alert, 'works']));
    const without = seriesNames(text.replaceAll(/^.*parcels_waiting.*$/gm, ''));
    expect(states(without)).toContainEqual(['ParcelsPileUp', 'blind']);
  });
});

describe('routing', () => {
  interface Rule {
    readonly source_matchers: readonly string[];
    readonly equal: readonly string[];
  }

  test('a page of it is an incident for each depot of each estate', () => {
    const page = routeFor({ mixins }).routes!.find(
      ({ matchers }) => matchers?.severity === 'critical' && matchers.alertname === undefined,
    )!;
    expect(page.groupBy).toEqual(expect.arrayContaining(['alertname', 'depot', ...DEFAULT_SCOPE]));
  });

  test('what it holds back is of the same depot and estate', () => {
    const { inhibit_rules } = parse(renderAlertmanager({ mixins })) as { inhibit_rules: readonly Rule[] };
    const rules = inhibit_rules.filter((rule) =>
      JSON.stringify(rule.source_matchers).includes('ParcelsLost'),
    );
    expect(rules.map(({ equal }) => [...equal].sort())).toEqual([[...DEFAULT_SCOPE, 'depot'].sort()]);
    expect(JSON.stringify(rules)).toContain('ParcelsPileUp');
  });
});

test('its dashboard is rendered beside ours, links to its alerts and has nothing to lint', () => {
  const found = renderDashboards({}, dashboards).find(({ file }) => file === 'parcels.json')!;
  const { panels } = JSON.parse(found.json) as {
    panels: readonly { title: string; links?: readonly { title: string }[] }[];
  };
  expect(panels.map(({ title, links = [] }) => [title, links.map((link) => link.title)])).toEqual([
    ['Firing alerts', []],
    ['Sent', ['Alert: ParcelsLost', 'Runbook: ParcelsLost']],
    ['Waiting', ['Alert: ParcelsPileUp', 'Runbook: ParcelsPileUp']],
  ]);
  expect(lintDashboards({}, dashboards.slice(-1), catalogFor(mixins, DEFAULT_SCOPE))).toEqual([]);
});

test('the pages of the docs tell of it', () => {
  for (const metric of ['parcels_sent_total', 'parcels_waiting', 'parcels_capacity'])
    expect(metricsPage(mixins)).toContain(`### ${metric}\n`);
  for (const alert of ALERTS) expect(alertsPage(mixins)).toContain(`### ${alert}\n`);
  expect(alertsPage(mixins)).toContain('| `parcels_lost` | 3 |');
  expect(routingPage(mixins)).toContain('`ParcelsPileUp`');
});
