import { type ActiveAlert, type NotifiedAlert, waitUntil } from '@sightglass/test-tools';
import { ColdTier } from '../cold-tier.ts';
import { scrape } from '../scrape.ts';
import { TABLE_NAMES, type Table } from '../tables.ts';
import type { Stack } from './stack.ts';
import type { Terminal } from './terminal.ts';

/** The alert that the story is about, and the table that is broken for it. */
const ALERT = 'IcebergOffloadConsecutiveFailures';
const BROKEN: Table = 'quotes';

/** What was seen to happen; a part that could not be had is missing. */
export interface Outcome {
  rowsMoved?: number;
  fired?: boolean;
  delivered?: boolean;
  repaired?: boolean;
  resolved?: boolean;
}

/** One thing that is waited for, with what to show meanwhile. */
interface Wait<T> {
  readonly what: string;
  readonly seconds: number;
  readonly ask: () => Promise<T>;
  readonly show?: () => Promise<string>;
}

/** Tells how a table breaks and is repaired, and writes down in `outcome` what happened. Throws at the first thing that does not, or when `signal` is aborted. */
export async function tellStory(
  { example, coldTierDir, phone, prometheus, alertmanager }: Stack,
  terminal: Terminal,
  outcome: Outcome,
  signal: AbortSignal,
): Promise<void> {
  const value = async (name: string, labels?: Readonly<Record<string, string>>) =>
    (await scrape(example.metricsUrl, name, labels)) ?? 0;
  const rowsLine = () => showRows(example.metricsUrl);
  const wait = async <T>({ what, seconds, ask, show = rowsLine }: Wait<T>) => {
    const answer = await waitUntil(
      async () => {
        if (signal.aborted) return 'aborted' as const;
        terminal.live(await show());
        return ask();
      },
      { timeoutMs: seconds * 1000, what },
    );
    signal.throwIfAborted();
    return answer as Exclude<typeof answer, 'aborted'>;
  };
  const failures = () => value('offload_consecutive_failures', { table: BROKEN });
  const isOurs = ({ labels }: { readonly labels: ActiveAlert['labels'] }) =>
    labels.alertname === ALERT && labels.table === BROKEN;
  const alertIn =
    (...states: readonly ActiveAlert['state'][]) =>
    async () =>
      (await prometheus!.alerts()).find((alert) => isOurs(alert) && states.includes(alert.state));
  const notified = (status: NotifiedAlert['status']) => async () =>
    phone.notifications
      .flatMap(({ alerts }) => alerts)
      .find((alert) => isOurs(alert) && alert.status === status);

  terminal.step('Rows move from Postgres to Parquet files');
  await wait({
    what: 'two cycles without a failure',
    seconds: 40,
    ask: async () => (await value('offload_cycles_total', { status: 'success' })) >= 2,
  });
  outcome.rowsMoved = await value('offload_rows_total');
  const files = (
    await Promise.all(TABLE_NAMES.map((table) => new ColdTier(coldTierDir, 'bronze').files(table)))
  ).flat();
  terminal.say(await rowsLine(), `${files.length} files in ${coldTierDir}`);

  terminal.step(`Breaking the table "${BROKEN}": somebody renames one of its columns`);
  await example.control.inject('failing-table', { table: BROKEN });
  const showFailures = async () => `${await rowsLine()}; failures of ${BROKEN} in a row: ${await failures()}`;
  await wait({
    what: `three failures of ${BROKEN}`,
    seconds: 60,
    ask: async () => (await failures()) >= 3,
    show: showFailures,
  });
  terminal.say(`${BROKEN} has failed ${await failures()} times in a row; the other tables go on`);

  if (prometheus !== undefined) {
    await wait({ what: `${ALERT} to be pending`, seconds: 20, ask: alertIn('pending', 'firing') });
    terminal.say(`Prometheus: ${ALERT} is pending; it has to hold for 5 minutes, here 5 s`);
    const alert = await wait({ what: `${ALERT} to fire`, seconds: 30, ask: alertIn('firing') });
    outcome.fired = true;
    terminal.say(`Prometheus: ${ALERT} fires, severity ${alert.labels.severity}`);
  }
  if (prometheus !== undefined && alertmanager !== undefined) {
    const { annotations } = await wait({ what: 'the notification', seconds: 30, ask: notified('firing') });
    outcome.delivered = true;
    terminal.step('The phone rings');
    terminal.say(
      `summary      ${annotations.summary}`,
      `description  ${annotations.description}`,
      `impact       ${annotations.impact}`,
      `action       ${annotations.action}`,
      `runbook      ${annotations.runbook_url}`,
    );
  }

  terminal.step(`Repairing the table "${BROKEN}": the column gets its name back`);
  await example.control.repair('failing-table');
  await wait({
    what: `a success of ${BROKEN}`,
    seconds: 40,
    ask: async () => (await failures()) === 0,
    show: showFailures,
  });
  outcome.repaired = true;
  terminal.say(await rowsLine(), `${BROKEN} has caught up: the rows of the meantime are in the cold tier`);
  if (outcome.delivered) {
    await wait({ what: 'the notification that it is resolved', seconds: 60, ask: notified('resolved') });
    outcome.resolved = true;
    terminal.say('The phone: resolved');
  }
}

/** How many rows each table has moved so far, in a line. */
export async function showRows(metricsUrl: string): Promise<string> {
  const counts = TABLE_NAMES.map(async (table) => {
    const rows = (await scrape(metricsUrl, 'offload_rows_total', { table })) ?? 0;
    return `${table} ${rows.toLocaleString('en')}`;
  });
  return `rows moved: ${(await Promise.all(counts)).join(', ')}`;
}
