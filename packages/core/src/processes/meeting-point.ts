import { createHash } from 'node:crypto';
import { lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { resolve } from 'node:path';
import { quietly } from '../base/index.ts';

/** Resolves when the server listens at this path; rejects with the error of the system. */
export function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Each process by itself: a worker of a cluster would have its primary listen for it.
    server.listen({ path, exclusive: true }, () => {
      server.off('error', reject);
      server.on('error', () => {});
      resolve();
    });
  });
}

/**
 * Takes a path at which processes meet that have no parent of ours, so that a socket can be made there; what another has left when it died is taken away. Rejects when somebody serves
 * there. Returns the function that gives it back. On Linux the system decides between two that come at once, by a name that ends with its process.
 */
export async function takeMeetingPoint(path: string): Promise<() => void> {
  const lock = createServer();
  if (process.platform === 'linux') {
    const name = createHash('sha256').update(resolve(path)).digest('hex').slice(0, 32);
    await listening(lock, `\0sightglass-meeting-${name}`);
    lock.unref();
  }
  const unlock = () => void quietly(() => lock.close());
  if (await answers(path)) {
    unlock();
    throw new Error('another process serves there');
  }
  const found = quietly(() => lstatSync(path, { throwIfNoEntry: false }));
  if (found !== undefined && !found.isSocket()) {
    // A file of somebody's, or a link to one: by a mistake in the options, or put there by another user.
    unlock();
    throw new Error('there is something at that path that is no socket');
  }
  quietly(() => unlinkSync(path));
  return unlock;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // So many are coming that one more has no room: somebody serves them.
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'EAGAIN'));
  });
}
