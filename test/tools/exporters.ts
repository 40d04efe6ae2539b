import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchText } from './http.ts';
import { onFreePort } from './on-free-port.ts';
import { requiredServerPath } from './server-path.ts';
import { startServerProcess } from './server-process.ts';

/** An exporter of Prometheus's, which serves `/metrics`. */
export interface Exporter {
  /** Host and port. */
  readonly target: string;
  stop(): Promise<void>;
}

export interface ExporterOptions {
  readonly args?: readonly string[];
  /** Beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

const EXPORTERS = {
  node: { server: 'nodeExporter', name: 'Node exporter' },
  postgres: { server: 'postgresExporter', name: 'Postgres exporter' },
  redis: { server: 'redisExporter', name: 'Redis exporter' },
} as const;

/**
 * Starts a real exporter on a free loopback port. It is up whether it can reach what it watches or not.
 * @throws Error with its log when it does not come up
 */
export async function startExporter(
  of: keyof typeof EXPORTERS,
  { args = [], env = {} }: ExporterOptions = {},
): Promise<Exporter> {
  const { server, name } = EXPORTERS[of];
  const command = requiredServerPath(server);
  return onFreePort(async (port) => {
    const target = `127.0.0.1:${port}`;
    const { stop } = await startServerProcess({
      name,
      command,
      args: [`--web.listen-address=${target}`, ...args],
      folder: await mkdtemp(join(tmpdir(), 'sightglass-exporter-')),
      env: { ...process.env, ...env },
      isReady: async () => (await fetchText(`http://${target}/metrics`)) !== '',
    });
    return { target, stop };
  });
}
