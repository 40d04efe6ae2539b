import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineMixin, queueSlo, renderOpenSlo, renderRules, routeSlo } from '@sightglass/rules';
import { http, queues, service } from '@sightglass/rules/mixins';
import { promtool } from '@sightglass/test-tools';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startProcess } from '../scenario/world/process.ts';
import { SeriesHistory } from '../scenario/world/series-history.ts';

/*
 * What a team writes into its `sightglass.config.ts` to promise something of its own routes and queues: no metric, no rule, no dashboard of its own.
 */

const promise = { owner: 'team-shop', objective: 0.99, windowDays: 30, eventsPerHour: 60 } as const;
const shop = defineMixin({
  name: 'shop',
  about: 'What the shop promises.',
  slos: [
    routeSlo({
      ...promise,
      name: 'checkout',
      description: 'Of the requests of a checkout, 99 % within any 30 days do not fail on our side.',
      routes: ['/orders', '/basket/:id'],
      together: true,
    }),
    routeSlo({
      ...promise,
      name: 'quick-answers',
      description:
        'Of the requests to each route, 99 % within any 30 days are answered within half a second.',
      withinSeconds: 0.5,
    }),
    queueSlo({
      ...promise,
      name: 'mails-sent',
      description: 'Of the mails, 99 % within any 30 days are sent at the first attempt.',
      queues: ['mails'],
    }),
    queueSlo({
      ...promise,
      name: 'mails-wait',
      description: 'Of the mails, 99 % within any 30 days wait no longer than a minute.',
      queues: ['mails'],
      waitWithinSeconds: 60,
    }),
  ],
});
const mixins = [http, service, queues, shop];
const MINUTES = 36;

/** Twenty requests and twenty mails a minute: from minute 15 on every second order fails, each search is slow, and every second mail fails; another queue does as badly, and nothing was promised of it. */
async function history() {
  const process = await startProcess(0);
  const { authors, metrics, worker } = process;
  const requests = authors.processStore().histogram(metrics.httpServerRequestDuration);
  const answer = (http_route: string, status: string, seconds: number) =>
    requests.record(seconds, {
      http_request_method: 'GET',
      http_route,
      http_response_status_code: status,
      url_scheme: 'http',
      error_type: status === '500' ? status : '',
    });
  const sending = ['mails', 'letters'].map((name) => worker.declareQueue({ name, consumes: false }));
  const found = new SeriesHistory();
  for (let minute = 0; minute < MINUTES; minute++) {
    const isIll = minute >= 15;
    for (let i = 0; i < 20; i++) {
      const isBad = isIll && i % 2 === 0;
      answer('/orders', isBad ? '500' : '200', 0.02);
      answer('/basket/:id', '200', 0.02);
      answer('/search', '200', isIll ? 2 : 0.02);
      for (const queue of sending)
        queue.recordEvent({
          outcome: isBad ? 'failed' : 'success',
          durationSeconds: 0.1,
          waitSeconds: queue.name === 'letters' && isIll ? 300 : 1,
        });
    }
    found.scraped(minute, await process.scrape());
    process.pass(60);
  }
  return found.inputSeries({ job: 'shop', instance: 'shop:1' });
}

const alerts = (minute: number, ...names: readonly string[]) => ({
  eval_time: `${minute}m`,
  expr: `count by (alertname, http_route, queue) (ALERTS{alertname=~"Slo.*BurnsFast", alertstate="firing"})`,
  exp_samples: names.map((labels) => ({ labels: `{${labels}}`, value: 1 })),
});

test('routes and queues of a team have burn rates, alerts and budgets of their own by a few lines of its config', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-slos-'));
  try {
    const files = renderRules({ mixins });
    for (const { file, yaml } of files) await writeFile(join(folder, file), yaml);
    await writeFile(
      join(folder, 'story.yml'),
      stringify({
        rule_files: ['slo.yml'],
        evaluation_interval: '1m',
        tests: [
          {
            interval: '1m',
            input_series: await history(),
            promql_expr_test: [
              alerts(14),
              alerts(
                35,
                'alertname="SloCheckoutBurnsFast"',
                'alertname="SloMailsSentBurnsFast", queue="mails"',
                'alertname="SloQuickAnswersBurnsFast", http_route="/search"',
              ),
            ],
          },
        ],
      }),
    );
    const { code, stdout, stderr } = await promtool(['test', 'rules', 'story.yml'], { cwd: folder });
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
    const documents = renderOpenSlo({ mixins })
      .map(({ yaml }) => yaml)
      .join('\n');
    for (const name of ['checkout', 'quick-answers', 'mails-sent', 'mails-wait'])
      expect(documents).toContain(`name: ${name}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('what can not be judged is refused at once, with all that is wrong', () => {
  expect(() => routeSlo({ ...promise, name: 'x', description: 'x', withinSeconds: 0.3 })).toThrow(
    /must be a bucket/,
  );
  expect(() => queueSlo({ ...promise, name: 'X Y', description: 'x', waitWithinSeconds: 61 })).toThrow(
    /name must be[\s\S]*must be a bucket/,
  );
  expect(() => routeSlo(undefined as never)).toThrow(/SLO/);
});
