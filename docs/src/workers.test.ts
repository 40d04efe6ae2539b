import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readExposition } from '@sightglass/core/testing';
import { shippedAlerts } from '@sightglass/rules';
import { type Redis, startRedis } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/* What `docs/workers.md` says, pasted: each block runs as it stands, against stand-ins for the host's own functions and clients. */

const page = await readFile(new URL('../workers.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
const blockWith = (text: string) => blocks.find((code) => code.includes(text))!;

/** What the pages take for granted. */
const host = {
  insert: async (items: readonly unknown[]) => items.length - 1,
  ship: async () => 'shipped',
  write: async () => 'written',
  resize: async () => {
    throw new Error('no picture');
  },
  groupLag: async () => 12,
  sqs: {
    getQueueAttributes: async () => ({
      Attributes: {
        ApproximateNumberOfMessages: '7',
        ApproximateNumberOfMessagesDelayed: '2',
        ApproximateNumberOfMessagesNotVisible: '1',
      },
    }),
    receive: async () => [
      { Attributes: { ApproximateReceiveCount: '2', SentTimestamp: String(Date.now() - 3_000) } },
    ],
    delete: async () => {},
  },
  consumer: {
    run: async ({ eachBatch }: { eachBatch(given: object): Promise<void> }) =>
      eachBatch({ batch: { messages: ['a', 'b', 'c'] } }),
  },
  channel: {
    checkQueue: async () => ({ messageCount: 5 }),
    consume: async (_: string, work: (message: object) => Promise<void>) =>
      work({ fields: { redelivered: true } }),
    ack: () => {},
    nack: () => {},
  },
};

let folder: string;
let redis: Redis;
/** Where the kinds of queues are installed that the adapters are tested with. */
const tests = createRequire(new URL('../../test/package.json', import.meta.url));

beforeAll(async () => {
  redis = await startRedis();
  Object.assign(globalThis, host);
  folder = await mkdtemp(join(fileURLToPath(new URL('.', import.meta.url)), '.pasted-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await redis.stop();
});

/** What is to be ended after a block that has one of these. */
const ENDS = `
const given = (get: () => unknown) => { try { return get(); } catch {} };
export const ends = [() => telemetry, () => worker].map(given);
`;

/** Runs a block, and gives what the process exports afterwards. */
async function pasted(code: string): Promise<string> {
  const file = join(folder, `block-${blocks.indexOf(code)}.ts`);
  // Ports that are free, so that nothing else on the machine is in the way.
  const here = code
    .replace('port: 9464', 'port: 0')
    .replace("host: 'localhost', port: 6379", `host: '${redis.host}', port: ${redis.port}`)
    .replace(/from '(bullmq)'/, (_, name: string) => `from '${tests.resolve(name)}'`);
  await writeFile(file, here + ENDS);
  const { ends } = await import(file);
  const text = await readExposition();
  for (const each of ends) await (each?.shutdown ?? each?.close)?.call(each);
  return text;
}

describe('pasted', () => {
  test('the ten lines', async () => {
    const text = await pasted(blockWith('startTelemetry'));
    for (const line of [
      'queue_capacity{queue="events"} 10000',
      'queue_items{queue="events",state="ready"} 0',
      'queue_enqueued_items_total{queue="events"} 2',
      'queue_batches_total{queue="events",outcome="partial"} 1',
      'queue_errors_total{queue="events",error_type="database_insert"} 1',
      'queue_processed_items_total{queue="events",outcome="success"} 1',
    ])
      expect(text).toContain(`${line}\n`);
  });

  test('items, and records by hand', async () => {
    const text = await pasted(blockWith('recordEvent('));
    for (const line of [
      'queue_processed_items_total{queue="mails",outcome="success"} 99',
      'queue_processed_items_total{queue="mails",outcome="failed"} 3',
      'queue_retries_total{queue="mails"} 2',
      'queue_dead_letters_total{queue="mails"} 1',
      'queue_errors_total{queue="mails",error_type="batch_processing"} 1',
      'queue_items{queue="mails",state="dead"} 2',
      'queue_wait_duration_seconds_count{queue="mails"} 2',
    ])
      expect(text).toContain(`${line}\n`);
  });

  test('BullMQ', async () => {
    const text = await pasted(blockWith('instrumentBullmq'));
    for (const line of [
      'queue_capacity{queue="thumbnails"} 50000',
      'queue_slots{queue="thumbnails"} 5',
      'queue_items{queue="thumbnails",state="ready"} 0',
      'queue_items_read{queue="thumbnails"} 1',
    ])
      expect(text).toContain(`${line}\n`);
  });

  test.each([
    [
      'sqs',
      'queue_processed_items_total{queue="orders",outcome="success"} 1',
      'queue_items{queue="orders",state="deferred"} 2',
    ],
    [
      'eachBatch',
      'queue_processed_items_total{queue="clicks",outcome="success"} 3',
      'queue_items{queue="clicks",state="ready"} 12',
    ],
    [
      'channel',
      'queue_dead_letters_total{queue="pictures"} 1',
      'queue_items{queue="pictures",state="ready"} 5',
    ],
  ])('any other queue: %s', async (name, ...lines) => {
    const text = await pasted(blockWith(name));
    for (const line of lines) expect(text).toContain(`${line}\n`);
  });

  test('every block was', () => {
    const run = ['startTelemetry', 'recordEvent(', 'instrumentBullmq', 'sqs', 'eachBatch', 'channel'].map(
      blockWith,
    );
    expect(blocks.filter((code) => !run.includes(code))).toEqual([]);
  });
});

test('it names every alert on queues, with its severity', () => {
  const rows = [...page.matchAll(/^\| `(Queue\w+)` \| (\w+) \|/gm)].map(([, alert, severity]) => [
    alert,
    severity,
  ]);
  const alerts = shippedAlerts.filter(({ component }) => component === 'queue');
  expect(rows).toEqual(alerts.map(({ alert, severity }) => [alert, severity]));
});
