import { expect, onTestFinished, test } from 'vitest';
import { startPushgateway } from './pushgateway.ts';
import { useOwnTemporaryFolder } from './temporary.ts';

useOwnTemporaryFolder();

test('the Pushgateway holds what is pushed, and is gone after stop', async () => {
  const gateway = await startPushgateway();
  onTestFinished(gateway.stop);
  const pushed = await fetch(`${gateway.url}/metrics/job/backup`, { method: 'POST', body: 'rows 3\n' });
  expect(pushed.status).toBe(200);
  expect(await gateway.metrics()).toContain('rows{instance="",job="backup"} 3');

  await gateway.stop();
  await expect(fetch(gateway.url)).rejects.toThrow('fetch failed');
});
