import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Alertmanager,
  type ExampleProcess,
  type Exporter,
  onFreePort,
  type PostSink,
  type ProgramResult,
  type PrometheusApi,
  prometheusApi,
  requiredServerPath,
  runProgram,
  SLACK_PATHS,
  type SlackMessage,
  type SmtpSink,
  startAlertmanager,
  startExampleProcess,
  startExporter,
  startPostgres,
  startServerProcess,
  startSlackSink,
  startSmtpSink,
  startWebhookSink,
  type WebhookSink,
} from '@sightglass/test-tools';
import { Client } from 'pg';
import { readCompose, STACK } from '../../examples/stack/src/compose.ts';
import { startTogether, writeFiles } from './servers.ts';

/*
 * `examples/stack` without Docker: the same files, with Debian's programs in the place of the images. What differs is said here: addresses, the folders of secrets and data, and
 * all times, a minute being two seconds. Each of these replacements has to find its text, so that a file which says something else is not tested as what it was.
 */
const SCALE = 30;
export const compose = readCompose('compose.yaml');

const PASSWORD = 'of-the-test-alone';

export interface ExampleStack {
  readonly api: ExampleProcess<'errors', object> & { post(): Promise<number> };
  readonly prometheus: PrometheusApi;
  readonly alertmanager: Alertmanager;
  readonly mail: SmtpSink;
  readonly slack: PostSink<SlackMessage>;
  readonly heartbeat: WebhookSink;
  readonly redis: { stop(): Promise<void> };
  readonly postgres: { stop(): Promise<void> };
  /** Runs the health check of a service, as the container would, against the program that stands for it. */
  health(service: string): Promise<ProgramResult>;
  stop(): Promise<void>;
}

/** A text with others in their place, each of which must be there. */
function replaced(text: string, pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs).reduce((rest, [from, to]) => {
    if (!rest.includes(from)) throw new Error(`there is no "${from}" in:\n${rest}`);
    return rest.replaceAll(from, to);
  }, text);
}

/** Starts everything that `compose.yaml` has but Grafana, and an API on "the host". */
export const startExampleStack = (): Promise<ExampleStack> =>
  startTogether(async ({ folder, keep }) => {
    const secrets = join(folder, 'secrets');
    const mail = keep(await startSmtpSink('alerts@example.org', PASSWORD));
    const slack = keep(await startSlackSink());
    const heartbeat = keep(await startWebhookSink());
    await writeFiles(secrets, [
      { file: 'smtp_password', text: PASSWORD },
      { file: 'slack_api_url_critical', text: `${slack.url}${SLACK_PATHS.critical}` },
      { file: 'slack_api_url_warning', text: `${slack.url}${SLACK_PATHS.warning}` },
      { file: 'postgres_exporter_password', text: PASSWORD },
      { file: 'redis_password', text: PASSWORD },
    ]);
    await render(folder);
    const configFile = join(folder, 'alertmanager/alertmanager.yml');
    await rewrite(configFile, {
      '/etc/alertmanager/secrets': secrets,
      'smarthost: smtp.example.org:587': `smarthost: ${mail.address}\n        require_tls: false`,
      'https://heartbeat.example.org/analytics-server': heartbeat.url,
    });
    const alertmanager = keep(await startAlertmanager({ configFile }));
    const postgres = keep(await startPostgres());
    await addExporterRole(postgres.url);
    const redis = keep(await startRedis(secrets));
    const { host } = new URL(postgres.url);
    const { environment } = compose.services['postgres-exporter']!;
    const exporters: Readonly<Record<string, Exporter>> = {
      'postgres-exporter': keep(
        await startExporter('postgres', {
          env: {
            ...environment,
            DATA_SOURCE_URI: replaced(environment!.DATA_SOURCE_URI!, {
              'postgres:5432/analytics': `${host}/postgres`,
            }),
            DATA_SOURCE_PASS_FILE: join(secrets, 'postgres_exporter_password'),
          },
        }),
      ),
      'redis-exporter': keep(
        await startExporter('redis', {
          env: {
            REDIS_ADDR: replaced(compose.services['redis-exporter']!.environment!.REDIS_ADDR!, {
              'redis:6379': redis.address,
            }),
            REDIS_PASSWORD: PASSWORD,
          },
        }),
      ),
      'node-exporter': keep(
        await startExporter('node', {
          args: compose.services['node-exporter']!.command!.map((arg) =>
            arg.replaceAll('$$', '$').replace('=/host', '=/'),
          ),
        }),
      ),
    };
    const api = keep(
      await startExampleProcess<'errors', object>({
        name: 'an API',
        main: fileURLToPath(new URL('api-service.ts', import.meta.url)),
        settings: { databaseUrl: postgres.url },
      }),
    );
    const post = async () => (await fetch(`${api.control.url}/events`, { method: 'POST' })).status;
    const targets = {
      'host.docker.internal:3000': api.metricsTarget,
      'postgres-exporter:9187': exporters['postgres-exporter']!.target,
      'redis-exporter:9121': exporters['redis-exporter']!.target,
      'node-exporter:9100': exporters['node-exporter']!.target,
      'alertmanager:9093': new URL(alertmanager.url).host,
    };
    const prometheus = keep(await startPrometheus(folder, targets));
    const inContainers: Readonly<Record<string, string>> = {
      $$: '$',
      '/run/secrets': secrets,
      'redis-cli': `redis-cli -p ${redis.address.split(':')[1]}`,
      'localhost:9090': new URL(prometheus.url).host,
      'localhost:9093': targets['alertmanager:9093'],
      '127.0.0.1:9187': targets['postgres-exporter:9187'],
      '127.0.0.1:9121': targets['redis-exporter:9121'],
      '127.0.0.1:9100': targets['node-exporter:9100'],
    };
    const tools = await programsOfContainers(folder);
    const health = (service: string) => {
      const { test } = compose.services[service]!.healthcheck;
      const [kind, ...words] = test.map((word) =>
        Object.entries(inContainers).reduce((text, [from, to]) => text.replaceAll(from, () => to), word),
      );
      const [program = '', ...args] = kind === 'CMD-SHELL' ? ['sh', '-c', ...words] : words;
      return runProgram(program, args, { env: tools });
    };
    return {
      api: { ...api, post },
      prometheus: prometheus.api,
      alertmanager,
      mail,
      slack,
      heartbeat,
      redis,
      postgres,
      health,
    };
  });

