import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onFreePort, serverPath, startServerProcess } from '@sightglass/test-tools';

export interface Mariadb {
  readonly port: number;
  /** Ends the server, its connections too, and removes its data. */
  stop(): Promise<void>;
}

/** Starts a real MariaDB on a free loopback port, without accounts: anybody may do everything. Its data does not survive it. @throws Error with its log when it does not come up */
export async function startMariadb(): Promise<Mariadb> {
  const command = serverPath('mariadb');
  if (command === undefined) throw new Error('MariaDB is missing: `npm run setup` fetches it');
  return onFreePort(async (port) => {
    const folder = await mkdtemp(join(tmpdir(), 'sightglass-mariadb-'));
    const server = await startServerProcess({
      name: 'MariaDB',
      command,
      args: [
        '--no-defaults',
        '--skip-grant-tables',
        `--datadir=${folder}`,
        '--bind-address=127.0.0.1',
        `--port=${port}`,
        '--socket=',
        // Where Debian's package, unpacked beside it, has its messages; one that is installed knows itself.
        `--lc-messages-dir=${join(dirname(command), '../usr/share/mysql')}`,
        '--innodb-buffer-pool-size=8M',
        '--innodb-flush-log-at-trx-commit=0',
        '--skip-log-bin',
        ...(process.getuid?.() === 0 ? ['--user=root'] : []),
      ],
      folder,
      isReady: (log) => log.includes('ready for connections'),
    });
    return { port, stop: server.stop };
  });
}
