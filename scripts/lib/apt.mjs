// @ts-check
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capture, Failure, onPath } from './process.mjs';

/** Whether Debian packages can be downloaded and unpacked here. */
export const hasApt = () => ['apt-get', 'dpkg'].every((name) => onPath([name]).length > 0);

const keyrings = [
  '/usr/share/keyrings/debian-archive-keyring.gpg',
  '/usr/share/keyrings/debian-archive-keyring.pgp',
];

/**
 * Unpacks packages of the machine's own release into `folder` without root: apt works in private folders, with the
 * machine's sources, and the package lists that the machine holds are used when they do.
 * @param {string} folder
 * @param {readonly string[]} packages alternatives are fetched in this order until `isComplete`
 * @param {() => boolean} isComplete
 * @param {{ libraries?: boolean }} [options] whether to unpack the libraries that the packages depend on, too
 */
export async function unpackFromRelease(folder, packages, isComplete, { libraries = false } = {}) {
  const work = join(folder, '.apt');
  try {
    let apt = await session(work, {});
    if (!(await apt.unpack(folder, packages, isComplete))) {
      apt = await session(work, { lists: true });
      await apt.update();
      if (!(await apt.unpack(folder, packages, isComplete))) throw new Failure(apt.problem());
    }
    if (libraries) await apt.unpackLibraries(folder, packages);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * The same from another suite of the Debian mirror that this machine is set to.
 * @param {string} folder
 * @param {string} suite
 * @param {readonly string[]} packages
 * @param {() => boolean} isComplete
 */
export async function unpackFromSuite(folder, suite, packages, isComplete) {
  const work = join(folder, '.apt');
  try {
    mirror ??= findDebianMirror(work);
    const uri = await mirror;
    if (!uri) throw new Failure('this machine has no Debian mirror among its apt sources');
    const keyring = keyrings.find((file) => existsSync(file));
    const source = ['Types: deb', `URIs: ${uri}`, `Suites: ${suite}`, 'Components: main'];
    const lines = keyring ? [...source, `Signed-By: ${keyring}`] : source;
    const apt = await session(work, { lists: true, source: `${lines.join('\n')}\n` });
    await apt.update();
    if (!(await apt.unpack(folder, packages, isComplete))) throw new Failure(apt.problem());
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Asked for once in a run. @type {Promise<string | undefined> | undefined} */
let mirror;

/** apt names its sources only once it holds their lists, so an empty machine asks for them first. @param {string} work */
async function findDebianMirror(work) {
  const format = '$(ORIGIN)|$(LABEL)|$(SITE)';
  for (const lists of [false, true]) {
    const apt = await session(work, { lists });
    if (lists) await apt.update();
    const targets = await apt.run(['indextargets', '--format', format, 'Created-By: Packages']);
    const sources = targets.stdout.split('\n').filter(Boolean);
    if (sources.length > 0) return sources.find((line) => line.startsWith('Debian|Debian|'))?.split('|')[2];
  }
  return undefined;
}

/**
 * One private apt: its cache, and when asked for its lists and its only source, are in `work`.
 * @param {string} work
 * @param {{ lists?: boolean, source?: string }} own
 */
async function session(work, own) {
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  await mkdir(join(work, 'lists', 'partial'), { recursive: true });
  const sources = join(work, 'private.sources');
  if (own.source) await writeFile(sources, own.source);
  const config = join(work, 'apt.conf');
  await writeFile(config, configuration(work, own.lists ?? false, own.source ? sources : undefined));
  /** @type {string[]} */
  const problems = [];

  /** @param {readonly string[]} args @param {'apt-get' | 'apt-cache'} [program] */
  const run = async (args, program = 'apt-get') => {
    const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
    const result = await capture(program, ['-c', config, ...args], { cwd: work, env });
    problems.push(...result.stderr.split('\n').filter((line) => /^(E:|W: Failed)/.test(line)));
    return result;
  };

  /** Downloads one package and unpacks it. @param {string} folder @param {string} name */
  const unpackOne = async (folder, name) => {
    if ((await run(['download', name])).code !== 0) return false;
    for (const file of (await readdir(work)).filter((entry) => entry.endsWith('.deb'))) {
      const unpacked = await capture('dpkg', ['-x', join(work, file), folder]);
      if (unpacked.code !== 0) throw new Failure(unpacked.stderr.trim());
      await rm(join(work, file));
    }
    return true;
  };

  return {
    run,
    /** What apt said of the first failures. */
    problem: () => problems.slice(0, 2).join(' ') || 'the package is incomplete',
    /** Its status says nothing: one dead third-party source fails it, though the list that matters has come. */
    update: () => run(['update']),
    /** @param {string} folder @param {readonly string[]} packages @param {() => boolean} isComplete */
    async unpack(folder, packages, isComplete) {
      for (const name of packages) {
        if (isComplete()) break;
        if (!(await unpackOne(folder, name))) return false;
      }
      return isComplete();
    },
    /** The system's own libc has to stay in use. An alternative that the release lacks is left out. @param {string} folder @param {readonly string[]} packages */
    async unpackLibraries(folder, packages) {
      const { stdout } = await run(['depends', ...packages], 'apt-cache');
      const named = Array.from(stdout.matchAll(/^ [ |]Depends: (lib\S+)$/gm), ([, name = '']) => name);
      for (const name of new Set(named)) if (name !== 'libc6') await unpackOne(folder, name);
    },
  };
}

/** @param {string} work @param {boolean} lists @param {string | undefined} source */
function configuration(work, lists, source) {
  return [
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    'Acquire::http::Timeout "20";',
    'Acquire::https::Timeout "20";',
    `Dir::Cache "${work}/cache";`,
    ...(lists ? [`Dir::State::lists "${work}/lists";`] : []),
    ...(source ? [`Dir::Etc::sourcelist "${source}";`, 'Dir::Etc::sourceparts "/dev/null";'] : []),
    '',
  ].join('\n');
}
