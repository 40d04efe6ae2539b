import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readExposition } from '@sightglass/core/testing';
import { renderRules } from '@sightglass/rules';
import { dags } from '@sightglass/rules/mixins';
import { afterAll, beforeAll, expect, test } from 'vitest';

/* What `docs/dags.md` says, pasted: each block runs as it stands, against stand-ins for the host's own functions. */

const page = await readFile(new URL('../dags.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
const blockWith = (text: string) => blocks.find((code) => code.includes(text))!;

/** What the page takes for granted. */
const host = {
  fetchAll: async () => 'all',
  cleanUp: async () => 'clean',
  store: async () => 'stored',
  listFiles: async () => [],
  send: async () => 'sent',
  write: async () => 'written',
  copyRows: async () => 12,
};

/** Where schedulers are installed that the adapters are tested with. */
const tests = createRequire(new URL('../../test/package.json', import.meta.url));

let folder: string;
beforeAll(async () => {
  Object.assign(globalThis, host);
  folder = await mkdtemp(join(fileURLToPath(new URL('.', import.meta.url)), '.pasted-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a block, and gives what it exports, and the process afterwards. */
async function pasted(
  code: string,
): Promise<{ readonly text: string; readonly exported: Record<string, never> }> {
  const file = join(folder, `block-${blocks.indexOf(code)}.ts`);
  await writeFile(
    file,
    `${code.replace('port: 9464', 'port: 0').replace("'node-cron'", `'${tests.resolve('node-cron')}'`)}\nexport {};\n`,
  );
  const exported = await import(file);
  const text = await readExposition();
  await exported.telemetry?.shutdown();
  return { text, exported };
}

test('pasted: the ten lines run three tasks in their order', async () => {
  const { text } = await pasted(blockWith('startTelemetry'));
  for (const line of [
    'dag_runs_total{dag_id="daily-report",status="success"} 1',
    'dag_sla_seconds{dag_id="daily-report"} 7200',
    'dag_sla_missed_total{dag_id="daily-report"} 0',
    'dag_task_runs_total{dag_id="daily-report",task_id="load",status="success"} 1',
    'dag_task_upstream_info{dag_id="daily-report",task_id="load",upstream_task_id="transform"} 1',
  ])
    expect(text).toContain(`${line}\n`);
});

test('pasted: a scheduler starts it by the schedule that was declared', async () => {
  const code = blockWith('cron.schedule');
  const task = (await pasted(code)).exported.task as unknown as { execute(): Promise<void>; destroy(): void };
  await task.execute();
  task.destroy();
  const text = await readExposition();
  expect(text).toContain('dag_runs_total{dag_id="nightly-copy",status="success"} 1\n');
  expect(text).toContain('pipeline_records_processed_total{layer="gold",status="success"} 12\n');
});

test('pasted: a task in an order of its own skips, and a loop says that it comes round', async () => {
  const { text } = await pasted(blockWith('nightly-export'));
  expect(text).toContain('dag_task_runs_total{dag_id="nightly-export",task_id="send",status="skipped"} 1\n');
  expect((await pasted(blockWith('declareDagScheduler'))).text).toContain(
    'dag_scheduler_heartbeat_interval_seconds{scheduler="reports"} 30\n',
  );
});

test('pasted: records are counted by layer where they are written', async () => {
  const { text } = await pasted(blockWith('pipelineRun'));
  expect(text).toContain('pipeline_records_processed_total{layer="silver",status="success"} 4\n');
  expect(text).toContain(
    'pipeline_execution_duration_seconds_count{pipeline_name="sales-silver",status="success"} 1\n',
  );
});

test('pasted: an SLO on a DAG renders, beside the rules of DAGs', async () => {
  const { exported } = await pasted(blockWith('dagSlo'));
  const files = renderRules({ mixins: [dags, exported.reports as never] });
  const rules = files.map(({ yaml }) => yaml).join('\n');
  expect(rules).toContain('slo: reports-in-time');
  expect(rules).toContain('alert: SloReportsInTimeBroken');
});

test('the page names the number of series that a test holds', async () => {
  const source = await readFile(
    new URL('../../packages/pipeline/src/dag/declare.test.ts', import.meta.url),
    'utf8',
  );
  const [, said] = /fewer than (\d+) series/.exec(page)!;
  expect(source).toContain(`toBeLessThan(${said})`);
});
