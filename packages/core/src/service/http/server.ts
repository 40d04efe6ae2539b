import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { foreignRuntime, givenOptions, warnOnce } from '../../base/index.ts';
import { DeclarationError } from '../../catalog/index.ts';
import type { BoundGauge, Store } from '../../store/index.ts';
import { guarded, listen } from '../channel.ts';
import { switchOn } from '../switch-on.ts';
import { expressRouteOf, followExpress } from './express-routes.ts';
import { followFastify } from './fastify-routes.ts';
import { type Method, methodOf } from './method.ts';
import {
  httpServerActiveRequests,
  httpServerRequestDuration,
  httpServerUpgradedConnections,
  httpServerUpgrades,
} from './metrics.ts';
import { declareHttpObjectives, type HttpObjectives } from './objectives.ts';
import {
  attachMeasurement,
  enterContext,
  followContext,
  measurementOf,
  queueOnConnection,
  type ServerRequest,
} from './server-request.ts';
import { followServers } from './servers.ts';

/** The `error_type` of a response that the client did not wait for, or that broke off. */
const ABORTED = 'aborted';
/** What a handler that throws is answered with, in every framework. */
const FAILED = { http_response_status_code: '500', error_type: '500' };

/**
 * Measures every request to the HTTP/1.1 and HTTP/2 servers of this process, those that exist already too: `http_server_request_duration_seconds` and
 * `http_server_active_requests`. Call it at the start, before a Fastify instance is made.
 *
 * Routes come from Express, Fastify and Nest by themselves, from anything else by {@link setHttpRoute}; a request that no route matched has
 * none, and the path that was sent is never used. With the first request to a route its 500s are born at zero. A response that broke off has `error_type="aborted"`, and a status if one was sent. The
 * library's own endpoint is left out. Upgrades (WebSocket) are counted apart, in `http_server_upgrades_total`.
 *
 * With the shipped rules somebody is paged for a route of which more than a tenth of the requests fail (5xx), and told of one that is slow. What
 * you promise instead is said with `objectives`: `observeHttpServer({ objectives: { errorRatio: 0.01, latencySeconds: 0.3 } })`.
 *
 * Bun tells nobody of requests: there nothing is measured, which is said once in the log.
 *
 * Calling it again measures nothing twice. Returns the function that ends it. Throws a `DeclarationError` for wrong objectives, and nothing else.
 */
