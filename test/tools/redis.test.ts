import { Redis as Client } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { startRedis } from './redis.ts';
import { useOwnTemporaryFolder } from './temporary.ts';

useOwnTemporaryFolder();

test('Redis answers, and is gone after stop', async () => {
  const redis = await startRedis();
  onTestFinished(redis.stop);
  const { host, port } = redis;
  const client = new Client({ host, port, lazyConnect: true, retryStrategy: () => null });
  onTestFinished(() => client.disconnect());
  await client.connect();
  expect(await client.set('price', '4.20')).toBe('OK');
  expect(await client.get('price')).toBe('4.20');
  client.disconnect();

  await redis.stop();
  const again = new Client({ host, port, lazyConnect: true, retryStrategy: () => null });
  again.on('error', () => {});
  await expect(again.connect()).rejects.toThrow();
});
