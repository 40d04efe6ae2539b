import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchText } from './http.ts';
import { onFreePort } from './on-free-port.ts';
import { requiredServerPath } from './server-path.ts';
import { startServerProcess } from './server-process.ts';

export interface Pushgateway {
  /** Without a slash at the end. */
  readonly url: string;
  /** What Prometheus would scrape from it. */
  metrics(): Promise<string>;
  /** Ends the server and what was pushed to it. */
  stop(): Promise<void>;
}

/** Starts a real Pushgateway on a free loopback port. @throws Error with its log when it does not come up */
export async function startPushgateway(): Promise<Pushgateway> {
  const command = requiredServerPath('pushgateway');
  return onFreePort(async (port) => {
    const folder = await mkdtemp(join(tmpdir(), 'sightglass-pushgateway-'));
    const url = `http://127.0.0.1:${port}`;
    const server = await startServerProcess({
      name: 'Pushgateway',
      command,
      args: [`--web.listen-address=127.0.0.1:${port}`],
      folder,
      // The logged line tells our server from another that took the port first.
      isReady: async (log) => /msg="?Listening/i.test(log) && (await fetchText(`${url}/-/ready`)) !== '',
    });
    return { url, metrics: () => fetchText(`${url}/metrics`), stop: server.stop };
  });
}