/** What `sightglass.config.ts` renders, with times that are shorter. */
async function render(folder: string): Promise<void> {
  const cli = fileURLToPath(new URL('../../rules/src/cli.ts', import.meta.url));
  const args = ['--conditions=@sightglass/source', cli, 'render', '--scale', String(SCALE), '--out', folder];
  // What the test runner adds to where packages are looked for: a user has none of it.
  const env = { ...process.env, NODE_PATH: '' };
  const { code, stderr } = await runProgram(process.execPath, args, { cwd: STACK, env });
  if (code !== 0) throw new Error(`the stack can not be rendered: ${stderr}`);
}

const rewrite = async (file: string, pairs: Readonly<Record<string, string>>): Promise<void> =>
  writeFile(file, replaced(await readFile(file, 'utf8'), pairs));

/** The statements of the script that Postgres's container runs once. */
async function addExporterRole(url: string): Promise<void> {
  const script = await readFile(join(STACK, 'postgres/exporter-role.sh'), 'utf8');
  const [, sql] = /<<'SQL'\n([\s\S]*)^SQL$/m.exec(script)!;
  const client = new Client(url);
  await client.connect();
  await client.query(replaced(sql!, { ":'password'": `'${PASSWORD}'` }));
  await client.end();
}

/** Redis as its container starts it. */
async function startRedis(secrets: string) {
  const [shell = '', ...args] = compose.services.redis!.command!;
  return onFreePort(async (port) => {
    const folder = join(dirname(secrets), `redis-${port}`);
    await mkdir(folder);
    const command = args.map((arg) =>
      arg.startsWith('-')
        ? arg
        : `${replaced(arg, { $$: '$', '/run/secrets': secrets, 'redis-server': requiredServerPath('redis') })} --bind 127.0.0.1 --port ${port}`,
    );
    const { stop } = await startServerProcess({
      ...{ name: 'Redis', command: shell, args: command, folder },
      isReady: (log) => log.includes('Ready to accept connections'),
    });
    return { address: `127.0.0.1:${port}`, stop };
  });
}

/** Prometheus as its container starts it, with its configuration at the addresses of this machine. */
async function startPrometheus(folder: string, targets: Readonly<Record<string, string>>) {
  const command = requiredServerPath('prometheus');
  const text = await readFile(join(STACK, 'prometheus/prometheus.yml'), 'utf8');
  return onFreePort(async (port) => {
    const config = join(folder, 'prometheus/prometheus.yml');
    const address = `127.0.0.1:${port}`;
    await writeFile(
      config,
      replaced(text, {
        ...targets,
        'localhost:9090': address,
        'interval: 15s': `interval: ${15_000 / SCALE}ms`,
        'interval: 10s': `interval: ${Math.round(10_000 / SCALE)}ms`,
        // Prometheus 3 reads the environment, and 2.42 does not unless told to.
        '${ENVIRONMENT}': 'test',
      }),
    );
    const args = compose.services.prometheus!.command!.map((arg) =>
      arg
        .replace('/etc/prometheus/prometheus.yml', config)
        .replace('path=/prometheus', `path=${join(folder, 'data')}`),
    );
    const url = `http://${address}`;
    const { stop } = await startServerProcess({
      name: 'Prometheus',
      command,
      args: [...args, `--web.listen-address=${address}`, `--rules.alert.resend-delay=${15_000 / SCALE}ms`],
      folder: join(folder, 'prometheus'),
      env: { ...process.env, GOGC: '400' },
      isReady: async () => (await fetch(`${url}/-/ready`)).ok,
    });
    return { url, api: prometheusApi(url), stop };
  });
}

/** What the images have and this machine may not: a `wget`, and Redis's own client beside its server. */
async function programsOfContainers(folder: string): Promise<NodeJS.ProcessEnv> {
  const bin = join(folder, 'bin');
  const wget = join(bin, 'wget');
  const script = `fetch(process.argv.at(-1)).then(async (answer) => {
    if (!process.argv.includes('--spider')) process.stdout.write(await answer.text());
    process.exitCode = answer.ok ? 0 : 8;
  }, () => { process.exitCode = 4; });`;
  await mkdir(bin, { recursive: true });
  await writeFile(wget, `#!/bin/sh\nexec ${process.execPath} -e "${script.replaceAll('\n', ' ')}" -- "$@"\n`);
  await chmod(wget, 0o755);
  const redis = join(dirname(requiredServerPath('redis')), '..');
  const libraries = join(redis, 'usr/lib');
  return {
    ...process.env,
    PATH: [bin, process.env.PATH, join(redis, 'usr/bin')].join(delimiter),
    LD_LIBRARY_PATH: `${libraries}/x86_64-linux-gnu:${libraries}/aarch64-linux-gnu`,
  };
}
