import { vi } from 'vitest';

/*
 * How long tests wait for what happens by itself. It is long enough for any machine: a wait ends when what is waited for is there, and the
 * limit only tells what hangs from what is slow. vitest's own is a second, and no option changes it for all.
 */
const timeout = 600_000;
const { waitFor, waitUntil } = vi;

vi.waitFor = (check, options) =>
  waitFor(check, typeof options === 'object' ? { timeout, ...options } : timeout);
vi.waitUntil = (check, options) =>
  waitUntil(check, typeof options === 'object' ? { timeout, ...options } : timeout);
