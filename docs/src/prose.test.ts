import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { type Postgres, startPostgres } from '@sightglass/test-tools';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMMAND_NAMES, isCommand, usageOf } from '../../rules/src/cli/usage.ts';

/* What guides and runbooks say between their queries: names, commands, addresses and SQL are those that there are. */

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const listed = (...patterns: readonly string[]) =>
  execFileSync('git', ['ls-files', ...patterns], { cwd: ROOT, encoding: 'utf8' })
    .trim()
    .split('\n');

const PAGES = listed('docs/*.md', 'rules/runbooks/*.md', '*README.md')
  .filter((path) => !/^docs\/reference|^test\//.test(path))
  .map((path) => ({ path, text: read(path) }));
const runbooks = PAGES.filter(({ path }) => path.startsWith('rules/runbooks/'));
const blocksIn = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(
    ([, block]) => block!,
  );
const between = (text: string) => text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
const wordsIn = (text: string) => text.match(/[A-Za-z_$][\w$]*/g) ?? [];

test('there are pages of every kind', () => {
  expect(PAGES.length).toBeGreaterThan(50);
  expect(runbooks.length).toBeGreaterThan(20);
});

describe('a name in the text is one that the code has', () => {
  const known = new Set(
    listed(
      'packages/*/src/*.ts',
      'rules/*.ts',
      'dashboards/*.ts',
      'examples/*.ts',
      'rules/prometheus/*',
      'rules/airflow/*',
      'examples/stack/*',
      '*package.json',
    )
      .filter((file) => !/\.test\.ts$/.test(file))
      .flatMap((file) => wordsIn(read(file))),
  );
  /** Names of what others have made, by whose they are. */
  const OTHERS = {
    'prom-client':
      'collectDefaultMetrics getSingleMetric jobName pushAdd resetMetrics setDefaultLabels setToCurrentTime',
    'the SDK of OpenTelemetry': 'createCounter createUpDownCounter',
    bundlers: 'exportConditions preferBuiltins',
    Node: 'allowHTTP1',
    Prometheus: 'lastError promote_resource_attributes',
    Grafana: 'timeInterval',
    'a library that is measured beside': 'clusterMetrics',
    TypeScript: 'moduleResolution',
    Postgres: 'pg_blocking_pids pg_is_in_recovery',
    'an example of the page': 'work_milliseconds invoices_bounced_ratio',
  };
  const others = new Set(Object.values(OTHERS).flatMap((names) => names.split(' ')));

  test.each(PAGES)('$path', ({ text }) => {
    const named = [...between(text).matchAll(/`([^`\n]+)`/g)]
      .flatMap(([, code]) => wordsIn(code!))
      .filter((word) => /^[a-z]+[A-Z]|^[a-z]+(_[a-z\d]+){2,}$/.test(word));
    const unknown = named.filter((word) => {
      const name = word.replace(/_(bucket|count|sum)$/, '');
      return ![word, name].some((one) => known.has(one) || others.has(one));
    });
    expect(unknown).toEqual([]);
  });
});

describe('a command line of ours is one that is understood', () => {
  const lines = PAGES.flatMap(({ path, text }) =>
    [
      ...text
        .replaceAll(/\\\n\s*/g, ' ')
        .matchAll(/(?:-p @sightglass\/rules |^ *|`|\$ )sightglass ([a-z-]+)([^\n`|#]*)/gm),
    ].map(([line, command, rest]) => ({ path, line: line.trim(), command: command!, rest: rest! })),
  );
  test('there are some of each', () => {
    expect(new Set(lines.map(({ command }) => command))).toEqual(new Set(COMMAND_NAMES));
  });
  test.each(lines)('$path: $line', ({ command, rest }) => {
    expect(isCommand(command)).toBe(true);
    const usage = isCommand(command) ? usageOf(command) + (command === 'check' ? usageOf('render') : '') : '';
    for (const [option] of rest.matchAll(/(?<= )--[a-z][a-z-]*/g))
      expect(usage).toMatch(new RegExp(`${option}\\b(?!-)`));
  });
});

describe('addresses', () => {
  const { services, secrets } = parse(read('examples/stack/compose.yaml'), { merge: true });
  const portOf = (service: string): string => services[service].ports[0].split(':')[1];
  const pricing = read('examples/pricing-sync/src/config.ts');
  const [, admin, metrics] = /number\('PORT'[^\n]*\?\? ([\d_]+),\s*metricsPort:[^\n]*\?\? ([\d_]+)/.exec(
    pricing,
  )!;
  const PORTS: { readonly [variable: string]: string } = {
    PROMETHEUS: portOf('prometheus'),
    ALERTMANAGER: portOf('alertmanager'),
    SERVICE: metrics!.replace('_', ''),
    ADMIN: admin!.replace('_', ''),
  };

  test.each(runbooks)('$path has the ports of the stack and of the example', ({ text }) => {
    for (const [, name, port] of text.matchAll(/^ *([A-Z]+)=http:\/\/localhost:(\d+)/gm))
      expect([name, port]).toEqual([name, PORTS[name!]]);
    for (const [, port] of text.matchAll(/--alertmanager\.url=http:\/\/localhost:(\d+)/g))
      expect(port).toBe(portOf('alertmanager'));
    for (const [, port] of text.matchAll(/sport = :(\d+)/g)) expect(port).toBe(PORTS.SERVICE);
  });

  test('each secret that is named has its file in the stack', () => {
    const files = Object.values(secrets as { [name: string]: { file: string } }).map(({ file }) =>
      file.replace('./', ''),
    );
    const named = [...read('docs/monitoring-guide.md').matchAll(/secrets\/[\w-]+/g)].map(([path]) => path);
    expect(named.length).toBeGreaterThan(0);
    expect(files).toEqual(expect.arrayContaining(named));
  });

  test('the picture of the monitoring guide has the ports and intervals of the stack', () => {
    const picture = /^## 2\.[\s\S]*?```\n([\s\S]*?)```/m.exec(read('docs/monitoring-guide.md'))![1]!;
    const { global, scrape_configs } = parse(read('examples/stack/prometheus/prometheus.yml'));
    const api = scrape_configs[0];
    expect(picture).toContain(`API :${api.static_configs[0].targets[0].split(':')[1]} `);
    for (const service of ['Prometheus', 'Grafana'])
      expect(picture).toContain(`${service} :${portOf(service.toLowerCase())}`);
    const every = [...picture.matchAll(/every (\d+) s/g)].map(([, seconds]) => `${seconds}s`);
    expect(every).toEqual([api.scrape_interval, global.scrape_interval]);
  });

  test.each(PAGES)('$path names files that there are', ({ path, text }) => {
    const folders = [
      '',
      'docs/',
      'examples/',
      'examples/stack/',
      'rules/',
      new URL('.', new URL(path, ROOT)).pathname.slice(ROOT.pathname.length),
    ];
    for (const [, file] of between(text).matchAll(
      /`((?:docs|examples|packages|rules|dashboards|test|bench)\/[\w./-]+\w)`/g,
    ))
      expect(
        folders.some((folder) => existsSync(new URL(folder + file, ROOT))),
        file,
      ).toBe(true);
  });
});

test('who switches a job off for a while is told how to switch it on again, in this order', () => {
  const pairs = runbooks.flatMap(({ path, text }) =>
    blocksIn(text, 'sh')
      .map((block) => [...block.matchAll(/-X POST [^\n]*\/(enable|disable)"/g)].map(([, verb]) => verb))
      .filter((verbs) => verbs.length > 1)
      .map((verbs) => [path, ...verbs]),
  );
  expect(pairs.length).toBeGreaterThan(1);
  for (const [path, ...verbs] of pairs) expect([path, ...verbs]).toEqual([path, 'disable', 'enable']);
});

describe('SQL', () => {
  let postgres: Postgres;
  let client: pg.Client;
  beforeAll(async () => {
    postgres = await startPostgres();
    client = new pg.Client(postgres.url);
    await client.connect();
    // The table of the example, as it makes it.
    const store = read('examples/pricing-sync/src/price-store.ts');
    await client.query(
      `create schema pricing_example; set search_path = pricing_example; ${/create table if not exists model_prices \([\s\S]*?\)\);/.exec(store)![0]}`,
    );
  });
  afterAll(async () => {
    await client?.end();
    await postgres?.stop();
  });

  const statements = runbooks.flatMap(({ path, text }) => [
    ...[...text.matchAll(/psql "\$DATABASE_URL"((?: -c (?:"[^"]*"|'[^']*'))+)/g)].flatMap(([, given]) =>
      [...given!.matchAll(/ -c (?:"([^"]*)"|'([^']*)')/g)].map(([, one, other]) => ({
        path,
        sql: (one ?? other)!,
      })),
    ),
    ...[...between(text).matchAll(/`(select [^`]+)`/g)].map(([, sql]) => ({
      path,
      sql: sql!.replace('PID', '1'),
    })),
  ]);
  test('there is SQL in runbooks', () => expect(statements.length).toBeGreaterThan(10));
  test.each(statements)('$path: $sql', async ({ sql }) => {
    // What ends a session is only looked at.
    const harmless = /pg_terminate|pg_cancel/.test(sql) ? `explain ${sql}` : sql;
    await client.query('begin read only');
    try {
      expect((await client.query(harmless)).fields.length).toBeGreaterThan(0);
    } finally {
      await client.query('rollback');
    }
  });
});
