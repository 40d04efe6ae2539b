import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gauge } from '@sightglass/core';
import { amtool } from '@sightglass/test-tools';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  type AlertOptions,
  buildRules,
  defineMixin,
  inhibitions,
  isAlert,
  minutes,
  presets,
  promql,
  renderAlertmanager,
  renderAlertmanagerFiles,
  renderRules,
  routeFor,
  ruleFiles,
  shippedCatalog,
} from '../../index.ts';
import { shipped } from '../../mixins/index.ts';
import { labelsIn } from '../check/index.ts';
import { receiversFor, routingProblems } from './index.ts';
import type { Route } from './model.ts';
import type { RoutingOptions } from './options.ts';

const route = routeFor();
const file = fileURLToPath(new URL('../../../alertmanager/alertmanager.yml', import.meta.url));
/** Everything that is shipped, by all its names. */
const chosen = { presets: Object.fromEntries(presets.map(({ name, of }) => [name, of])) };
const alerts = ruleFiles(chosen).flatMap(({ groups }) =>
  groups.flatMap(({ rules }) => rules.filter(isAlert)),
);

test('amtool reads the configuration', async () => {
  const { code, stdout, stderr } = await amtool(['check-config', file]);
  expect(`${stderr}${code}`).toBe('0');
  expect(stdout).toContain(`${receiversFor().length} receivers`);
  expect(stdout).toContain('1 templates');
});

const RECEIVERS = { critical: 'page', warning: 'channel', info: 'nobody', none: 'heartbeat' } as const;

test.each(alerts)('$alert goes where its severity says', async ({ alert, severity, component }) => {
  const labels = [`alertname=${alert}`, `severity=${severity}`, `component=${component}`];
  const { code, stdout } = await amtool([
    ...['config', 'routes', 'test', `--config.file=${file}`, `--verify.receivers=${RECEIVERS[severity]}`],
    ...labels,
  ]);
  expect(`${stdout.trim()} ${code}`).toBe(`${RECEIVERS[severity]} 0`);
});

test('an alert of somebody else, without a severity, reaches the channel', async () => {
  const { stdout } = await amtool(['config', 'routes', 'test', `--config.file=${file}`, 'alertname=Other']);
  expect(stdout.trim()).toBe('channel');
});

test('the heartbeat goes first, by itself, and is never held back', () => {
  const [first] = route.routes!;
  expect(first).toMatchObject({ matchers: { alertname: 'Watchdog' }, receiver: 'heartbeat' });
  expect(first!.groupInterval!.durationSeconds).toBe(60);
  // What is looked at as often as it is repeated is mostly a moment too early.
  expect(first!.repeatInterval!.durationSeconds).toBeLessThan(60);
  expect(inhibitions.flatMap(({ targets }) => targets)).not.toContain('Watchdog');
});

test('a group waits no longer than it takes to tell it again', () => {
  const check = (here: Route, above: Route): void => {
    const all = { ...above, ...here };
    if (here.receiver !== 'heartbeat')
      expect(all.repeatInterval!.durationSeconds).toBeGreaterThanOrEqual(all.groupInterval!.durationSeconds);
    expect(all.groupInterval!.durationSeconds).toBeGreaterThanOrEqual(all.groupWait!.durationSeconds);
    for (const child of here.routes ?? []) check(child, all);
  };
  check(route, route);
});

test('what goes on is told again every four hours', () => {
  const { route } = parse(renderAlertmanager()) as {
    route: { repeat_interval: string; routes: { receiver: string; repeat_interval?: string }[] };
  };
  expect(route.repeat_interval).toBe('4h');
  const others = route.routes.filter(({ repeat_interval }) => repeat_interval !== undefined);
  expect(others.map(({ receiver }) => receiver)).toEqual(['heartbeat']);
});

