import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

/** The folder of the stack. */
export const STACK = resolve(import.meta.dirname, '..');

export const readYaml = (path: string) => parse(readFileSync(join(STACK, path), 'utf8'), { merge: true });

/** What these tests look at in a service of Compose. */
export interface Service {
  readonly image: string;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly secrets?: readonly (string | { readonly source: string; readonly target: string })[];
  readonly restart: string;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly extra_hosts?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: Readonly<Record<string, unknown>> & { readonly test: readonly string[] };
  readonly deploy: { readonly resources: { readonly limits: Limits } };
  readonly logging?: object;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
}

export interface Limits {
  readonly cpus: string;
  readonly memory: string;
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** Files of Compose as one, the later ones over the earlier ones. */
export const readCompose = (...files: readonly string[]): Compose =>
  files.map(readYaml).reduce((below, above) => merge(below, above));

/** Lists of which an entry with the same target takes the place of another; other lists are replaced whole. */
const BY_TARGET = ['volumes', 'ports', 'secrets'];
const targetOf = (entry: string | { target: string }): string =>
  typeof entry === 'string' ? (/:(\/[^:]+|\d+)(?::\w[\w,]*)?$/.exec(entry)?.[1] ?? entry) : entry.target;

/** As Compose's specification merges, as far as these files need it. */
function merge(below: unknown, above: unknown, key = ''): never {
  if (Array.isArray(below) && Array.isArray(above) && BY_TARGET.includes(key)) {
    const replaced = new Set(above.map(targetOf));
    return [...below.filter((entry) => !replaced.has(targetOf(entry))), ...above] as never;
  }
  if (isMap(below) && isMap(above)) {
    const keys = new Set([...Object.keys(below), ...Object.keys(above)]);
    return Object.fromEntries(
      [...keys].map((each) => [each, each in above ? merge(below[each], above[each], each) : below[each]]),
    ) as never;
  }
  return above as never;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
