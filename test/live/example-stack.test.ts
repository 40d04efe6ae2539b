import { readFileSync } from 'node:fs';
import { waitUntil } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExampleStack, startExampleStack } from './example-stack.ts';

let stack: ExampleStack;
let load: NodeJS.Timeout;
beforeAll(async () => {
  stack = await startExampleStack();
  load = setInterval(() => void stack.api.post().catch(() => {}), 50);
});
afterAll(async () => {
  clearInterval(load);
  await stack?.stop();
});

const guide = () => {
  const text = readFileSync(new URL('../../docs/monitoring-guide.md', import.meta.url), 'utf8');
  const queries = [...text.matchAll(/```promql[^\n]*\n([\s\S]*?)```/g)].map(([, query]) => query!.trim());
  return { text, queries };
};

/** What says nothing here: a queue that does not shrink, a peak of a day that has not been, too many values of a label. They have to be understood all the same. */
const UNANSWERED = [
  'queue:queue_drain_seconds:estimate',
  'max_over_time(sum(rate(http_server_request_duration_seconds_count[5m]))[1d:5m])',
  'sum by (metric) (increase(sightglass_measurements_overflowed_total[1h]))',
];

const told = (what: string) => ({ what, pollMs: 250 });

describe('while all is well', () => {
  test('every target of the configuration is up', async () => {
    const states = async () =>
      (await stack.prometheus.targets()).map(({ labels, health }) => `${labels.job} ${health}`);
    const all = ['alertmanager', 'analytics-server', 'node', 'postgres', 'prometheus', 'redis'].map(
      (job) => `${job} up`,
    );
    await waitUntil(
      async () => (await states()).sort().join() === all.join(),
      told('six targets that are up'),
    ).catch(async () => expect((await states()).sort()).toEqual(all));
  });

  test('the exporters reach what they watch, the one of Postgres with a role that sees statistics alone', async () => {
    for (const up of ['pg_up', 'redis_up'])
      await waitUntil(async () => (await stack.prometheus.query(up))[0]?.value === 1, told(`${up} 1`));
    const has = async (expr: string) => (await stack.prometheus.query(expr)).length > 0;
    for (const expr of [
      'pg_stat_activity_count',
      'pg_settings_max_connections',
      'redis_memory_used_bytes',
      'node_filesystem_avail_bytes',
    ])
      await waitUntil(() => has(expr), told(expr));
  });

  test('the rules that are rendered are loaded, and none gives an error', async () => {
    const groups = async () => (await stack.prometheus.rules()).filter(({ name }) => !/hourly/.test(name));
    const rules = async () => (await groups()).flatMap((group) => group.rules);
    await waitUntil(async () => (await rules()).every(({ health }) => health !== 'unknown'), {
      what: 'every rule to be evaluated, but for those of every hour',
      pollMs: 1_000,
    });
    const loaded = await rules();
    expect(loaded.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(loaded.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'HttpErrorRatioCritical',
        'QueueNearCapacity',
        'DatabaseDown',
        'ServiceDown',
        'JobStale',
        'Watchdog',
      ]),
    );
  });

  test.each(['prometheus', 'alertmanager', 'redis', 'postgres-exporter', 'redis-exporter', 'node-exporter'])(
    'the health check of %s finds it well',
    async (service) => {
      const { code, stderr } = await stack.health(service);
      expect(`${code} ${stderr}`).toBe('0 ');
    },
  );

  test('every query of the monitoring guide is answered', async () => {
    const { queries } = guide();
    expect(queries.length).toBeGreaterThan(40);
    const withoutAnswer = async () => {
      const asked = queries.map(async (query) =>
        (await stack.prometheus.query(query)).length > 0 || UNANSWERED.includes(query) ? [] : [query],
      );
      return (await Promise.all(asked)).flat();
    };
    await waitUntil(async () => (await withoutAnswer()).length === 0, {
      what: 'an answer',
      pollMs: 2_000,
    }).catch(async () => expect(await withoutAnswer()).toEqual([]));
  });

  test('the heartbeat beats', () =>
    waitUntil(() => stack.heartbeat.notifications.length > 0, told('a beat')));
});

describe('what is broken', () => {
  const mailTo = (to: string, subject: RegExp) =>
    stack.mail.waitFor((mail) => mail.to.includes(to) && subject.test(mail.subject), {
      what: `a mail ${subject} to ${to}`,
    });

  test('reaches whoever is on call and the team of the API as HTML, and Slack, and so does its end', async () => {
    await stack.api.control.inject('errors');
    const firing = /^\[FIRING:1\] HttpErrorRatioCritical, cluster analytics, environment test/;
    const [{ html }] = await Promise.all([
      mailTo('oncall@example.org', firing),
      mailTo('api@example.org', firing),
    ]);
    for (const text of [
      'HttpErrorRatioCritical',
      'analytics-server',
      '/events',
      'First thing to do',
      'localhost:3001/d/sightglass-api',
    ])
      expect(html).toContain(text);
    await stack.slack.waitFor(
      ({ channel, attachments }) => channel === '#platform-critical' && firing.test(attachments[0]!.title),
      { what: 'the alert in Slack' },
    );
    await stack.api.control.repair();
    await mailTo('oncall@example.org', /^\[RESOLVED\] HttpErrorRatioCritical/);
  });

  test('the test alert of the monitoring guide is mailed to the team of the component', async () => {
    const [, body] = /curl --fail --data '([^']+)' [\s\S]*?\/api\/v2\/alerts/.exec(guide().text)!;
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch(`${stack.alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers,
      body: body!,
    });
    expect(status).toBe(200);
    const { html } = await mailTo('api@example.org', /^\[FIRING:1\] TestAlert/);
    expect(html).toContain('A test: nobody has to do anything.');
  });

  test('is found by the health checks and told of: what is watched is gone, the exporter is not', async () => {
    await stack.postgres.stop();
    await stack.redis.stop();
    for (const service of ['redis', 'postgres-exporter', 'redis-exporter'])
      expect((await stack.health(service)).code, service).not.toBe(0);
    expect((await stack.health('node-exporter')).code).toBe(0);
    // Of Postgres an exporter of that age says so only after a few tries, which take longer than a scrape may take here.
    await mailTo('dba@example.org', /^\[FIRING:1\] RedisDown, cluster analytics, environment test/);
  });
});
