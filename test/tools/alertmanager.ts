import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { fetchJson, fetchText } from './http.ts';
import { onFreePort } from './on-free-port.ts';
import type { Labels } from './prometheus-api.ts';
import { requiredServerPath } from './server-path.ts';
import { startServerProcess } from './server-process.ts';

/** The configuration as data, or the path of a file that holds it. */
export type AlertmanagerOptions =
  | { readonly config: Readonly<Record<string, unknown>> }
  | { readonly configFile: string };

export interface ReceivedAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly status: {
    readonly state: 'unprocessed' | 'active' | 'suppressed';
    readonly inhibitedBy: readonly string[];
    readonly silencedBy: readonly string[];
  };
  readonly receivers: readonly { readonly name: string }[];
}

export interface Alertmanager {
  /** Without a slash at the end. */
  readonly url: string;
  /** The alerts that it holds, inhibited and silenced ones too. */
  alerts(): Promise<readonly ReceivedAlert[]>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** Starts a real Alertmanager on a free loopback port, alone, with data of its own. @throws Error with its log when it does not come up */
export async function startAlertmanager(options: AlertmanagerOptions): Promise<Alertmanager> {
  const command = requiredServerPath('alertmanager');
  return onFreePort(async (port) => {
    const folder = await mkdtemp(join(tmpdir(), 'sightglass-alertmanager-'));
    const url = `http://127.0.0.1:${port}`;
    const own = join(folder, 'alertmanager.yml');
    if ('config' in options) await writeFile(own, stringify(options.config));
    const server = await startServerProcess({
      name: 'Alertmanager',
      command,
      args: [
        `--config.file=${'config' in options ? own : resolve(options.configFile)}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ],
      folder,
      // The logged line tells our server from another that took the port first.
      isReady: async (log) => /msg="?Listening/.test(log) && (await fetchText(`${url}/-/ready`)) !== '',
    });
    return { url, alerts: () => fetchJson(`${url}/api/v2/alerts`), stop: server.stop };
  });
}