export function observeHttpServer(options: HttpServerOptions = {}): () => void {
  const { takeBack, asyncContext } = declared(options);
  const stopContext = asyncContext ? switchOn('http context', followContext) : () => {};
  const stop = switchOn('http server', (store) => {
    if (foreignRuntime() === 'Bun')
      warn('Bun', 'Bun tells nobody of the requests to its servers: observeHttpServer() measures none here.');
    const requests = new ServerRequests(store);
    const stops = [
      requests.follow(),
      followServers({ stream: requests.streamed, upgrade: requests.upgraded }),
      followExpress(),
      followFastify(),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  });
  return () => {
    stop();
    stopContext();
    takeBack();
  };
}

const warn = warnOnce();

/** Declares what the options promise, and gives the function that takes it back. */
function declared(options: HttpServerOptions): {
  readonly takeBack: () => void;
  readonly asyncContext: boolean;
} {
  try {
    const { objectives, asyncContext } = givenOptions(options, ['objectives', 'asyncContext']) ?? {};
    return {
      takeBack: objectives === undefined ? () => {} : declareHttpObjectives(objectives),
      asyncContext: asyncContext === true,
    };
  } catch (error) {
    throw DeclarationError.from(error, 'The measuring of HTTP requests');
  }
}

/** How requests to this process are measured. */
export interface HttpServerOptions {
  /** What they promise; see {@link HttpObjectives}. Default: nothing, and the rules hold every route to their own figures. */
  readonly objectives?: HttpObjectives;
  /**
   * Whether `setHttpRoute('/orders/[id]')`, without a request, finds the one that is at work: for handlers that never see Node's request, such as Next's route handlers. It follows every
   * request through its promises, which costs little from Node 24 on, and more before. Default false.
   */
  readonly asyncContext?: boolean;
}

/** What Node publishes when a request has arrived. */
interface RequestStart {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

class ServerRequests {
  readonly #clock: Store['clock'];
  readonly #duration;
  readonly #active;
  readonly #upgrades;
  readonly #upgradedNow;
  /** The gauge of each method, plain and secure, so that a request need not look it up. */
  readonly #activeOf = { http: new Map<Method, BoundGauge>(), https: new Map<Method, BoundGauge>() };
  readonly #onConnectionClose: (this: object) => void;
  readonly #onStreamClose: (this: ServerHttp2Stream) => void;
  #underWay = 0;
  #stop: (() => void) | undefined;

  constructor(store: Store) {
    this.#clock = store.clock;
    this.#duration = store.histogram(httpServerRequestDuration);
    this.#active = store.gauge(httpServerActiveRequests);
    this.#upgrades = store.counter(httpServerUpgrades);
    this.#upgradedNow = store.gauge(httpServerUpgradedConnections);
    const endStream = (stream: ServerHttp2Stream) => this.#endStream(stream);
    const endAll = (last: ServerRequest | undefined) => this.#endAll(last);
    const subject = 'The end of a request';
    // Made once: they know what has ended by `this`, so that a request costs no closure.
    this.#onConnectionClose = guarded(subject, function (this: object) {
      endAll(measurementOf(this));
    });
    this.#onStreamClose = guarded(subject, function (this: ServerHttp2Stream) {
      endStream(this);
    });
  }

  /** Follows the requests of HTTP/1. Ended, those that are under way are still measured. */
  follow(): () => void {
    const stopStarts = listen('http.server.request.start', this.#started);
    const stopEnds = listen('http.server.response.finish', this.#finished);
    return () => {
      stopStarts();
      this.#stop = stopEnds;
      this.#stopWhenDone();
    };
  }

  readonly #started = ({ request, response }: RequestStart): void => {
    const { socket } = request;
    const measurement = this.#begun(request.method, isEncrypted(socket), request, response);
    attachMeasurement(request, measurement);
    // One listener for a connection: a response that ends tells so by its channel, and what never does ends with the connection.
    if (queueOnConnection(socket, measurement)) socket.on('close', this.#onConnectionClose);
    // Last: what could not be attached never ends either.
    measurement.active.add(1);
    this.#underWay++;
    enterContext(measurement);
  };

  readonly #finished = ({ request }: RequestStart): void => {
    const measurement = measurementOf(request);
    if (measurement !== undefined) this.#end(measurement);
  };

  #endAll(last: ServerRequest | undefined): void {
    for (let one = last, before = one?.before; one !== undefined; one = before, before = one?.before)
      this.#end(one);
  }

  #stopWhenDone(): void {
    if (this.#stop === undefined || this.#underWay > 0) return;
    this.#stop();
    this.#stop = undefined;
  }

  readonly streamed = guarded(
    'A stream of HTTP/2',
    (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      const method = headers[':method'];
      const { encrypted } = stream.session as ServerHttp2Session;
      const measurement = this.#begun(typeof method === 'string' ? method : undefined, encrypted === true);
      attachMeasurement(stream, measurement);
      stream.on('close', this.#onStreamClose);
      measurement.active.add(1);
      enterContext(measurement);
    },
  );

  readonly upgraded = guarded('An upgrade', (request: IncomingMessage, connection: Duplex) => {
    const measurement = this.#begun(request.method, isEncrypted(request.socket));
    measurement.ended = true;
    attachMeasurement(request, measurement);
    const asked = request.headers.upgrade?.toLowerCase();
    const network_protocol_name = asked === 'websocket' ? asked : '_OTHER';
    const now = this.#upgradedNow.bind({ network_protocol_name });
    connection.on('close', () => now.add(-1));
    now.add(1);
    // Behind the listeners of the host, by which a framework names the route.
    process.nextTick(() => this.#upgrades.add(1, { http_route: measurement.route, network_protocol_name }));
  });

  #begun(
    sent: string | undefined,
    isSecure: boolean,
    request?: IncomingMessage,
    response?: ServerResponse,
  ): ServerRequest {
    const method = methodOf(sent);
    const scheme = isSecure ? 'https' : 'http';
    return {
      request,
      response,
      startMs: this.#clock.monotonicMs(),
      method,
      scheme,
      active: this.#activeOf[scheme].get(method) ?? this.#bindActive(method, scheme),
      route: '',
      named: false,
      ended: false,
      before: undefined,
      mounts: undefined,
    };
  }

  #bindActive(method: Method, scheme: 'http' | 'https'): BoundGauge {
    const bound = this.#active.bind({ http_request_method: method, url_scheme: scheme });
    this.#activeOf[scheme].set(method, bound);
    return bound;
  }

  #end(measurement: ServerRequest): void {
    const { request, response, route, named } = measurement;
    if (request === undefined || response === undefined) return;
    measurement.request = undefined;
    measurement.response = undefined;
    measurement.before = undefined;
    this.#underWay--;
    if (this.#stop !== undefined) this.#stopWhenDone();
    if (measurement.ended) return;
    if (route === '' && !named) measurement.route = routeOf(request);
    this.#record(
      measurement,
      response.headersSent ? response.statusCode : undefined,
      response.writableFinished,
    );
  }

  #endStream(stream: ServerHttp2Stream): void {
    const measurement = measurementOf(stream);
    if (measurement === undefined || measurement.ended) return;
    const status: unknown = stream.sentHeaders?.[':status'];
    this.#record(
      measurement,
      typeof status === 'number' ? status : undefined,
      status !== undefined && stream.writableFinished && !stream.aborted,
    );
  }

  /** `status` is that which was sent; undefined when none was. */
  #record(measurement: ServerRequest, status: number | undefined, isWhole: boolean): void {
    const { startMs, method, scheme, active, route } = measurement;
    measurement.ended = true;
    active.add(-1);
    const text = status === undefined ? '' : String(status);
    const failed = status !== undefined && status >= 500 ? text : '';
    const labels = {
      http_request_method: method,
      http_route: route,
      http_response_status_code: text,
      url_scheme: scheme,
      error_type: isWhole ? failed : ABORTED,
    };
    const { cells } = this.#duration.series;
    const known = cells.length;
    this.#duration.record((this.#clock.monotonicMs() - startMs) / 1000, labels);
    // A series of failures that began with the first one would hide it from `increase()`.
    if (cells.length > known) this.#duration.init({ ...labels, ...FAILED });
  }
}

const isEncrypted = (socket: object): boolean => (socket as Partial<TLSSocket>).encrypted === true;

/** The route that Express has left on a request that has ended. What the host has put in its place costs the route, not the measurement. */
function routeOf(request: IncomingMessage): string {
  try {
    return expressRouteOf(request);
  } catch {
    return '';
  }
}
