import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startAlertmanager } from './alertmanager.ts';
import { startPrometheus } from './prometheus.ts';
import { useOwnTemporaryFolder } from './temporary.ts';
import { startWebhookSink } from './webhook-sink.ts';

useOwnTemporaryFolder();

const rule = (expr: string) => ({
  groups: [
    {
      name: 'g',
      rules: [{ alert: 'Always', expr, labels: { severity: 'info' }, annotations: { summary: 'On.' } }],
    },
  ],
});

test('an alert of a real rule reaches the sink through a real Alertmanager, firing and then resolved', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rules-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const ruleFile = join(folder, 'rules.yml');
  await writeFile(ruleFile, JSON.stringify(rule('vector(1)')));

  const sink = await startWebhookSink();
  onTestFinished(sink.stop);
  const alertmanager = await startAlertmanager({
    config: {
      route: { receiver: 'sink', group_wait: '0s', group_interval: '200ms' },
      receivers: [{ name: 'sink', webhook_configs: [{ url: `${sink.url}/team`, send_resolved: true }] }],
    },
  });
  onTestFinished(alertmanager.stop);
  const prometheus = await startPrometheus({
    ruleFiles: [ruleFile],
    scrape: [],
    alertmanagers: [alertmanager.url],
    scrapeIntervalSeconds: 0.2,
    evaluationIntervalSeconds: 0.2,
  });
  onTestFinished(prometheus.stop);

  const wait = { what: 'the notification' };
  const firing = await sink.waitFor(({ status }) => status === 'firing', wait);
  expect(firing).toMatchObject({ path: '/team', receiver: 'sink' });
  expect(firing.alerts[0]).toMatchObject({
    labels: { alertname: 'Always', severity: 'info' },
    annotations: { summary: 'On.' },
  });
  expect((await prometheus.alerts())[0]?.state).toBe('firing');
  expect((await alertmanager.alerts())[0]?.status.state).toBe('active');

  await writeFile(ruleFile, JSON.stringify(rule('vector(1) > 1')));
  await prometheus.reload();
  const resolved = await sink.waitFor(({ status }) => status === 'resolved', wait);
  expect(resolved.alerts.map(({ status, labels }) => [status, labels.alertname])).toEqual([
    ['resolved', 'Always'],
  ]);
  expect(sink.notifications.indexOf(resolved)).toBeGreaterThan(sink.notifications.indexOf(firing));
});

test('a configuration file that Alertmanager refuses is an error that has its log', async () => {
  const missing = startAlertmanager({ configFile: join(tmpdir(), 'no-such-file.yml') });
  await expect(missing).rejects.toThrow(/no such file/);
});

test('the sink refuses what is not JSON and records nothing', async () => {
  const sink = await startWebhookSink();
  onTestFinished(sink.stop);
  const response = await fetch(sink.url, { method: 'POST', body: 'not json' });
  expect(response.status).toBe(400);
  expect(sink.notifications).toEqual([]);
  await expect(sink.waitFor(() => true, { timeoutMs: 100, what: 'anything at all' })).rejects.toThrow(
    'timed out after 100 ms: anything at all',
  );
});
