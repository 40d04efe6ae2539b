import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

/* What the monitoring guide says of the stack, beside its queries: those are asked by `test/live/example-stack.test.ts`. */

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const guide = read('docs/monitoring-guide.md');
const { services } = parse(read('examples/stack/compose.yaml'), { merge: true });
const { route, receivers } = parse(read('examples/stack/alertmanager/alertmanager.yml'));
const { scrape_configs } = parse(read('examples/stack/prometheus/prometheus.yml'));

/** A chapter, from its heading to the next. */
const chapter = (number: number) =>
  new RegExp(`^## ${number}\\. [^\\n]*\\n[\\s\\S]*?(?=^## |(?![\\s\\S]))`, 'm').exec(guide)![0];

test('has the eight chapters of reference system 003, and more than forty queries', () => {
  expect([...guide.matchAll(/^## \d\. (.*)$/gm)].map(([, title]) => title)).toEqual([
    ...[
      'Overview',
      'Components',
      'Access',
      'Dashboards',
      'Metrics',
      'Alerts',
      'Common tasks',
      'Troubleshooting',
    ],
  ]);
  const queries = [...guide.matchAll(/```promql[^\n]*\n([\s\S]*?)```/g)].map(([, query]) => query);
  expect(new Set(queries).size).toBeGreaterThan(40);
});

test('says of what is kept, scraped and published what the stack does', () => {
  const command: readonly string[] = services.prometheus.command;
  expect(command).toContain('--storage.tsdb.retention.time=35d');
  expect(command).toContain('--storage.tsdb.retention.size=4GB');
  expect(chapter(2)).toContain('keeps 35 days (4 GB at most)');
  expect(chapter(2)).toContain(`/metrics, every ${scrape_configs[0].scrape_interval.replace('s', ' s')}`);
  for (const [service, port] of [
    ['grafana', 3001],
    ['prometheus', 9090],
    ['alertmanager', 9093],
  ] as const) {
    expect(services[service].ports[0]).toMatch(new RegExp(`^127\\.0\\.0\\.1:${port}:`));
    expect(chapter(3)).toContain(`-L ${port}:localhost:${port}`);
    expect(chapter(3)).toContain(`http://localhost:${port}`);
  }
  for (const service of Object.keys(services))
    expect(chapter(2).toLowerCase(), service).toContain(
      service === 'node-exporter' ? 'the machine' : service.replace('-exporter', ''),
    );
});

test('says how often an alert is told again, and to whom, as it is routed', () => {
  const repeatOf = (severity: string) =>
    route.routes.find(({ matchers }: { matchers: string[] }) => matchers.includes(`severity = "${severity}"`))
      .repeat_interval;
  const row = (severity: string) => new RegExp(`^\\| ${severity} .*$`, 'm').exec(chapter(6))![0];
  expect(row('critical')).toContain(`| ${repeatOf('critical').replace('m', ' min')} |`);
  expect(row('warning')).toContain(`| ${repeatOf('warning').replace('h', ' h')} |`);
  const ways = (name: string) =>
    Object.keys(receivers.find((receiver: { name: string }) => receiver.name === name)).filter((key) =>
      key.endsWith('_configs'),
    );
  for (const name of ['page', 'channel', 'api-critical', 'api', 'database-critical', 'database'])
    expect(ways(name)).toEqual(['email_configs', 'slack_configs']);
  expect(ways('nobody')).toEqual([]);
  expect(route.group_wait).toBe('30s');
  expect(chapter(8)).toContain('(`group_wait` 30 s)');
});

test('names the panels, alerts and files that it sends a reader to', () => {
  const shown = ['api', 'queues', 'infrastructure'].map((name) =>
    JSON.parse(read(`examples/stack/grafana/dashboards/sightglass-${name}.json`)),
  );
  for (const { title, panels } of shown) {
    expect(chapter(4)).toContain(`### ${title}`);
    const section = chapter(4)
      .split('### ')
      .find((part) => part.startsWith(title))!;
    const titles = panels.map((panel: { title?: string }) => panel.title?.toLowerCase());
    for (const [, panel] of section.matchAll(/\*([A-Z][a-zA-Z ]+)\*/g))
      expect(titles, title).toContain(panel!.toLowerCase());
  }
  const rules = ['http', 'service', 'database', 'queues', 'jobs', 'telemetry', 'slo', 'exporters']
    .map((file) => read(`examples/stack/prometheus/rules/${file}.yml`))
    .join('\n');
  for (const [, alert] of guide.matchAll(
    /`((?:Http|Service|Database|Queue|Job|Exporter|Sightglass)[A-Z]\w+)`/g,
  ))
    expect(rules).toContain(`- alert: ${alert}\n`);
});

test('gives the thresholds at which the rules fire', () => {
  const rule = (file: string, alert: string) =>
    parse(read(`examples/stack/prometheus/rules/${file}.yml`))
      .groups.flatMap(({ rules }: { rules: readonly { alert?: string }[] }) => rules)
      .find((each: { alert?: string }) => each.alert === alert);
  const table = chapter(6);
  expect(rule('http', 'HttpErrorRatioHigh').for).toBe('2m');
  expect(rule('http', 'HttpErrorRatioCritical').for).toBe('1m');
  expect(table).toContain('5 % fail for 2 min; 5 % slower than promised | 10 % fail for 1 min');
  expect(rule('service', 'ServiceDown').for).toBe('2m');
  expect(rule('service', 'ServiceMemoryHigh').expr).toContain('> 0.8');
  expect(rule('service', 'ServiceMemoryNearLimit').expr).toContain('> 0.9');
  expect(table).toContain('80 % of its memory');
  expect(table).toContain('for 2 min; 90 % of its memory');
  expect(rule('database', 'DatabasePoolHigh').expr).toContain('> 0.8');
  expect(table).toContain('80 % of the pool');
  expect(rule('exporters', 'PostgresConnectionsHigh').expr).toContain('> 0.8');
  expect(rule('exporters', 'DiskNearlyFull').expr).toContain('< 0.1');
  expect(table).toContain('80 % of the connections; 10 % of a disk left');
});
