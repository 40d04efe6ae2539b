// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasApt, unpackFromRelease, unpackFromSuite } from './apt.mjs';
import { cacheDir, fillOnce } from './cache.mjs';
import { Failure, say } from './process.mjs';
import { programAt, programOnPath } from './programs.mjs';
import { relocate } from './relocate.mjs';

/**
 * A server and its command-line tool, which come together; a few have none.
 * @typedef {object} Pair
 * @property {string} title
 * @property {import('./manifest.mjs').ServerName} server
 * @property {import('./manifest.mjs').ServerName} [tool]
 * @property {readonly string[]} serverNames names of the server's executable
 * @property {string} [toolName]
 * @property {string} least oldest version that will do
 * @property {readonly string[]} packages Debian packages; later ones are needed where the first lacks the tool
 * @property {readonly string[]} [suites] Debian suites newer than the machine's own, tried in this order
 * @property {boolean} [libraries] whether it needs libraries that a machine may lack
 * @property {string} [place] the folder of the packages that the server is in; `usr/bin` unless said
 * @property {string} advice how a person gets it
 */

/** Prometheus 2.42 and Alertmanager 0.25 are what Debian 12 has: the oldest that the shipped rules promise to work with. */
export const pairs = /** @type {const} @satisfies {Record<string, Pair>} */ ({
  prometheus: {
    title: 'Prometheus',
    server: 'prometheus',
    tool: 'promtool',
    serverNames: ['prometheus'],
    toolName: 'promtool',
    least: '2.42.0',
    packages: ['prometheus', 'promtool'],
    advice: 'put prometheus and promtool, 2.42 or newer, on PATH (https://prometheus.io/download)',
  },
  alertmanager: {
    title: 'Alertmanager',
    server: 'alertmanager',
    tool: 'amtool',
    serverNames: ['alertmanager', 'prometheus-alertmanager'],
    toolName: 'amtool',
    least: '0.25.0',
    packages: ['prometheus-alertmanager'],
    advice: 'put alertmanager and amtool, 0.25 or newer, on PATH (https://prometheus.io/download)',
  },
  prometheus3: {
    title: 'Prometheus 3',
    server: 'prometheus3',
    tool: 'promtool3',
    serverNames: ['prometheus'],
    toolName: 'promtool',
    least: '3.0.0',
    packages: ['prometheus', 'promtool'],
    suites: ['trixie-backports', 'forky', 'sid'],
    advice: 'put prometheus and promtool, 3.0 or newer, on PATH (https://prometheus.io/download)',
  },
  pushgateway: {
    title: 'Pushgateway',
    server: 'pushgateway',
    serverNames: ['pushgateway', 'prometheus-pushgateway'],
    least: '1.4.0',
    packages: ['prometheus-pushgateway'],
    advice: 'put pushgateway, 1.4 or newer, on PATH (https://prometheus.io/download)',
  },
  redis: {
    title: 'Redis',
    server: 'redis',
    serverNames: ['redis-server'],
    least: '6.2.0',
    packages: ['redis-server', 'redis-tools'],
    libraries: true,
    advice: 'put redis-server, 6.2 or newer, on PATH (https://redis.io/downloads)',
  },
  nodeExporter: {
    title: 'Node exporter',
    server: 'nodeExporter',
    serverNames: ['node_exporter', 'prometheus-node-exporter'],
    least: '1.5.0',
    packages: ['prometheus-node-exporter'],
    advice: 'put node_exporter, 1.5 or newer, on PATH (https://prometheus.io/download)',
  },
  postgresExporter: {
    title: 'Postgres exporter',
    server: 'postgresExporter',
    serverNames: ['postgres_exporter', 'prometheus-postgres-exporter'],
    least: '0.11.0',
    packages: ['prometheus-postgres-exporter'],
    advice:
      'put postgres_exporter, 0.11 or newer, on PATH (https://prometheus.io/docs/instrumenting/exporters)',
  },
  redisExporter: {
    title: 'Redis exporter',
    server: 'redisExporter',
    serverNames: ['redis_exporter', 'prometheus-redis-exporter'],
    least: '1.45.0',
    packages: ['prometheus-redis-exporter'],
    advice: 'put redis_exporter, 1.45 or newer, on PATH (https://prometheus.io/docs/instrumenting/exporters)',
  },
  mariadb: {
    title: 'MariaDB',
    server: 'mariadb',
    serverNames: ['mariadbd'],
    least: '10.5.0',
    packages: ['mariadb-server-core'],
    libraries: true,
    place: 'usr/sbin',
    advice: 'put mariadbd, 10.5 or newer, on PATH (https://mariadb.org/download)',
  },
});

