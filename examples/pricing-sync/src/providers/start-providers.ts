import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onFreePort, startServerProcess } from '@sightglass/test-tools';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** The providers as a process of their own, so that what they serve is not in the metrics of the service. */
export interface Providers {
  /** Where their directory is. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the providers and resolves when their directory answers. They end with this process at the latest. */
export function startProviders(): Promise<Providers> {
  return onFreePort(async (port) => {
    const url = `http://127.0.0.1:${port}`;
    const { stop } = await startServerProcess({
      name: 'the providers',
      command: process.execPath,
      args: [MAIN],
      folder: await mkdtemp(join(tmpdir(), 'sightglass-providers-')),
      env: { ...process.env, PROVIDERS_PORT: String(port) },
      isReady: async () => (await fetch(`${url}/providers`)).ok,
    });
    return { url, stop };
  });
}
