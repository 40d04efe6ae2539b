import { startPostSink } from './post-sink.ts';
import type { Labels } from './prometheus-api.ts';
import type { WaitOptions } from './wait.ts';

/** One post of Alertmanager's webhook receiver. */
export interface Notification {
  /** Of the request, so that several receivers can share a sink: a receiver's URL is the sink's plus a path. */
  readonly path: string;
  readonly receivedAt: Date;
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly NotifiedAlert[];
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
}

export interface NotifiedAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

export interface WebhookSink {
  /** Without a slash at the end. */
  readonly url: string;
  /** In the order they came; grows as they come. */
  readonly notifications: readonly Notification[];
  /** The first notification, past or future, for which this holds. */
  waitFor(predicate: (notification: Notification) => boolean, options: WaitOptions): Promise<Notification>;
  stop(): Promise<void>;
}

/** Starts an HTTP server on a free loopback port that records what Alertmanager's webhook receivers post to it. */
export async function startWebhookSink(): Promise<WebhookSink> {
  const { url, received, waitFor, stop } = await startPostSink<Notification>(({ path, body }) => ({
    status: 200,
    kept: { ...(body as Omit<Notification, 'path' | 'receivedAt'>), path, receivedAt: new Date() },
  }));
  return { url, notifications: received, waitFor, stop };
}