test('an installation says how often a critical alert and a warning are told again', () => {
  const options = { criticalRepeat: '30m', warningRepeat: '2h' };
  expect(routingProblems(options)).toEqual([]);
  const { route } = parse(renderAlertmanager({ ...options, components: { job: { warning: 'page' } } })) as {
    route: { repeat_interval: string; routes: { matchers: string[]; repeat_interval?: string }[] };
  };
  const repeatsOf = (severity: string) =>
    route.routes
      .filter(({ matchers }) => matchers.includes(`severity = "${severity}"`))
      .map(({ repeat_interval }) => repeat_interval);
  // One for each cause that things share, and one for all others.
  expect(repeatsOf('critical').length).toBeGreaterThan(1);
  expect(new Set(repeatsOf('critical'))).toEqual(new Set(['30m']));
  expect(repeatsOf('warning')).toEqual(['2h', '2h']);
  expect(repeatsOf('info')).toEqual([undefined]);
  expect(routingProblems({ criticalRepeat: 'soon', warningRepeat: '0s' })).toEqual([
    'the routing option "criticalRepeat" must be a time such as "30m", not "soon"',
    'the routing option "warningRepeat" must be a time such as "30m", not "0s"',
  ]);
});

test('no group is made of a label that changes with the instance', () => {
  // The instance of a machine is the machine.
  const others = routeFor({ mixins: shipped.filter(({ name }) => name !== 'hosts') });
  const labels = [others, ...others.routes!].flatMap(({ groupBy = [] }) => groupBy);
  expect(labels).not.toContain('instance');
});

interface Rendered {
  readonly route: { group_by: string[]; routes: { group_by?: string[]; matchers: string[] }[] };
  readonly inhibit_rules: { equal: string[] }[];
}
const rendered = (...[context]: Parameters<typeof renderAlertmanager>): Rendered =>
  parse(renderAlertmanager(context));

test.each([
  [{}, ['cluster', 'namespace', 'environment']],
  [{ scope: ['region'] }, ['region']],
  [{ scope: ['region'], selector: { team: 'billing' } }, ['region', 'team']],
])('with %j, everything that groups or holds back compares %j, and titles name them', (context, scope) => {
  const { route, inhibit_rules } = rendered(context);
  const groups = [route, ...route.routes].flatMap(({ group_by }) => (group_by ? [group_by] : []));
  expect(groups.length).toBeGreaterThan(1);
  for (const labels of [...groups, ...inhibit_rules.map(({ equal }) => equal)])
    expect(labels).toEqual(expect.arrayContaining([...scope]));
  const title = /define "sightglass.title"[\s\S]*?define/.exec(
    renderAlertmanagerFiles(context).find(({ file }) => file.endsWith('.tmpl'))!.text,
  )![0];
  const named = [...title.matchAll(/with .CommonLabels\.(\w+)/g)].map(([, label]) => label);
  expect(named).toEqual([...scope, 'owner']);
});

test('without a scope no label of one is written anywhere', () => {
  const text = renderAlertmanagerFiles({ scope: [] }).map(({ text }) => text);
  expect(text.join()).not.toMatch(/cluster|namespace|environment/);
});

const panes = gauge('panes_broken', { help: 'Broken panes.', labels: ['house', 'pane'] });
const broken = (alert: string, incident?: readonly string[]): AlertOptions => ({
  ...{ alert, severity: 'critical', expr: promql`max by (house, pane) (${panes}) > 0` },
  ...{ summary: 'Broken.', description: 'A pane is broken.', impact: 'Draught.', action: 'Mend it now.' },
  ...{ noForReason: 'It is cold.', runbook: 'panes', dashboard: { uid: 'panes', panel: 'Panes' } },
  ...(incident === undefined ? {} : { incident }),
});
const glazier = (...alerts: readonly AlertOptions[]) =>
  defineMixin({
    name: 'panes',
    about: 'Panes of houses.',
    metrics: [{ exportedBy: 'glaze()', metrics: [panes] }],
    groups: () => [{ name: 'panes', interval: minutes(1), rules: alerts }],
  });

test('a page is grouped by every label that a critical alert of any mixin names its thing by', () => {
  const { route } = rendered({ scope: ['cluster'], mixins: [glazier(broken('PaneBroken'))] });
  expect(route.routes[1]).toMatchObject({ group_by: ['alertname', 'cluster', 'house', 'pane'] });
});

