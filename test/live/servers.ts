import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A server that ends when it is told to. */
interface Stoppable {
  stop(): Promise<unknown>;
}

/** What {@link startTogether} gives to whoever starts the servers. */
export interface Together {
  /** An empty folder, removed when the servers have ended. */
  readonly folder: string;
  /** Ends the server with the others, the last one first. */
  keep<T extends Stoppable>(server: T): T;
}

/** Starts servers that end together. What was started before a failure is stopped. */
export async function startTogether<T>(
  start: (together: Together) => Promise<T>,
): Promise<T & { stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-live-'));
  const started: Stoppable[] = [{ stop: () => rm(folder, { recursive: true, force: true }) }];
  const keep = <S extends Stoppable>(server: S): S => {
    started.push(server);
    return server;
  };
  const stop = async () => {
    for (const server of started.splice(0).reverse()) await server.stop();
  };
  try {
    return { ...(await start({ folder, keep })), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Writes rule files below a folder, and gives their paths. Their groups are evaluated once a second at most: twice as often as there is anything new
 * would cost as much as all the rest of a test.
 */
export const writeRules = (
  folder: string,
  files: readonly { readonly file: string; readonly yaml: string }[],
): Promise<string[]> =>
  writeFiles(
    join(folder, 'rules'),
    files.map(({ file, yaml }) => ({ file, text: yaml.replaceAll('interval: 500ms', 'interval: 1s') })),
  );

/** Writes files below a folder, readable by their owner alone, and gives their paths. */
export async function writeFiles(
  folder: string,
  files: readonly { readonly file: string; readonly text: string }[],
): Promise<string[]> {
  return Promise.all(
    files.map(async ({ file, text }) => {
      const path = join(folder, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text, { mode: 0o600 });
      return path;
    }),
  );
}
