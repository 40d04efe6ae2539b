import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Labels } from './prometheus-api.ts';
import { type WaitOptions, waitUntil } from './wait.ts';

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
  const notifications: Notification[] = [];
  const server = createServer(async (request, response) => {
    try {
      const body = JSON.parse(await text(request));
      notifications.push({ ...body, path: request.url ?? '/', receivedAt: new Date() });
      response.writeHead(200).end();
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    notifications,
    waitFor: (predicate, options) => waitUntil(() => notifications.find(predicate), options),
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
