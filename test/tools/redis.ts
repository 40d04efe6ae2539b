import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFreePort } from './on-free-port.ts';
import { requiredServerPath } from './server-path.ts';
import { startServerProcess } from './server-process.ts';

export interface Redis {
  readonly host: string;
  readonly port: number;
  /** Ends the server, its connections too. */
  stop(): Promise<void>;
}

/** Starts a real Redis on a free loopback port. It keeps its data in memory alone. @throws Error with its log when it does not come up */
export async function startRedis(): Promise<Redis> {
  const command = requiredServerPath('redis');
  return onFreePort(async (port) => {
    const folder = await mkdtemp(join(tmpdir(), 'sightglass-redis-'));
    const server = await startServerProcess({
      name: 'Redis',
      command,
      // BullMQ warns of any other policy than noeviction: an evicted key is a lost job.
      args: ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--maxmemory-policy', 'noeviction'],
      folder,
      isReady: (log) => log.includes('Ready to accept connections'),
    });
    return { host: '127.0.0.1', port, stop: server.stop };
  });
}
