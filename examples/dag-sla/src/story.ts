import {
  alertFires,
  type OneAlert,
  phoneRings,
  phoneSaysOver,
  type Scene,
  scrape,
  wait,
} from '@sightglass/demo-kit';
import type { DagExample } from './start-dag-example.ts';

/** The alert that tells of what is broken. */
const ALERT: OneAlert = { alertname: 'DagSlaMissed' };

interface Parts {
  readonly example: DagExample;
}

type Outcome = 'recordsWritten' | 'fired' | 'delivered' | 'repaired' | 'resolved';

/** A report comes to be late, the phone learns of it, and it is in time again. */
export async function tellStory(scene: Scene<Parts>, happened: (outcome: Outcome) => void): Promise<void> {
  const { stack, terminal } = scene;
  const { control } = stack.example;
  const runs = async (least: number) => (await now(stack)).runs >= least;
  terminal.step(
    'Five tasks make a report: the sales of four shops, cleaned, checked, added up and published',
  );
  await wait(scene, { what: 'two reports', seconds: 60, ask: () => runs(2) });
  terminal.say(await scene.line());

  terminal.step(
    'A shop answers every second request with an error: the task is tried again, and nobody is told',
  );
  await control.inject('flaky-source');
  const isTriedAgain = async () => (await now(stack)).retries >= 1;
  await wait(scene, { what: 'a try that is made again', seconds: 60, ask: isTriedAgain });
  terminal.say(await scene.line());
  await control.repair('flaky-source');
  happened('recordsWritten');

  terminal.step('Breaking it: adding up takes 20 s longer, four times as long as the SLA gives');
  await control.inject('slow', { seconds: 20 });
  if (await alertFires(scene, ALERT)) happened('fired');
  const isTold = await phoneRings(scene, ALERT);
  if (isTold) happened('delivered');

  terminal.step('Repairing it');
  await control.repair();
  const { runs: before } = await now(stack);
  await wait(scene, { what: 'two more reports', seconds: 120, ask: () => runs(before + 2) });
  terminal.say(await scene.line(), 'how long the recovery took is a metric: dag_last_recovery_seconds');
  happened('repaired');
  if (isTold) {
    await phoneSaysOver(scene, ALERT);
    happened('resolved');
  }
}

const OF_REPORT = { dag_id: 'daily-report' };

/** What one scrape says. */
async function now({ example }: Parts) {
  const value = await scrape(example.metricsUrl);
  return {
    runs: value('dag_runs_total', { ...OF_REPORT, status: 'success' }) ?? 0,
    late: value('dag_sla_missed_total', OF_REPORT) ?? 0,
    retries: value('dag_task_runs_total', { ...OF_REPORT, task_id: 'extract', status: 'up_for_retry' }) ?? 0,
    records: value('pipeline_records_processed_total', { layer: 'silver', status: 'success' }) ?? 0,
  };
}

/** What became of the reports so far, in a line. */
export async function reportsSoFar(parts: Parts): Promise<string> {
  const { runs, late, retries, records } = await now(parts);
  return `reports: ${runs} published, ${late} late; ${retries} tries made again; ${records.toLocaleString('en')} sales cleaned`;
}
