import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';

/**
 * Gives a test file a temporary folder of its own, as the system's. After the last test it has to be empty: every
 * handle that the tests started has stopped and has left nothing.
 */
export function useOwnTemporaryFolder(): { readonly path: string } {
  const usual = process.env.TMPDIR;
  const own = { path: '' };
  beforeAll(async () => {
    own.path = await mkdtemp(join(tmpdir(), 'sightglass-test-'));
    // Like the system's, it lets other users through to their own folders: Postgres may run as one.
    await chmod(own.path, 0o755);
    process.env.TMPDIR = own.path;
  });
  afterAll(async () => {
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
    const left = await readdir(own.path);
    await rm(own.path, { recursive: true, force: true });
    expect(left).toEqual([]);
  });
  return own;
}