/**
 * Finds a pair on PATH or in the cache, or fetches it into the cache; nothing needs root or changes the system.
 * @param {Pair} pair
 * @returns {Promise<import('./manifest.mjs').Manifest>}
 * @throws {Failure} that says what is missing and how to get it
 */
export async function provisionPair(pair) {
  const server = await programOnPath(pair.serverNames, pair.least);
  const tool = pair.toolName ? await programOnPath([pair.toolName], pair.least) : undefined;
  if (server && (tool || !pair.toolName)) return told(pair, { server, tool }, 'on PATH');

  const folder = join(cacheDir(), `debian-${pair.server}`);
  const cached = await pairIn(folder, pair);
  if (cached) return told(pair, cached, 'cached');
  if (!hasApt()) throw new Failure(`${pair.title} is missing: ${pair.advice}`);

  const problems = [];
  for (const suite of pair.suites ?? [undefined]) {
    say(`${pair.title}: fetching Debian's package${suite ? ` of ${suite}` : ''}`);
    try {
      const fetched = await fillOnce(
        folder,
        (place) => pairIn(place, pair),
        (partial) => unpack(partial, pair, suite),
      );
      return told(pair, fetched, 'fetched');
    } catch (error) {
      problems.push(`${suite ?? 'own release'}: ${/** @type {Error} */ (error).message}`);
    }
  }
  throw new Failure(
    `${pair.title} is missing: ${pair.advice}\n   Debian's package could not be had: ${problems.join('; ')}`,
  );
}

/** @param {string} folder @param {Pair} pair @param {string | undefined} suite */
async function unpack(folder, pair, suite) {
  const names = () => programs(folder, pair);
  const place = pair.place ?? 'usr/bin';
  const isComplete = () => names().every((name) => existsSync(join(folder, place, name)));
  if (suite) await unpackFromSuite(folder, suite, pair.packages, isComplete);
  else await unpackFromRelease(folder, pair.packages, isComplete, { libraries: pair.libraries ?? false });
  await relocate(folder, names(), place);
}

/** The names that Debian's packages, unpacked in `folder`, give the server and the tool. @param {string} folder @param {Pair} pair */
function programs(folder, { serverNames, toolName, place = 'usr/bin' }) {
  const server = serverNames.find((name) => existsSync(join(folder, place, name))) ?? serverNames[0] ?? '';
  return toolName ? [server, toolName] : [server];
}

/** @typedef {{ server: import('./manifest.mjs').Program, tool?: import('./manifest.mjs').Program | undefined }} Programs */

/** @param {string} folder @param {Pair} pair @returns {Promise<Programs | undefined>} */
async function pairIn(folder, pair) {
  const files = programs(folder, pair).map((name) => join(folder, 'bin', name));
  const [server, tool] = await Promise.all(files.map((file) => programAt(file, pair.least)));
  return server && (tool || !pair.toolName) ? { server, tool } : undefined;
}

/** @param {Pair} pair @param {Programs} programs @param {string} where */
function told(pair, { server, tool }, where) {
  say(`${pair.title} ${server.version}: ${where}`);
  return { [pair.server]: server, ...(pair.tool && tool ? { [pair.tool]: tool } : {}) };
}
