import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createJiti } from 'jiti';
import { type Config, configProblems } from './config.ts';

/** A config, and the folder that its paths are relative to. */
export interface LoadedConfig {
  readonly config: Config;
  readonly folder: string;
  /** Its file. */
  readonly file: string;
}

/** The names under which a config module is looked for, the first that is there. */
export const CONFIG_FILES = ['ts', 'mts', 'js', 'mjs', 'cjs'].map((type) => `sightglass.config.${type}`);

/**
 * The config module of a folder, or the file that is named; undefined when none is named and there is none. Node's own way of reading TypeScript is
 * taken where it has one and can read the module, else its types are taken out. Throws when there is something else in it than a config.
 */
export async function loadConfig(folder: string, named?: string): Promise<LoadedConfig | undefined> {
  const name = named ?? CONFIG_FILES.find((each) => existsSync(join(folder, each)));
  if (name === undefined) return undefined;
  const file = resolve(folder, name);
  if (!existsSync(file)) throw new Error(`there is no ${file}`);
  const config = await read(file);
  const problems = problemsIn(config, file);
  if (problems.length > 0)
    throw new Error(
      [
        `${file} does not export a config by default, as \`export default defineConfig({ … })\` does:`,
        ...problems,
      ].join('\n- '),
    );
  return { config, folder: dirname(file), file };
}

function problemsIn(config: Config, file: string): readonly string[] {
  try {
    return configProblems(config);
  } catch (error) {
    throw unreadable(file, error);
  }
}

const unreadable = (file: string, error: unknown) =>
  new Error(`${file} can not be loaded: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });

async function read(file: string): Promise<Config> {
  try {
    return await createJiti(file, { tryNative: true, fsCache: false }).import<Config>(file, {
      default: true,
    });
  } catch (error) {
    throw unreadable(file, error);
  }
}
