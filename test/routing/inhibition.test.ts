import { DEFAULT_SCOPE, inhibitions, labelsIn, presets, shippedCatalog } from '@sightglass/rules';
import { type ReceivedAlert, waitUntil } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expressionOf, shippedAlert } from './alerts.ts';
import { heldBack } from './held-back.ts';
import { type RoutingStack, type SentAlert, startRoutingStack } from './stack.ts';

/*
 * Every pair of alerts of which one holds the other back, through a real Alertmanager: on the same thing of the same estate, and on another thing
 * or in another estate.
 */

interface Pair {
  readonly fires: string;
  readonly target: string;
  readonly thing: readonly string[];
}

const names = (alert: string) => [alert, ...presets.flatMap(({ alerts }) => alerts[alert] ?? [])];
const pairs: readonly Pair[] = heldBack.flatMap(({ fires, heldBack: targets, thing }) =>
  fires.flatMap(names).flatMap((fires) => targets.flatMap(names).map((target) => ({ fires, target, thing }))),
);

test('every inhibition has its line, and every line its inhibition', () => {
  const text = ({ fires, target }: Pick<Pair, 'fires' | 'target'>) => `${fires} holds back ${target}`;
  const declared = inhibitions.flatMap(({ sources, targets }) =>
    sources.flatMap((fires) => targets.map((target) => text({ fires, target }))),
  );
  expect(pairs.map(text).sort()).toEqual(declared.sort());
});

const catalog = shippedCatalog([]);

/** An alert on a thing that is this pair's alone. What else its expression leaves is its own, and nobody else's. */
function alertOn(name: string, { fires, target, thing }: Pair): SentAlert {
  const own = labelsIn(expressionOf(name), catalog).filter((label) => !DEFAULT_SCOPE.includes(label));
  return shippedAlert(name, {
    ...Object.fromEntries(own.map((label) => [label, `${label} of ${name}`])),
    ...Object.fromEntries([...thing, ...DEFAULT_SCOPE].map((label) => [label, `${fires} ${target}`])),
  });
}

const elsewhere = ({ labels, annotations }: SentAlert, label: string): SentAlert => ({
  labels: { ...labels, [label]: `${labels[label]} elsewhere` },
  annotations,
});

let stack: RoutingStack;
let alerts: readonly ReceivedAlert[];

const isSame = (sent: SentAlert, { labels }: ReceivedAlert): boolean =>
  Object.keys(sent.labels).length === Object.keys(labels).length &&
  Object.entries(sent.labels).every(([name, value]) => labels[name] === value);
const received = (sent: SentAlert) => alerts.find((alert) => isSame(sent, alert));

/** Sends alerts and waits until Alertmanager has decided on all of them. */
async function send(sent: readonly SentAlert[]): Promise<void> {
  await stack.send(sent);
  await waitUntil(
    async () => {
      alerts = await stack.alertmanager.alerts();
      return sent.every((each) => (received(each)?.status.state ?? 'unprocessed') !== 'unprocessed');
    },
    { what: 'Alertmanager to decide on all alerts', pollMs: 1_000 },
  );
}

beforeAll(async () => {
  stack = await startRoutingStack(300);
  await send(pairs.map((pair) => alertOn(pair.fires, pair)));
  await send(
    pairs.flatMap((pair) => {
      const target = alertOn(pair.target, pair);
      return [target, ...[...pair.thing, ...DEFAULT_SCOPE].map((label) => elsewhere(target, label))];
    }),
  );
});
afterAll(() => stack?.stop());

describe.each(pairs)('$fires holds back $target', (pair) => {
  const target = alertOn(pair.target, pair);

  test('on the same thing', async () => {
    const isHeldBack = () => received(target)?.status.state === 'suppressed';
    // Alertmanager judges all alerts anew for each answer.
    await waitUntil(
      async () => {
        if (isHeldBack()) return true;
        alerts = await stack.alertmanager.alerts();
        return isHeldBack();
      },
      { what: 'it to be held back', pollMs: 1_000 },
    );
    expect(received(target)!.status.inhibitedBy).toHaveLength(1);
  });

  test.each([...pair.thing, ...DEFAULT_SCOPE])('with another %s it is told', (label) => {
    expect(received(elsewhere(target, label))!.status).toMatchObject({ state: 'active', inhibitedBy: [] });
  });
});