test('alerts of one cause are grouped by the labels that they share, when they page', () => {
  const mixins = [
    glazier(broken('PaneBroken'), broken('HouseDown', ['house']), broken('HouseLost', ['house'])),
  ];
  const { route } = rendered({ scope: ['cluster'], mixins });
  expect(route.routes[1]).toMatchObject({
    matchers: ['severity = "critical"', 'alertname =~ "HouseDown|HouseLost"'],
    group_by: ['alertname', 'cluster', 'house'],
  });
});

test('an incident of labels that the alert does not have is refused', () => {
  const problemsOf = (...incident: string[]) => {
    try {
      return renderRules({ mixins: [glazier(broken('HouseDown', incident))] });
    } catch (error) {
      return (error as { problems?: unknown }).problems;
    }
  };
  expect(problemsOf('street')).toEqual([
    'the incident label "street" is none of the labels of HouseDown: house, pane',
  ]);
  expect(problemsOf()).toEqual(['the incident of HouseDown names no label']);
});

const pairs = inhibitions.flatMap(({ sources, targets, equal }) =>
  sources.flatMap((source) => targets.map((target) => ({ source, target, equal }))),
);

const catalog = shippedCatalog();
const built = buildRules(chosen).flatMap(({ groups }) => groups.flatMap(({ rules }) => rules));

test.each(pairs)('$target gives way to $source on labels that both have', ({ source, target, equal }) => {
  for (const name of [source, target]) {
    const rule = built.find((candidate) => 'alert' in candidate && candidate.alert === name)!;
    expect(labelsIn(rule.expr, catalog)).toEqual(expect.arrayContaining([...equal]));
  }
  const [weight, heldBack] = [source, target].map((name) =>
    ['info', 'warning', 'critical'].indexOf(alerts.find(({ alert }) => alert === name)!.severity),
  ) as [number, number];
  expect(heldBack).toBeGreaterThanOrEqual(0);
  expect(weight).toBeGreaterThanOrEqual(heldBack);
});

test('every receiver says whether it tells the end, and keeps its secrets in files', () => {
  const { receivers: rendered } = parse(renderAlertmanager()) as {
    receivers: { [key: string]: { send_resolved?: boolean }[] | string }[];
  };
  const ways = rendered.flatMap((receiver) =>
    Object.values(receiver)
      .filter((value) => Array.isArray(value))
      .flat(),
  );
  expect(ways).toHaveLength(4);
  for (const way of ways) expect(typeof way.send_resolved).toBe('boolean');
  expect(renderAlertmanager()).not.toMatch(/(api_url|routing_key|password|token):/);
});

test('an installation names its own channels, folder of secrets and addresses', () => {
  const options = {
    secretsFolder: '/run/secrets',
    criticalChannel: '#oncall',
    warningChannel: '#ops',
    heartbeatUrl: 'https://beat.example.org/a',
    pagerdutyUrl: 'https://events.eu.pagerduty.com/v2/enqueue',
  };
  expect(routingProblems(options)).toEqual([]);
  const text = renderAlertmanager(options);
  for (const value of Object.values(options)) expect(text).toContain(value);
  expect(text).not.toMatch(/etc.alertmanager|platform|localhost/);
});

const MAIL = {
  emailTo: 'oncall@example.org',
  emailFrom: 'alerts@example.org',
  smtpServer: 'smtp.example.org:587',
};
const mailOf = (options: RoutingOptions) => {
  const { receivers: rendered } = parse(renderAlertmanager(options)) as {
    receivers: { name: string; email_configs?: { [key: string]: unknown }[] }[];
  };
  return rendered.flatMap(({ name, email_configs = [] }) => email_configs.map((mail) => ({ name, ...mail })));
};

test('critical alerts are mailed where that is asked for, over TLS unless the server is on the same machine', () => {
  expect(mailOf({})).toEqual([]);
  expect(routingProblems(MAIL)).toEqual([]);
  expect(mailOf({ ...MAIL, smtpUsername: 'alerts' })).toEqual([
    expect.objectContaining({
      name: 'page',
      to: 'oncall@example.org',
      from: 'alerts@example.org',
      smarthost: 'smtp.example.org:587',
      require_tls: true,
      auth_username: 'alerts',
      auth_password_file: '/etc/alertmanager/secrets/smtp_password',
      send_resolved: true,
    }),
  ]);
  const [local] = mailOf({ ...MAIL, smtpServer: 'localhost:25' });
  expect(local).toMatchObject({ require_tls: false });
  expect(local).not.toHaveProperty('auth_username');
});

