import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { counter } from '@sightglass/core';
import { afterAll, describe, expect, test } from 'vitest';
import {
  alert,
  alertsOf,
  type Config,
  defineConfig,
  defineMixin,
  type MixinOptions,
  minutes,
  type OwnAlertOptions,
  promql,
  renderRules,
  slo,
} from '../index.ts';
import { http, jobs, offload, pricing, service, shipped, syncs, telemetry } from '../mixins/index.ts';
import { CONFIG_FILES, loadConfig } from './load.ts';

const sent = counter('config_invoices_sent_total', {
  help: 'Invoices sent.',
  labels: { outcome: ['ok', 'bounced'] },
});
const bouncing = {
  expr: promql`sum(rate(${sent.where({ outcome: 'bounced' })}[10m])) > ${0.1}`,
  for: minutes(10),
  severity: 'warning',
  summary: 'Invoices are bouncing.',
} as const satisfies OwnAlertOptions;

const folder = mkdtempSync(join(tmpdir(), 'sightglass-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('defineConfig', () => {
  test('takes nothing, and what is sound', () => {
    expect(defineConfig({})).toEqual({});
    const config: Config = {
      mixins: [jobs],
      scope: [],
      out: { rules: 'rules' },
      runbooks: 'https://r.example',
    };
    expect(defineConfig(config)).toEqual(config);
  });

  test('says everything that is wrong at once', () => {
    const wrong = {
      mixins: [jobs, jobs],
      dashboard: [],
      scope: 'cluster',
      runbooks: 7,
      routing: { chanel: '#x' },
      out: { rules: '', grafana: 'x' },
    } as unknown as Config;
    expect(() => defineConfig(wrong)).toThrow(
      expect.objectContaining({
        problems: [
          expect.stringMatching(/^there is no field "dashboard"; there are mixins, dashboards, /),
          'the mixin "jobs" is there twice',
          'runbooks must be a text',
          'scope must list the names of labels',
          expect.stringMatching(/^there is no routing option "chanel"/),
          'there is no folder "grafana"; there are rules, dashboards, alertmanager, openslo',
          'out.rules must name a folder',
        ],
      }),
    );
    for (const nothing of [null, 7, []])
      expect(() => defineConfig(nothing as unknown as Config)).toThrow(/needs an object/);
    expect(() => defineConfig({ mixins: [{}] } as unknown as Config)).toThrow(/mixins must list/);
  });
});

describe('loadConfig', () => {
  test('finds none, or the one that is there', async () => {
    expect(await loadConfig(folder)).toBeUndefined();
    writeFileSync(join(folder, 'sightglass.config.mjs'), "export default { scope: ['region'] };\n");
    expect(await loadConfig(folder)).toEqual({
      config: { scope: ['region'] },
      folder,
      file: join(folder, 'sightglass.config.mjs'),
    });
    expect(CONFIG_FILES[0]).toBe('sightglass.config.ts');
  });

  test('says which file is missing, broken, or no config', async () => {
    await expect(loadConfig(folder, 'other.ts')).rejects.toThrow(`there is no ${join(folder, 'other.ts')}`);
    writeFileSync(join(folder, 'broken.mjs'), "throw new Error('no luck');\n");
    await expect(loadConfig(folder, 'broken.mjs')).rejects.toThrow(/broken\.mjs can not be loaded: no luck/);
    writeFileSync(join(folder, 'wrong.mjs'), 'export default { mixin: [] };\n');
    await expect(loadConfig(folder, 'wrong.mjs')).rejects.toThrow(
      /does not export a config by default, as `export default defineConfig\(\{ … \}\)` does:\n- there is no field "mixin"/,
    );
    writeFileSync(join(folder, 'named.mjs'), 'export const config = {};\n');
    await expect(loadConfig(folder, 'named.mjs')).rejects.toThrow(/named\.mjs does not export/);
  });
});

