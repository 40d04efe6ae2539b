// @ts-check
import { readManifest, writeManifest } from './manifest.mjs';
import { provisionNode20 } from './node.mjs';
import { Failure, say } from './process.mjs';
import { pairs, provisionPair } from './servers.mjs';

/**
 * What a run starts, and whether CI may do without: Prometheus 3 and MariaDB are not to be had for every machine.
 * @type {readonly { provide: (host: string) => Promise<import('./manifest.mjs').Manifest>, optional?: true }[]}
 */
const parts = [
  { provide: () => provisionPair(pairs.prometheus) },
  { provide: () => provisionPair(pairs.alertmanager) },
  { provide: () => provisionPair(pairs.prometheus3), optional: true },
  { provide: () => provisionPair(pairs.pushgateway) },
  { provide: () => provisionPair(pairs.redis) },
  { provide: () => provisionPair(pairs.nodeExporter) },
  { provide: () => provisionPair(pairs.postgresExporter) },
  { provide: () => provisionPair(pairs.redisExporter) },
  { provide: () => provisionPair(pairs.mariadb), optional: true },
  { provide: (host) => provisionNode20(host) },
];

/** How many are fetched at once: few enough for a mirror, and for a machine. */
const AT_ONCE = 4;

/**
 * Brings the servers and records them in the cache's manifest, where the tests and the demo look them up.
 * What cannot be had is said, and fails the run when CI is true.
 * @param {string} host path of the user's Node
 */
export async function provision(host) {
  /** @type {import('./manifest.mjs').Manifest[]} */
  const found = parts.map(() => ({}));
  let missing = 0;
  const waiting = [...parts.entries()];
  const fetchOn = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [at, { provide, optional }] = next;
      try {
        found[at] = await provide(host);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        say(optional ? `${error.message}\n   going on without it` : error.message);
        if (!optional) missing += 1;
      }
    }
  };
  // They wait for the network most of the time.
  await Promise.all(Array.from({ length: AT_ONCE }, fetchOn));
  const all = Object.assign({}, ...found);
  if (JSON.stringify(readManifest()) !== JSON.stringify(all)) await writeManifest(all);
  if (missing > 0 && process.env.CI === 'true')
    throw new Failure(`${missing} of the servers missing, and CI does without none`);
}
