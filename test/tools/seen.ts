import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import { readManifest } from '../../scripts/lib/manifest.mjs';
import { digest, withoutChance } from './digest.ts';
import { USUAL_PROMETHEUS } from './programs.ts';
import { askedAnew } from './run-folder.ts';

/*
 * What promtool makes of rules and series depends on these alone, and it takes minutes of a run to ask it all again. So a claim that was seen to
 * hold is remembered by the hash of all that it depends on, and a run asks for those of which anything has changed since.
 */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = new URL('./seen/', import.meta.url);

/** `pnpm stories` asks for all claims; with `--update` for those that are not remembered, and writes the memory anew; with `--all` too, for all. */
const options = (process.env.SIGHTGLASS_STORIES ?? '').split(' ');
const TRUSTS = !options.includes('--all');
const WRITES = options.includes('--update');

/** Base64 digits, of 6 bits each. */
const DIGITS = 20;

/** What the tests of one file have seen to hold. */
export class Seen {
  readonly #name: string;
  readonly #file: URL;
  readonly #judge: string;
  readonly #known: ReadonlySet<string>;
  readonly #programs = readManifest();
  readonly #holds = new Set<string>();
  /** The tests that asked. */
  readonly #asked: string[] = [];

  constructor(test: string, judges: readonly string[]) {
    const path = fileURLToPath(test);
    this.#name = path.slice(ROOT.length).replace(/\.test\.ts$/, '');
    this.#file = new URL(`${this.#name.replaceAll('/', '.')}.txt`, FOLDER);
    this.#judge = digest([path, ...judges].flatMap(sourcesOf));
    this.#known = new Set(existsSync(this.#file) ? readFileSync(this.#file, 'utf8').split('\n') : []);
  }

  /**
   * The key of a claim: `depends` is all that it depends on, but for the sources of the test and its judges and for promtool itself, of which
   * only the version counts.
   */
  key(depends: readonly unknown[], version: 2 | 3 = USUAL_PROMETHEUS): string {
    const promtool = this.#programs[version === 3 ? 'promtool3' : 'promtool']?.version;
    return digest([this.#judge, `${promtool}`, withoutChance(JSON.stringify(depends))], DIGITS);
  }

  /** Whether the claim need not be asked for: it was seen to hold, now or when the memory was written. */
  has(key: string): boolean {
    if (TRUSTS && this.#known.has(key)) this.#holds.add(key);
    return this.#holds.has(key);
  }

  /** Checks a claim unless it was seen to hold. What `check` throws is thrown. */
  async holds(key: string, check: () => void | Promise<void>): Promise<void> {
    if (this.has(key)) return;
    this.#asked.push(expect.getState().currentTestName ?? 'before the tests');
    await check();
    this.#holds.add(key);
  }

  /** Says which claims were asked for, the first few of them by name, and writes down what holds where that is wanted. */
  end(): void {
    const asked = askedAnew();
    if (this.#asked.length > 0 && TRUSTS && !WRITES && asked !== undefined) {
      const named = this.#asked.slice(0, 5).map((test) => `  ${test}\n`);
      appendFileSync(asked, `${this.#name}: ${this.#asked.length} of ${this.#holds.size}\n${named.join('')}`);
    }
    // The memory is of the promtool that judges in every run.
    if (!WRITES || USUAL_PROMETHEUS !== 2) return;
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(
      this.#file,
      [...this.#holds]
        .sort()
        .map((key) => `${key}\n`)
        .join(''),
    );
  }
}

/**
 * What the tests of a file have seen to hold: `test` is its `import.meta.url`, `judges` are files and folders, absolute paths or relative to the root, whose sources
 * say how it is judged.
 */
export function seenBy(test: string, judges: readonly string[] = []): Seen {
  const seen = new Seen(
    test,
    judges.map((path) => `${ROOT}${path}`),
  );
  afterAll(() => seen.end());
  return seen;
}

/** The texts of a file, or of all in a folder but its tests. */
function sourcesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [readFileSync(path, 'utf8')];
  return readdirSync(path)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .sort()
    .flatMap((name) => sourcesOf(`${path}/${name}`));
}