test('half of a mail is an error, and so is a server without a port', () => {
  expect(routingProblems({ emailTo: 'a@example.org', smtpServer: 'smtp.example.org' })).toEqual([
    'the routing option "smtpServer" must be a host and a port such as "smtp.example.com:587", not "smtp.example.org"',
    'mail needs the routing options emailTo, emailFrom, smtpServer together; there is only emailTo, smtpServer',
  ]);
});

test('wrong options are named, all of them', () => {
  expect(
    routingProblems({
      criticalChannel: 'oncall',
      pagerdutyUrl: 'pd',
      pager: 'x',
      warningChannel: '',
    } as object),
  ).toEqual([
    'the routing option "criticalChannel" must be a channel such as "#alerts", not "oncall"',
    'the routing option "pagerdutyUrl" must be an http or https URL, not "pd"',
    'there is no routing option "pager"; there are secretsFolder, criticalChannel, warningChannel, criticalRepeat, warningRepeat, heartbeatUrl, pagerdutyUrl, emailTo, emailFrom, smtpServer, smtpUsername, receivers, routes, owners, components, timeIntervals',
    'the routing option "warningChannel" needs a text',
  ]);
});

describe("receivers and routes of one's own", () => {
  const own: RoutingOptions = {
    receivers: [
      {
        name: 'billing-pager',
        opsgenie_configs: [{ api_key_file: '/s/opsgenie', api_url: 'https://o.example/' }],
      },
      { name: 'billing-chat', webhook_configs: [{ url: 'https://chat.example/hook' }] },
      { name: 'nobody', webhook_configs: [{ url: 'https://log.example/', send_resolved: false }] },
    ],
    owners: { 'team-billing': { critical: 'billing-pager', warning: 'billing-chat' } },
    routes: [
      {
        matchers: ['environment = "staging"', 'severity = "critical"'],
        receiver: 'channel',
        mute_time_intervals: ['nights'],
      },
    ],
    timeIntervals: [
      { name: 'nights', time_intervals: [{ times: [{ start_time: '20:00', end_time: '24:00' }] }] },
    ],
  };

  test('stand beside those that ship, and amtool sends each alert its way', async () => {
    expect(routingProblems(own)).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), 'sightglass-routing-'));
    try {
      for (const { file, text } of renderAlertmanagerFiles(own)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), text);
      }
      const config = join(folder, 'alertmanager.yml');
      const checked = await amtool(['check-config', config]);
      expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('6 receivers')]);
      const wayOf = async (...labels: readonly string[]) =>
        (await amtool(['config', 'routes', 'test', `--config.file=${config}`, ...labels])).stdout.trim();
      expect(await wayOf('alertname=JobGone', 'severity=critical', 'owner=team-billing')).toBe(
        'billing-pager',
      );
      expect(await wayOf('alertname=JobStuck', 'severity=critical', 'owner=team-billing')).toBe(
        'billing-pager',
      );
      expect(await wayOf('alertname=JobLate', 'severity=warning', 'owner=team-billing')).toBe('billing-chat');
      expect(await wayOf('alertname=JobDisabled', 'severity=info', 'owner=team-billing')).toBe('nobody');
      expect(await wayOf('alertname=JobStuck', 'severity=critical', 'owner=others')).toBe('page');
      expect(
        await wayOf('alertname=JobStuck', 'severity=critical', 'owner=team-billing', 'environment=staging'),
      ).toBe('channel');
      expect(await wayOf('alertname=Watchdog', 'severity=critical', 'environment=staging')).toBe('heartbeat');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('by component come after those by owner', () => {
    const receivers = (['database', 'team'] as const).map((name) => ({
      name,
      webhook_configs: [{ url: `https://${name}.example` }],
    }));
    const options: RoutingOptions = {
      receivers,
      components: { database: { critical: 'database' } },
      owners: { a: { critical: 'team' } },
    };
    expect(routingProblems(options)).toEqual([]);
    const ways = routeFor(options).routes!.filter(({ matchers }) => matchers?.severity === 'critical');
    expect([...new Set(ways.map(({ receiver }) => receiver))]).toEqual(['team', 'database', 'page']);
    const last = ways.findLast(({ receiver }) => receiver === 'database')!;
    expect(last.matchers).toEqual({ component: 'database', severity: 'critical' });
  });

  test('say what the shipped ones say, where they have no words of their own', () => {
    const { receivers } = parse(
      renderAlertmanager({
        receivers: [
          {
            name: 'a',
            email_configs: [{ to: 'a@example.org', headers: { 'X-Team': 'a' }, text: 'Look.' }],
            slack_configs: [{ channel: '#a', send_resolved: false }],
            opsgenie_configs: [{ message: 'x' }],
          },
        ],
      }),
    ) as { receivers: { name: string }[] };
    expect(receivers.find(({ name }) => name === 'a')).toEqual({
      name: 'a',
      email_configs: [
        {
          to: 'a@example.org',
          send_resolved: true,
          headers: { Subject: '{{ template "sightglass.title" . }}', 'X-Team': 'a' },
          html: '{{ template "sightglass.mail.html" . }}',
          text: 'Look.',
        },
      ],
      slack_configs: [
        {
          channel: '#a',
          send_resolved: false,
          title: '{{ template "sightglass.title" . }}',
          title_link: '{{ .CommonAnnotations.runbook_url }}',
          fallback: '{{ template "sightglass.title" . }}',
          text: '{{ template "sightglass.slack.text" . }}',
        },
      ],
      opsgenie_configs: [{ message: 'x' }],
    });
  });

  test('what an owner is told is grouped as what all others are told: one incident a thing', () => {
    const groups = (options: RoutingOptions) =>
      routeFor(options)
        .routes!.filter(({ matchers }) => matchers?.severity === 'critical')
        .map(({ groupBy }) => groupBy);
    expect(groups(own)).toEqual([...groups({}), ...groups({})]);
  });

  test.each<[string, unknown, readonly string[]]>([
    [
      'a secret that is written down, at any depth',
      {
        receivers: [
          {
            name: 'a',
            opsgenie_configs: [{ api_key: 'x' }],
            webhook_configs: [{ url: 'https://a', http_config: { authorization: { credentials: 'x' } } }],
            slack_configs: [{ api_url: 'https://hooks.example/x' }],
          },
        ],
      },
      [
        'the receiver "a": opsgenie_configs writes down the secret api_key: name a file, api_key_file',
        'the receiver "a": webhook_configs writes down the secret credentials: name a file, credentials_file',
        'the receiver "a": slack_configs writes down the secret api_url: name a file, api_url_file',
      ],
    ],
    [
      'receivers that are not there',
      {
        routes: [{ receiver: 'x', routes: [{ receiver: 'y' }] }],
        owners: { a: { critical: 'z' } },
        components: { http: { warning: 'w' } },
      },
      [
        'a route goes to "x", and there are page, channel, nobody, heartbeat',
        'a route goes to "y", and there are page, channel, nobody, heartbeat',
        'the owner "a" goes to "z", and there are page, channel, nobody, heartbeat',
        'the component "http" goes to "w", and there are page, channel, nobody, heartbeat',
      ],
    ],
    [
      'fields of nobody',
      { routes: [{ match: {} }], owners: { a: { page: 'page' } }, receivers: [{ name: 'a', opsgenie: [] }] },
      [
        'the receiver "a" has "opsgenie", which is no integration such as "opsgenie_configs"',
        'a route has "match"; there are matchers, receiver, continue, group_by, group_wait, group_interval, repeat_interval, mute_time_intervals, active_time_intervals, routes',
        'the owner "a" has "page"; there are critical, warning, info',
      ],
    ],
    ['two of one name', { receivers: [{ name: 'a' }, { name: 'a' }] }, ['two receivers are named "a"']],
    [
      'no lists',
      { receivers: {}, routes: 'x' },
      [
        'the routing option "receivers" must be a list of objects',
        'the routing option "routes" must be a list of objects',
      ],
    ],
    [
      'components that are no object',
      { components: 'database' },
      ['the routing option "components" must name receivers by component'],
    ],
  ])('%s: refused', (_, options, problems) => {
    expect(routingProblems(options as RoutingOptions)).toEqual(problems);
  });
});
