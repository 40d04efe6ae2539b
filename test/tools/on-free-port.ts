import { freePort } from './wait.ts';

const attempts = 3;

/** Starts something on a free loopback port, and on another when the first was taken in the meantime. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === attempts || !/address already in use/i.test((error as Error).message)) throw error;
    }
  }
}
