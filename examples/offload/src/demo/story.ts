import type { ActiveAlert, Labels, NotifiedAlert } from '@sightglass/test-tools';
import { ColdTier } from '../cold-tier.ts';
import { TABLE_NAMES, type Table } from '../tables.ts';
import type { Scene } from './scene.ts';

/** The table that is broken, and the alert that tells of it. */
const BROKEN: Table = 'quotes';
const ALERT = 'IcebergOffloadConsecutiveFailures';

/** What was seen to happen. */
export interface Outcome {
  rowsMoved?: true;
  fired?: true;
  delivered?: true;
  repaired?: true;
  resolved?: true;
}

/**
 * Tells how a table breaks, how the phone learns of it, and how it is repaired. Writes down in `outcome` what happened; a part whose server is
 * missing is left out. Throws at the first thing that does not happen in time.
 */
export async function tellStory(scene: Scene, outcome: Outcome): Promise<void> {
  await watchRowsMove(scene);
  outcome.rowsMoved = true;
  await breakTable(scene);
  if (scene.stack.prometheus !== undefined) {
    await watchAlertFire(scene);
    outcome.fired = true;
  }
  if (scene.stack.prometheus !== undefined && scene.stack.alertmanager !== undefined) {
    await watchPhoneRing(scene);
    outcome.delivered = true;
  }
  await repairTable(scene);
  outcome.repaired = true;
  if (outcome.delivered) {
    await watchAlertResolve(scene);
    outcome.resolved = true;
  }
}

async function watchRowsMove({ stack, terminal, value, rows, wait }: Scene): Promise<void> {
  terminal.step('Rows move from Postgres to Parquet files');
  const successes = () => value('offload_cycles_total', { status: 'success' });
  await wait({ what: 'two good cycles', seconds: 40, ask: async () => (await successes()) >= 2 });
  const cold = new ColdTier(stack.coldTierDir, 'bronze');
  const files = await Promise.all(TABLE_NAMES.map((table) => cold.files(table)));
  terminal.say(await rows(), `${files.flat().length} files in ${stack.coldTierDir}`);
}

async function breakTable(scene: Scene): Promise<void> {
  const { stack, terminal, wait } = scene;
  terminal.step(`Breaking the table "${BROKEN}": somebody renames one of its columns`);
  await stack.example.control.inject('failing-table', { table: BROKEN });
  const isBad = async () => (await failures(scene)) >= 3;
  await wait({ what: `three failures of ${BROKEN}`, seconds: 60, ask: isBad, aside: failuresAside(scene) });
  terminal.say(`${BROKEN} has failed 3 times in a row; the other tables go on`);
}

async function watchAlertFire({ stack, terminal, wait }: Scene): Promise<void> {
  const find = async (...states: readonly ActiveAlert['state'][]) =>
    (await stack.prometheus?.alerts())?.find((alert) => isOurs(alert) && states.includes(alert.state));
  await wait({ what: `${ALERT} to be pending`, seconds: 20, ask: () => find('pending', 'firing') });
  terminal.say(`Prometheus: ${ALERT} is pending`);
  const { labels } = await wait({ what: `${ALERT} to fire`, seconds: 30, ask: () => find('firing') });
  terminal.say(`Prometheus: ${ALERT} is firing, severity ${labels.severity}`);
}

async function watchPhoneRing(scene: Scene): Promise<void> {
  const { annotations } = await scene.wait({
    what: 'the notification',
    seconds: 30,
    ask: async () => notified(scene, 'firing'),
  });
  scene.terminal.step('The phone rings');
  const { summary, description, impact, action, runbook_url } = annotations;
  for (const [name, text] of Object.entries({ summary, description, impact, action, runbook: runbook_url })) {
    scene.terminal.say(`${name.padEnd(13)}${text}`);
  }
}

async function repairTable(scene: Scene): Promise<void> {
  const { stack, terminal, rows, wait } = scene;
  terminal.step(`Repairing the table "${BROKEN}": the column gets its name back`);
  await stack.example.control.repair('failing-table');
  const isWell = async () => (await failures(scene)) === 0;
  await wait({ what: `a success of ${BROKEN}`, seconds: 40, ask: isWell, aside: failuresAside(scene) });
  terminal.say(await rows(), `${BROKEN} has caught up: the rows of the meantime are in the cold tier`);
}

async function watchAlertResolve(scene: Scene): Promise<void> {
  await scene.wait({
    what: 'the notification that it is over',
    seconds: 60,
    ask: async () => notified(scene, 'resolved'),
  });
  scene.terminal.say(`The phone: ${ALERT} is resolved`);
}

const failures = ({ value }: Scene) => value('offload_consecutive_failures', { table: BROKEN });

const failuresAside = (scene: Scene) => async () =>
  `${BROKEN} failed ${await failures(scene)} times in a row`;

const isOurs = ({ labels }: { readonly labels: Labels }) =>
  labels.alertname === ALERT && labels.table === BROKEN;

const notified = ({ stack }: Scene, status: NotifiedAlert['status']) =>
  stack.phone.notifications
    .flatMap(({ alerts }) => alerts)
    .find((alert) => isOurs(alert) && alert.status === status);
