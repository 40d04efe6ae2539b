import cluster from 'node:cluster';
import { lastingTimers } from '../base/index.ts';
import { createExposition } from '../exposition/index.ts';
import { processHealth } from '../health/index.ts';
import { log } from '../logging/index.ts';
import { authProblems } from './auth.ts';
import { createHandler, HANDLER_OPTIONS, type HandlerOptions, type MetricsHandler } from './handler.ts';
import { hostCheck, hostProblems } from './hosts.ts';
import { type Listening, listen } from './listen.ts';
import { OptionsError, readOptions } from './options-error.ts';

/** What is served, to whom, and where. */
export interface EndpointOptions extends HandlerOptions {
  /** The address or name to bind. Default `localhost`, both IPv4 and IPv6; `0.0.0.0` or `::` opens it to the network. */
  readonly host?: string;
  /** The port; 0 takes a free one. Default 9464, the OpenTelemetry Prometheus exporter's. */
  readonly port?: number;
  /**
   * Names under which the endpoint may be asked for, as the `Host` header gives them, without port. Addresses, `localhost` and `host` itself always may.
   * Default: on loopback no others, since a web page can give 127.0.0.1 a name of its own and read what is there; elsewhere any.
   */
  readonly allowedHosts?: readonly string[];
}

/** A running endpoint, or one that waits for its port. */
export interface Endpoint {
  readonly listening: boolean;
  /** Where it listens, without a path: `http://localhost:9464`. Undefined while it does not. */
  readonly url: string | undefined;
  readonly port: number | undefined;
  /** Why it does not listen, and what to do; undefined while it does. */
  readonly problem: string | undefined;
  /** Stops listening, gives responses under way a second to finish, and ends. May be called again. */
  close(): Promise<void>;
}

export const DEFAULT_HOST = 'localhost';
export const DEFAULT_PORT = 9464;
/** A taken port is tried again: the process that is being replaced may still be leaving. */
const RETRY_MS = 15_000;

type Where = { readonly [K in 'host' | 'port' | 'auth' | 'allowedHosts']?: EndpointOptions[K] | undefined };

/** Everything wrong with where to listen and whom to let in; empty when it is sound. */
export function endpointProblems({ host, port, auth, allowedHosts }: Where): string[] {
  const problems: string[] = [];
  if (host !== undefined && (typeof host !== 'string' || host === ''))
    problems.push('host must be an address or a name to bind, such as "localhost"');
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
    problems.push('port must be a whole number from 0 to 65535');
  return [...problems, ...authProblems(auth), ...hostProblems(allowedHosts)];
}

/**
 * Starts the HTTP endpoint: `/metrics`, `/livez`, `/readyz`, `/health` and an index page.
 * Rejects with an `OptionsError` for wrong options only. A port that can't be had is logged, and the host goes on: a taken one is tried again
 * every 15 s until `close`. Never keeps the process alive.
 */
export async function startEndpoint(options: EndpointOptions = {}): Promise<Endpoint> {
  const {
    host = DEFAULT_HOST,
    port = DEFAULT_PORT,
    auth,
    allowedHosts,
    ...rest
  } = readOptions('startEndpoint', options, [...HANDLER_OPTIONS, 'host', 'port', 'allowedHosts']);
  const problems = endpointProblems({ host, port, auth, allowedHosts });
  if (problems.length > 0) throw new OptionsError('startEndpoint', problems);
  const title = process.env.OTEL_SERVICE_NAME || 'Telemetry';
  const handler = createHandler(
    createExposition(rest),
    processHealth(),
    auth,
    title,
    hostCheck(host, allowedHosts),
  );
  return listenOrRetry(handler, host, port);
}

/** Listens now, and goes on trying while the port is taken. `retryMs` is the pause between tries. */
export async function listenOrRetry(
  handler: MetricsHandler,
  host: string,
  port: number,
  retryMs = RETRY_MS,
): Promise<Endpoint> {
  let listening: Listening | undefined;
  let problem: string | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  async function attempt(): Promise<void> {
    try {
      const opened = await listen(handler, host, port);
      if (closed) return opened.close();
      listening = opened;
      problem = undefined;
      log().info({ url: urlOf(host, opened.port) }, 'The telemetry endpoint listens');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const said = problem !== undefined;
      problem = problemOf(code, host, port);
      if (!said) log().error({ host, port, err: error }, problem);
      if (code === 'EADDRINUSE' && !closed) retry = lastingTimers.setTimeout(attempt, retryMs).unref();
    }
  }

  await attempt();
  return {
    get listening() {
      return listening !== undefined;
    },
    get url() {
      return listening === undefined ? undefined : urlOf(host, listening.port);
    },
    get port() {
      return listening?.port;
    },
    get problem() {
      return problem;
    },
    async close() {
      closed = true;
      lastingTimers.clearTimeout(retry);
      const open = listening;
      listening = undefined;
      await open?.close();
    },
  };
}

function problemOf(code: string | undefined, host: string, port: number): string {
  const where = `The telemetry endpoint can't listen on ${host}:${port} (${code ?? 'unknown error'}); the application goes on without it.`;
  if (code === 'EADDRINUSE' && cluster.isWorker) {
    return `${where} This is worker ${cluster.worker?.id} of a cluster, and another worker has the port: a scrape there shows that worker alone, and what this one measures is in none. Call startTelemetry in the primary too, before it forks, or, under pm2, give all of them the option processes: { socket }: one then serves all. The port is tried again every ${RETRY_MS / 1000} s, for when the other is gone.`;
  }
  if (code === 'EADDRINUSE') {
    return `${where} The port is taken. It is tried again every ${RETRY_MS / 1000} s; or choose another with the option "port" or OTEL_EXPORTER_PROMETHEUS_PORT (0 takes a free one).`;
  }
  if (code === 'EACCES') return `${where} Choose a port from 1024 on.`;
  return `${where} The option "host" or OTEL_EXPORTER_PROMETHEUS_HOST must be an address of this machine.`;
}

/** How this machine reaches what is bound to `host`. */
function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
