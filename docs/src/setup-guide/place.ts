import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  freePort,
  PAGERDUTY_PATH,
  SLACK_PATHS,
  serverPath,
  startPagerdutySink,
  startSlackSink,
  startWebhookSink,
} from '@sightglass/test-tools';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** As long as PagerDuty's keys are. */
const ROUTING_KEY = 'fedcba9876543210fedcba9876543210';

export type Place = Awaited<ReturnType<typeof openPlace>>;

/** A folder with the programs that the guide asks for and nothing else, free addresses, and receivers that take what Slack and PagerDuty take. */
export async function openPlace() {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sightglass-guide-')));
  await install(folder);
  const [slack, pagerduty, heartbeat] = await Promise.all([
    startSlackSink(),
    startPagerdutySink(),
    startWebhookSink(),
  ]);
  return {
    folder,
    slack,
    pagerduty,
    heartbeat,
    /** What is typed when the guide asks for it, by the file that it goes into, in the guide's order. */
    secrets: {
      slack_api_url_critical: `${slack.url}${SLACK_PATHS.critical}`,
      slack_api_url_warning: `${slack.url}${SLACK_PATHS.warning}`,
      pagerduty_routing_key: ROUTING_KEY,
    },
    env: {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      ...(await variables()),
      PAGERDUTY: `${pagerduty.url}${PAGERDUTY_PATH}`,
      HEARTBEAT: heartbeat.url,
    },
    async close() {
      for (const sink of [slack, pagerduty, heartbeat]) await sink.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** The guide's own variables: addresses that are free, and times of which a minute is a second. */
async function variables(): Promise<Record<string, string>> {
  const names = ['SERVICE', 'ADMIN', 'FAULTS', 'PROMETHEUS', 'ALERTMANAGER'];
  const ports = await Promise.all(names.map(freePort));
  return {
    ...Object.fromEntries(names.map((name, at) => [name, `http://127.0.0.1:${ports[at]}`])),
    EXAMPLES: join(ROOT, 'examples'),
    SCALE: '60',
    SCRAPE: '500ms',
    EVALUATE: '500ms',
    SCHEDULE: '*/3 * * * * *',
    PATIENCE: '300',
  };
}

/** The servers' programs on the PATH, and the two packages as npm would put them. */
async function install(folder: string): Promise<void> {
  for (const name of ['prometheus', 'promtool', 'alertmanager', 'amtool'] as const) {
    const path = serverPath(name);
    if (path === undefined) throw new Error(`${name} is missing: \`npm run setup\` fetches it`);
    await writeProgram(join(folder, 'bin', name), [path]);
  }
  const modules = join(folder, 'node_modules');
  for (const [name, program] of [
    ['rules', 'sightglass'],
    ['dashboards', 'sightglass-dashboards'],
  ] as const) {
    const cli = [process.execPath, '--conditions=@sightglass/source', join(ROOT, name, 'src/cli.ts')];
    await writeProgram(join(modules, '.bin', program), cli, slower(folder));
    await mkdir(join(modules, '@sightglass'), { recursive: true });
    await symlink(join(ROOT, name), join(modules, '@sightglass', name));
  }
}

/**
 * Rules of which a minute is a second are evaluated twice in each; once is often enough for all that the guide waits for, and half of what it
 * costs.
 */
const slower = (folder: string): string =>
  `find '${folder}/monitoring/rules' -maxdepth 1 -name '*.yml' -exec sed -i 's/ interval: 500ms/ interval: 1s/' {} + 2> /dev/null`;

/** A script that is this command; a link would change where some programs look for their files. `afterwards` is run when it has ended well. */
async function writeProgram(path: string, command: readonly string[], afterwards?: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const words = `${command.map((word) => `'${word}'`).join(' ')} "$@"`;
  const script = afterwards === undefined ? `exec ${words}` : `${words} || exit\n${afterwards}\nexit 0`;
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
