import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promtool } from '@sightglass/test-tools';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const stack = resolve(import.meta.dirname, '..');
const read = async (path: string) => parse(await readFile(join(stack, path), 'utf8'), { merge: true });

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly ports: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly restart: string;
  readonly extra_hosts?: readonly string[];
  readonly healthcheck: { readonly test: readonly string[] };
  readonly deploy: {
    readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } };
  };
}

const compose = await read('compose.yaml');
const services: readonly (readonly [string, Service])[] = Object.entries(compose.services);
const prometheus: Service = compose.services.prometheus;

/** What each service needs to work at all, and may not exceed; and the address that says whether it does. */
const OF_SERVICE: { readonly [service: string]: { cpus: string; memory: string; health: string } } = {
  prometheus: { cpus: '1', memory: '1g', health: 'http://localhost:9090/-/ready' },
  alertmanager: { cpus: '0.5', memory: '256m', health: 'http://localhost:9093/-/ready' },
  grafana: { cpus: '1', memory: '512m', health: 'http://localhost:3000/api/health' },
};

describe.each(services)('the service %s', (name, service) => {
  it('has an image of one exact version', () => {
    expect(service.image).toMatch(/^[a-z/]+:v?\d+\.\d+\.\d+$/);
  });

  it('publishes its ports on the loopback interface alone', () => {
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('is watched, started again and kept within limits', () => {
    const { health, ...limits } = OF_SERVICE[name]!;
    expect(service.healthcheck.test).toEqual(['CMD', 'wget', '--quiet', '--spider', health]);
    expect(service.restart).toBe('unless-stopped');
    expect(service.deploy.resources.limits).toEqual(limits);
  });

  it('takes every secret from a file, and has none of its own', () => {
    const secrets = Object.entries(service.environment ?? {}).filter(([name]) =>
      /PASSWORD|SECRET|TOKEN|KEY/.test(name),
    );
    for (const [name, value] of secrets) {
      expect(name).toMatch(/__FILE$/);
      expect(value).toMatch(/^\/run\/secrets\//);
    }
  });

  it('mounts files of this repository read-only', async () => {
    for (const volume of service.volumes) {
      const [source = '', , mode] = volume.split(':');
      if (!source.startsWith('.')) expect(Object.keys(compose.volumes)).toContain(source);
      else expect([volume, mode, await exists(source)]).toEqual([volume, 'ro', true]);
    }
  });
});

it('keeps its secrets in files that are never committed', async () => {
  for (const { file } of Object.values<{ file: string }>(compose.secrets)) {
    expect(file).toMatch(/^\.\/secrets\//);
  }
  expect(await readFile(join(stack, 'secrets/.gitignore'), 'utf8')).toBe('*\n!.gitignore\n');
});

it('gives Alertmanager every file that its configuration reads', async () => {
  const config = await readFile(join(stack, '../../rules/alertmanager/alertmanager.yml'), 'utf8');
  const wanted = [...config.matchAll(/_file: (\S+)/g)].map(([, path]) => path);
  const given = compose.services.alertmanager.secrets.map(({ target }: { target: string }) => target);
  expect(wanted).not.toHaveLength(0);
  expect(given).toEqual(expect.arrayContaining(wanted));
  expect(config).toContain('templates/*.tmpl');
  expect(compose.services.alertmanager.volumes).toContain(
    '../../rules/alertmanager/templates:/etc/alertmanager/templates:ro',
  );
});

it('gives Prometheus the days that the SLOs look back over, a reload over HTTP and the name of the host', async () => {
  const rules = await readFile(join(stack, '../../rules/prometheus/slo.yml'), 'utf8');
  const [, retention] = /^# Needs (--storage\.tsdb\.retention\.time=\d+d) or more/m.exec(rules)!;
  expect(prometheus.command).toContain(retention);
  expect(prometheus.command).toContain('--web.enable-lifecycle');
  expect(prometheus.extra_hosts).toContain('host.docker.internal:host-gateway');
});

describe('the configuration of Prometheus', () => {
  it.each([2, 3] as const)('is accepted with the rules that are mounted, by promtool %i', async (version) => {
    const etc = await mkdtemp(join(tmpdir(), 'sightglass-stack-'));
    for (const volume of prometheus.volumes) {
      const [source = '', target = ''] = volume.split(':');
      if (source.startsWith('.')) await cp(join(stack, source), join(etc, target), { recursive: true });
    }
    const checked = await promtool(['check', 'config', join(etc, 'etc/prometheus/prometheus.yml')], {
      version,
    });
    await rm(etc, { recursive: true });
    expect(checked.stderr).toBe('');
    expect(checked.code).toBe(0);
    expect(checked.stdout).toMatch(/SUCCESS: \d+ rules found/);
  });

  it('scrapes the scheduler as the reference system does', async () => {
    const { global, scrape_configs: jobs } = await read('prometheus/prometheus.yml');
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

  it('has no target that is neither a service here nor on the host', async () => {
    const { scrape_configs: jobs, alerting } = await read('prometheus/prometheus.yml');
    const known = ['localhost', 'host.docker.internal', ...services.map(([name]) => name)];
    for (const { static_configs } of [...jobs, ...alerting.alertmanagers]) {
      for (const target of static_configs[0].targets) expect(known).toContain(target.split(':')[0]);
    }
  });
});

describe('the provisioning of Grafana', () => {
  it('has a data source that is set up for the scrape interval', async () => {
    const { datasources } = await read('grafana/provisioning/datasources/datasources.yml');
    expect(datasources[0]).toMatchObject({
      type: 'prometheus',
      isDefault: true,
      jsonData: { timeInterval: '15s' },
    });
  });

  it('finds the dashboards where they are mounted, and lets no browser change them', async () => {
    const { providers } = await read('grafana/provisioning/dashboards/dashboards.yml');
    expect(providers).toHaveLength(1);
    expect(providers[0]).toMatchObject({
      allowUiUpdates: false,
      options: { path: '/var/lib/grafana/dashboards' },
    });
    const mounted = compose.services.grafana.volumes.map((volume: string) => volume.split(':')[1]);
    expect(mounted).toContain(providers[0].options.path);
  });
});

const exists = (path: string) =>
  stat(join(stack, path)).then(
    () => true,
    () => false,
  );
