import { parseSeconds } from '../../rules/duration.ts';
import { labelsAt } from './labels.ts';

/** What Alertmanager would be told of one firing alert, its templates filled in by Prometheus. */
export interface Notification {
  readonly alert: string;
  /** When it was asked for. */
  readonly time: number;
  readonly labels: { readonly [name: string]: string };
  readonly annotations: { readonly [name: string]: string };
}

/** The notifications that a run of promtool was asked for. */
export const notificationsIn = (output: string): Notification[] =>
  [...output.matchAll(ANSWER)].flatMap(([, alert = '', time = '', got = '']) =>
    [...got.matchAll(NOTIFICATION)].map(([, labels = '', annotations = '']) => ({
      alert,
      time: parseSeconds(time),
      labels: labelsAt(labels, 0).labels,
      annotations: labelsAt(annotations, 0).labels,
    })),
  );

const ANSWER =
  /^ *alertname: (\S+), time: (\S+), \n *exp:\[\], \n *got:\[\n((?: *(?:\d+:|Labels:.*|Annotations:.*)\n)*)/gm;
const NOTIFICATION = /^ *Labels:(\{.*\})\n *Annotations:(\{.*\})/gm;
