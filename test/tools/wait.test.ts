import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { onFreePort } from './on-free-port.ts';
import { freePort, waitUntil } from './wait.ts';

test('waiting resolves with the first truthy answer and takes an error for "not yet"', async () => {
  const answers = [() => Promise.reject(new Error('starting')), () => '', () => 'ready'];
  const answer = await waitUntil(() => answers.shift()?.(), { what: 'the answer' });
  expect(answer).toBe('ready');
  expect(answers).toEqual([]);
});

test('waiting in vain tells what for, how long, and the last error', async () => {
  const refused = waitUntil(() => Promise.reject(new Error('refused')), { timeoutMs: 60, what: 'a scrape' });
  await expect(refused).rejects.toThrow('timed out after 60 ms: a scrape (refused)');
});

/** Listens as a server does, and fails as one does. */
async function listen(port: number) {
  const server = createServer();
  onTestFinished(() => void server.close());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return port;
}

test('a port that was taken in the meantime is given up for another; other failures are not tried again', async () => {
  const taken = await listen(await freePort());
  const tried: number[] = [];
  const port = await onFreePort((free) => {
    tried.push(free);
    return listen(tried.length === 1 ? taken : free);
  });
  expect(tried).toHaveLength(2);
  expect(port).toBe(tried[1]);

  let attempts = 0;
  const broken = onFreePort(() => {
    attempts += 1;
    return Promise.reject(new Error('bad configuration'));
  });
  await expect(broken).rejects.toThrow('bad configuration');
  expect(attempts).toBe(1);
});
