import { readFile } from 'node:fs/promises';
import { panelQueries, substitute, variableValues } from '@sightglass/dashboards';
import { waitUntil } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleVerdicts, falseVerdicts } from '../doctor/examples.ts';
import { type AirQualityStack, startAirQualityStack } from './air-quality-stack.ts';
import { inTurn } from './in-turn.ts';
import { expectDataInEveryPanel } from './panels.ts';
import { expectHealthyRules } from './rule-health.ts';

let stack: AirQualityStack;
beforeAll(async () => {
  stack = await startAirQualityStack();
});
afterAll(() => stack?.stop());

type Fault = Parameters<AirQualityStack['example']['control']['inject']>[0];

/** They strike the collector alone, and are looked at beside what is wrong with the data. */
const OF_THE_COLLECTOR: readonly Fault[] = ['broken-query', 'slow-query', 'lock-taken'];
const ofTheCollector = inTurn();

const injected = new Set<Fault>();
const inject: AirQualityStack['example']['control']['inject'] = async (name, options) => {
  injected.add(name);
  await stack.example.control.inject(name, options);
};
/** Mends one fault, or all but those of the collector. */
const repair = async (name?: Fault) => {
  const all = [...injected].filter((fault) => !OF_THE_COLLECTOR.includes(fault)).reverse();
  for (const fault of name === undefined ? all : [name]) {
    injected.delete(fault);
    await stack.example.control.repair(fault);
  }
};

const alertsNow = async () => (await stack.alertmanager.alerts()).map(({ labels }) => labels.alertname!);
/** Waits until Alertmanager has each of these alerts, told to somebody or held back by another. */
const fire = (...names: readonly string[]) =>
  waitUntil(
    async () => {
      const now = await alertsNow();
      return names.every((name) => now.includes(name));
    },
    { what: `${names.join(', ')} to be at Alertmanager` },
  ).catch(async () => expect(await alertsNow()).toEqual(expect.arrayContaining([...names])));
/** Waits until none of these is there any more. */
const end = (...names: readonly string[]) =>
  waitUntil(
    async () => {
      const now = await alertsNow();
      return names.every((name) => !now.includes(name));
    },
    { what: `${names.join(', ')} to be over` },
  ).catch(async () => expect((await alertsNow()).filter((name) => names.includes(name))).toEqual([]));

const names = (title: string, alertname: string) =>
  title.includes(`] ${alertname}:`) || title.includes(`] ${alertname},`);
const inSlack = (alertname: string, status: 'FIRING' | 'RESOLVED') =>
  stack.slack.waitFor(
    ({ attachments }) =>
      attachments[0]!.title.startsWith(`[${status}`) && names(attachments[0]!.title, alertname),
    { what: `${alertname} ${status} in Slack` },
  );
const byMail = (alertname: string, status: 'FIRING' | 'RESOLVED') =>
  stack.mail.waitFor(({ subject }) => subject.startsWith(`[${status}`) && names(subject, alertname), {
    what: `${alertname} ${status} by mail`,
  });
/** A critical alert reaches a channel and a mailbox. */
const pages = (alertname: string, status: 'FIRING' | 'RESOLVED' = 'FIRING') =>
  Promise.all([inSlack(alertname, status), byMail(alertname, status)]);

const scrape = async () => {
  const response = await fetch(stack.example.metricsUrl);
  return { status: response.status, text: await response.text() };
};
const value = async (series: string) => {
  const { text } = await scrape();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};
const succeeds = (query: string) => value(`sql_collector_success{collector="warehouse",query="${query}"}`);
const errors = (query: string, kind: string) =>
  value(`sql_collector_errors_total{collector="warehouse",query="${query}",error_type="${kind}"}`);