describe('what an own mixin may say simply', () => {
  const billing = defineMixin({
    name: 'billing',
    owner: 'team-billing',
    metrics: [sent],
    alerts: [alert('InvoicesBouncing', { ...bouncing, runbook: 'invoices.md#bouncing' })],
  });

  test('is rendered as what is said at length', () => {
    const [file] = renderRules({ mixins: [billing], runbookBaseUrl: 'https://r.example' });
    expect(file!.file).toBe('billing.yml');
    expect(file!.yaml).toContain('interval: 1m');
    for (const line of [
      'alert: InvoicesBouncing',
      'component: billing',
      'owner: team-billing',
      'description: Invoices are bouncing.',
      'runbook_url: https://r.example/invoices.md#bouncing',
    ])
      expect(file!.yaml).toContain(`${line}\n`);
    for (const unsaid of ['impact', 'action', 'dashboard_url']) expect(file!.yaml).not.toContain(unsaid);
  });

  test('an SLO of one subject, without prose', () => {
    const promise = slo({
      name: 'invoices-sent',
      description: 'Of all invoices, 99 % reach the customer.',
      owner: 'team-billing',
      objective: 0.99,
      windowDays: 30,
      sli: {
        kind: 'ratio',
        by: [],
        total: sent,
        bad: sent.where({ outcome: 'bounced' }),
        eventsPerHour: 60,
      },
    });
    const mixins = [defineMixin({ name: 'billing', metrics: [sent], slos: [promise] })];
    expect(renderRules({ mixins }).map(({ file }) => file)).toEqual(['slo.yml']);
    expect(alertsOf(mixins).map(({ alert, description }) => [alert, description])).toEqual([
      ['SloInvoicesSentBurnsFast', expect.stringMatching(/^The budget of all burns /)],
      ['SloInvoicesSentBurnsSlowly', expect.stringMatching(/^The budget of all burns /)],
      ...alertsOf(mixins)
        .slice(2)
        .map(({ alert, description }) => [alert, description]),
    ]);
  });

  test.each<[string, unknown, RegExp]>([
    ['no name', { alerts: [] }, /name must be lower-case words/],
    ['a field of nobody', { name: 'a', alert: [] }, /there is no field "alert"/],
    ['a metric by its name', { name: 'a', metrics: ['x'] }, /metrics must be a list/],
    ['something else as a metric', { name: 'a', metrics: [{}] }, /what counter\(\), gauge\(\)/],
    ['rules as a list', { name: 'a', groups: [] }, /groups must be a function/],
    ['an interval of a number', { name: 'a', interval: 30 }, /interval must be a duration/],
    ['an empty owner', { name: 'a', owner: '' }, /owner must be a text/],
    ['nothing', undefined, /needs an object/],
  ])('a mixin with %s is refused', (_, options, message) => {
    expect(() => defineMixin(options as MixinOptions)).toThrow(message);
  });

  test.each<[string, string, unknown, RegExp]>([
    ['a name in lower case', 'bouncing', bouncing, /words in CamelCase/],
    [
      'an option that is none',
      'InvoicesBouncing',
      { ...bouncing, keepFiring: 1 },
      /"keepFiring" is no option; did you mean keepFiringFor\?/,
    ],
    ['a text as its expression', 'A', { ...bouncing, expr: 'up == 0' }, /expr must be promql/],
    ['a severity of nobody', 'A', { ...bouncing, severity: 'page' }, /severity must be one of critical/],
    [
      'a template in its summary',
      'A',
      { ...bouncing, summary: '{{ $value }} bounce.' },
      /summary must be one sentence/,
    ],
    ['a runbook with two sections', 'A', { ...bouncing, runbook: 'a#b#c' }, /runbook must be a page/],
    ['a hold of a text', 'A', { ...bouncing, for: '10m' }, /for must be a duration/],
    ['a dashboard without a panel', 'A', { ...bouncing, dashboard: { uid: 'x' } }, /dashboard must name/],
    ['nothing', 'A', undefined, /needs an object/],
  ])('an alert with %s is refused', (_, name, options, message) => {
    expect(() => alert(name, options as OwnAlertOptions)).toThrow(message);
  });
});

describe('only what a team uses is rendered', () => {
  test('each mixin that ships can be rendered without those that it does not need', () => {
    const needs = (name: string) => shipped.find((mixin) => mixin.name === name)!;
    for (const mixin of shipped) {
      const mixins = [mixin, ...(mixin.needs ?? []).map(needs)];
      expect(() => renderRules({ mixins })).not.toThrow();
    }
    expect(renderRules({ mixins: [jobs, http, service] }).map(({ file }) => file)).toEqual([
      'jobs.yml',
      'http.yml',
      'service.yml',
      'slo.yml',
    ]);
    expect(renderRules({ mixins: [offload, telemetry] }).map(({ file }) => file)).toEqual([
      'offload.yml',
      'telemetry.yml',
      'aliases.yml',
    ]);
  });

  test('what it needs is said once', () => {
    expect(() => renderRules({ mixins: [pricing] })).toThrow(
      expect.objectContaining({
        problems: [
          'the mixin "pricing" reads what "jobs" records: list that as well',
          'the mixin "pricing" reads what "syncs" records: list that as well',
        ],
      }),
    );
    expect(() => renderRules({ mixins: [syncs] })).toThrow(/"syncs" reads what "jobs" records/);
  });
});

describe('a config module that is none', () => {
  const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));
  const check = (code: string) => {
    writeFileSync(join(folder, 'broken.mjs'), code);
    const args = ['--conditions=@sightglass/source', CLI, 'check', '--config', 'broken.mjs'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return { status, stderr: stderr.trim() };
  };

  test.each([
    ['process.exit(0)', 'Nothing was done'],
    ['await new Promise(() => {})', 'Nothing was done'],
    ['throw null', 'can not be loaded: null'],
    ["throw 'a text'", 'can not be loaded: a text'],
    ["export default { get mixins() { throw new Error('no'); } }", 'broken.mjs can not be loaded: no'],
  ])('%s is a failure of the command, which says so', (code, said) => {
    expect(check(code)).toEqual({ status: 1, stderr: expect.stringContaining(said) });
    expect(check(code).stderr).not.toContain('\n    at ');
  });
});
