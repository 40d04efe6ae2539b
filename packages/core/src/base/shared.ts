import { VERSION } from './version.ts';

/**
 * A process may load this package more than once: as ESM and as CommonJS, or in two versions. What must be one for the process (the store,
 * the logger, what domains know of their jobs) lies in a table under one global key, in the manner of OpenTelemetry's API package.
 *
 * Copies that fit together share a table. A copy that fits none opens its own, and says so: what it records is then not in what the other
 * exports. The list and `version` are all that copies of different versions read of each other, so these two never change.
 */
interface Table {
  readonly version: string;
  readonly entries: Map<string, unknown>;
}

const KEY = Symbol.for('@sightglass');

let found: Table | undefined;

/**
 * What all copies of our packages in this process share under `name`; `create` makes it for whoever asks first. Never throws unless `create` does.
 * A domain puts its package's name in front, and takes another name when what it shares changes its shape, so that an older copy of it is never
 * given what it can't use: `sharedInProcess('@acme/etl/pipelines/1', () => new Map<string, Pipeline>())`.
 */
export function sharedInProcess<T>(name: string, create: () => T): T {
  found ??= findTable();
  const { entries } = found;
  const known = entries.get(name) as T | undefined;
  if (known !== undefined) return known;
  const made = create();
  entries.set(name, made);
  return made;
}

function findTable(): Table {
  const tables = allTables();
  const fitting = tables.find(({ version }) => fits(version, VERSION));
  if (fitting !== undefined) return fitting;
  const own: Table = { version: VERSION, entries: new Map() };
  const others = tables.map(({ version }) => version);
  tables.push(own);
  if (others.length > 0) tellOfOthers(others);
  return own;
}

/** The tables of this process. A list of its own where something else lies under the key, or nothing can be put there. */
function allTables(): Table[] {
  try {
    const globals = globalThis as { [KEY]?: Table[] };
    globals[KEY] ??= [];
    if (Array.isArray(globals[KEY])) return globals[KEY];
  } catch {
    // The host's realm is frozen: this copy works on its own.
  }
  return [];
}

/**
 * Whether a copy of version `mine` can use what one of version `theirs` has made: the same major version, and at least as new, since an older
 * one may lack what this one calls. Before 1.0 a minor version may change anything, so it must be the same.
 */
export function fits(theirs: string, mine: string): boolean {
  const [theirMajor, theirMinor] = numbersOf(theirs);
  const [major, minor] = numbersOf(mine);
  if (theirMajor !== major) return false;
  return major === 0 ? theirMinor === minor : theirMinor >= minor;
}

function numbersOf(version: string): readonly [major: number, minor: number] {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version) ?? [];
  return [Number(major), Number(minor)];
}

/** On stderr, since each of the two copies has a logger of its own, and this one has none yet. */
function tellOfOthers(versions: readonly string[]): void {
  try {
    process.emitWarning(
      `@sightglass/core ${VERSION} is loaded beside ${versions.join(' and ')}, which it can't share with: what is recorded through one is not in ` +
        'what the other exports. Run "npm ls @sightglass/core" to see who brings which, and install one version.',
      'SightglassWarning',
    );
  } catch {
    // Where there is no way to say it, the two copies still work side by side.
  }
}