const until = (what: string, ask: () => Promise<boolean>) => waitUntil(ask, { what });
const health = async () => {
  const response = await fetch(`${stack.example.healthUrl}/health`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

/** Scrapes again and again while something happens, and holds that each scrape answers. */
async function whileScraped(happens: () => Promise<void>): Promise<void> {
  let isOver = false;
  const statuses: number[] = [];
  const scraping = (async () => {
    while (!isOver) {
      statuses.push((await scrape()).status);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })();
  try {
    await happens();
  } finally {
    isOver = true;
    await scraping;
  }
  expect(new Set(statuses)).toEqual(new Set([200]));
}

describe('while all is well', () => {
  test('001-V4, 001-V5: it is healthy, records are counted once, and what the collectors read is there', async () => {
    await until(
      'gold to be read',
      async () => (await succeeds('newest')) === 1 && (await succeeds('scores')) === 1,
    );
    expect(await health()).toEqual({
      status: 200,
      body: {
        status: 'healthy',
        checks: { database: true, data_freshness: true },
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      },
    });
    await until(
      'rows to be read',
      async () => (await value('air_quality_rows_today{pollutant="no2"}')) !== undefined,
    );
    const [gold, today] = [
      await value('pipeline_records_processed_total{layer="gold",status="success"}'),
      await value('air_quality_rows_today{pollutant="no2"}'),
    ];
    expect(gold).toBeGreaterThan(0);
    expect(today).toBeGreaterThan(0);
    expect(await value('air_quality_score_ratio{layer="bronze"}')).toBe(1);
    const summary = await fetch(`${stack.example.healthUrl}/summary`);
    expect(summary.headers.get('content-type')).toBe('application/json');
    expect(Object.keys((await summary.json()) as object)).toEqual([
      'total_measurements',
      'avg_quality_score',
    ]);
  });

  test('001-P1 to 001-P6: what the panels of the reference system show is what the run has written', async () => {
    const shown = async (uid: string, panel: string) => {
      const file = new URL(`../../dashboards/grafana/${uid}.json`, import.meta.url);
      const dashboard = JSON.parse(await readFile(file, 'utf8'));
      const { expr } = panelQueries(dashboard).find((query) => query.panel === panel)!;
      const found = await stack.prometheus.query(substitute(expr, variableValues(dashboard)));
      return found.map(({ value }) => value).filter((one) => !Number.isNaN(one));
    };
    const once = (uid: string, panel: string, is: (values: readonly number[]) => boolean) =>
      until(`${panel} to be as it is`, async () => is(await shown(uid, panel)));
    const overview = 'sightglass-pipeline-overview';
    await once(overview, 'Records Processed (24h)', (rows) => Math.max(...rows) >= 36);
    await once(
      overview,
      'Data Quality Score',
      (scores) => scores.length > 0 && scores.every((one) => one === 1),
    );
    await once(overview, 'Pipeline Lag', (ages) => ages.length === 3 && ages.every((age) => age < 6));
    await once(overview, 'Pipeline Execution Duration', ([took]) => took !== undefined && took < 60);
    await once(
      'sightglass-datasets',
      'Quality Score by Layer',
      (scores) => scores.length > 1 && scores.every((one) => one === 1),
    );
    // What failed is in the table that the panel of single rows asks.
    const summary = (await (await fetch(`${stack.example.healthUrl}/summary`)).json()) as object;
    expect(summary).toMatchObject({ avg_quality_score: 100 });
  });

  test('every panel of SQL Collectors has data', () =>
    expectDataInEveryPanel(stack.prometheus, 'sightglass-collectors', [
      'Queries I',
      'Queries J',
      'Age of What Was Read B',
      'Query Duration B',
      'Query Duration C',
      'Errors by Kind A',
      'Values Found B',
      'Replicas That Poll C',
    ]));

  test('doctor says of each alert and each panel what is so of it here', async () => {
    const page = await (await fetch(stack.example.metricsUrl)).text();
    expect(falseVerdicts(page, exampleVerdicts['air-quality'])).toEqual([]);
  });
});

describe('data that are wrong are told of, and so is their recovery', () => {
  beforeAll(() => ofTheCollector.begin());

  test('nothing new comes: late, then stale by mail and in Slack, and unhealthy', async () => {
    // Beside it two data sets that nobody can read: that takes as long.
    await inject('unreadable-views');
    await inject('nothing-comes');
    await fire('DatasetLate');
    await pages('DatasetStale');
    await fire('DatasetZeroRows', 'DatasetIncomplete');
    await Promise.all(['DatasetNeverLoaded', 'DatasetUnseen'].map((name) => pages(name)));
    await fire('DatasetUnreadable');
    expect(await health()).toMatchObject({
      status: 503,
      body: { status: 'unhealthy', checks: { database: true, data_freshness: false } },
    });
    // A restart makes no data newer: the probes stay well.
    expect((await fetch(stack.example.metricsUrl.replace('/metrics', '/livez'))).status).toBe(200);
    await repair();
    await Promise.all(
      ['DatasetStale', 'DatasetNeverLoaded', 'DatasetUnseen'].map((name) => pages(name, 'RESOLVED')),
    );
    await end('DatasetLate', 'DatasetStale', 'DatasetIncomplete', 'DatasetUnreadable');
  });

  test('measurements are below 0: the score is reduced, then low, by mail and in Slack', async () => {
    await inject('bad-measurements', { share: 0.07 });
    await fire('DatasetQualityReduced', 'DatasetValuesOutOfRange');
    await inject('bad-measurements', { share: 0.4 });
    await pages('DatasetQualityLow');
    await inject('high-measurements', { share: 0.2 });
    await repair('bad-measurements');
    await fire('DatasetExpectationsWarned');
    await repair();
    await pages('DatasetQualityLow', 'RESOLVED');
    await end('DatasetQualityReduced', 'DatasetValuesOutOfRange', 'DatasetExpectationsWarned');
  });

  test('stations are missing: completeness is low, and a load brings too little', async () => {
    await inject('missing-stations', { share: 0.06 });
    await fire('DatasetCompletenessLow');
    await inject('missing-stations', { share: 0.6 });
    await pages('DatasetIncomplete');
    await fire('DatasetVolumeOutOfRange');
    await repair();
    await end('DatasetCompletenessLow', 'DatasetIncomplete', 'DatasetVolumeOutOfRange');
  });

  test('checks break, then are not run; a column comes; a task fails', async () => {
    await inject('broken-checks');
    await inject('changed-column');
    await fire('DatasetCheckBroken', 'DatasetSchemaChanged');
    await repair();
    await inject('failing-load');
    await fire('DagTaskFailed');
    await pages('DagFailed');
    await repair();
    await inject('no-checks');
    await fire('DatasetCheckMissing');
    await repair();
    await end('DatasetCheckBroken', 'DatasetSchemaChanged', 'DatasetCheckMissing', 'DagFailed');
  });

  test('gold is emptied: the data set says so, and so does the query that counts it', async () => {
    await ofTheCollector.done();
    await inject('empty-gold');
    await pages('DatasetEmpty');
    await fire('CollectorEmpty');
    await repair();
    await pages('DatasetEmpty', 'RESOLVED');
    await end('CollectorEmpty', 'DatasetStale');
  });

  test('a person disables the data set and the collector', async () => {
    await inject('disabled');
    await fire('DatasetDisabled', 'CollectorDisabled');
    await repair();
    await end('DatasetDisabled', 'CollectorDisabled');
  });
});

describe('a database that is in trouble never stops the scrape, the collector says so and recovers by itself', () => {
  test(
    'one query is broken: it fails alone, then it is stale',
    ofTheCollector(async () => {
      await whileScraped(async () => {
        await inject('broken-query');
        await fire('CollectorFailing');
        await until('the other to succeed', async () => (await succeeds('newest')) === 1);
        expect(await errors('scores', 'query')).toBeGreaterThan(0);
        await pages('CollectorStale');
        expect(await value('air_quality_score_ratio{layer="bronze"}')).toBeUndefined();
        await repair('broken-query');
        await pages('CollectorStale', 'RESOLVED');
        await end('CollectorFailing', 'CollectorStale');
      });
    }),
  );

  test('stopped, and started again', async () => {
    await whileScraped(async () => {
      const before = (await errors('newest', 'connection')) ?? 0;
      await stack.postgres.away(async () => {
        await until(
          'the collector to say so',
          async () => ((await errors('newest', 'connection')) ?? 0) > before,
        );
        await fire('CollectorStale');
        expect((await health()).body.checks).toEqual({ database: false, data_freshness: false });
      });
      await until('it to recover', async () => (await succeeds('newest')) === 1);
      await end('CollectorStale');
    });
  });

  test('frozen: connected, and nothing comes through', async () => {
    await whileScraped(async () => {
      await inject('database-frozen');
      await until('the collector to say so', async () => (await succeeds('newest')) === 0);
      await repair();
      await until('it to recover', async () => (await succeeds('newest')) === 1);
    });
  });

  test('locked: each query is ended in its time', async () => {
    await whileScraped(async () => {
      await inject('locked-gold');
      await until('the collector to say so', async () => ((await errors('newest', 'locked')) ?? 0) > 0);
      await until('the other to succeed', async () => (await succeeds('scores')) === 1);
      await repair();
      await until('it to recover', async () => (await succeeds('newest')) === 1);
    });
  });

  test('restarted: every connection is ended at once', async () => {
    await whileScraped(async () => {
      await inject('connections-ended');
      await repair();
      const polled = await value(
        'sql_collector_last_success_timestamp_seconds{collector="warehouse",query="newest"}',
      );
      await until(
        'a poll after it',
        async () =>
          ((await value(
            'sql_collector_last_success_timestamp_seconds{collector="warehouse",query="newest"}',
          )) ?? 0) >
          (polled ?? 0) + 2,
      );
    });
  });

  test('failed over to another server, and back', async () => {
    await whileScraped(async () => {
      await inject('failover');
      await until('what is read to be of the other one', async () => {
        const today = await value('air_quality_rows_today{pollutant="no2"}');
        return (await succeeds('newest')) === 1 && today !== undefined && today < 200;
      });
      await repair();
      await until('what is read to be of the first', async () => (await succeeds('newest')) === 1);
    });
  });

  test(
    'slow: a query that takes most of its time is told of',
    ofTheCollector(async () => {
      await whileScraped(async () => {
        await inject('slow-query', { seconds: 0.6 });
        await fire('CollectorSlow');
        await repair('slow-query');
        await end('CollectorSlow');
      });
    }),
  );

  test(
    'somebody else has the lock: all replicas stand by, and nobody polls',
    ofTheCollector(async () => {
      await whileScraped(async () => {
        await inject('lock-taken');
        await pages('CollectorStopped');
        expect(await value('sql_collector_polling{collector="warehouse"}')).toBe(0);
        await repair('lock-taken');
        await pages('CollectorStopped', 'RESOLVED');
      });
    }),
  );
});

test('the process is killed: the collector is gone, until it is started again', async () => {
  await inject('crash');
  await pages('CollectorGone');
  await stack.example.restart();
  await pages('CollectorGone', 'RESOLVED');
});

test('every rule was evaluated without an error', () => expectHealthyRules(stack.prometheus));
