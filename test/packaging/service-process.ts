import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerProcess, startServerProcess } from '@sightglass/test-tools';

/** A service that runs. */
export interface ServiceProcess extends ServerProcess {
  /** Where it is scraped. */
  readonly url: string;
  /** The version of the Node that it runs on. */
  readonly node: string;
}

/** Starts a service with a Node of our choice and resolves once it has said on its standard output where it is scraped. */
export async function startService(
  node: string,
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const said = (log: string) => /^\{"url":.*\}$/m.exec(log)?.[0];
  const process = await startServerProcess({
    name: file,
    command: node,
    args: [file],
    folder: await mkdtemp(join(tmpdir(), 'sightglass-service-')),
    env: { PATH: '', NODE_ENV: 'production', ...env },
    isReady: (log) => said(log) !== undefined,
  });
  return { ...process, ...(JSON.parse(said(process.log())!) as { url: string; node: string }) };
}
