import { RECEIVER_OF, type Receiver, receiversFor } from '../alertmanager/index.ts';
import type { Severity } from '../model/rule.ts';
import { documentOf, type OpenSloDocument } from './model.ts';

/** The ways of a receiver that we write, by OpenSLO's word for each. */
const WAYS = { pagerduty: 'PagerDuty', slack: 'Slack', webhooks: 'a webhook' } as const;
type Way = keyof typeof WAYS;

/** The receiver that alerts of a severity go to, as Alertmanager routes them. */
const receiverOf = (severity: Severity): Receiver =>
  receiversFor().find(({ name }) => name === RECEIVER_OF[severity])!;

const waysOf = (receiver: Receiver): readonly Way[] =>
  (Object.keys(WAYS) as Way[]).filter((way) => (receiver[way] ?? []).length > 0);

/** The notification targets of alerts of a severity, by name. */
export function targetsOf(severity: Severity): readonly string[] {
  const receiver = receiverOf(severity);
  return waysOf(receiver).map((way) => `${receiver.name}-${way}`);
}

/** One target for each way of the receivers that SLO alerts go to. Channels and secrets are Alertmanager's, and not here. */
export const targetDocuments = (): readonly OpenSloDocument[] =>
  (['critical', 'warning'] as const).flatMap((severity) => {
    const receiver = receiverOf(severity);
    return waysOf(receiver).map((way) =>
      documentOf(
        'AlertNotificationTarget',
        { name: `${receiver.name}-${way}`, displayName: `${receiver.name}, by ${WAYS[way]}` },
        {
          description: `Alerts of severity ${severity}: Alertmanager's receiver "${receiver.name}", by ${WAYS[way]}.`,
          target: way === 'webhooks' ? 'webhook' : way,
        },
      ),
    );
  });
