import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, ServerHttp2Stream } from 'node:http2';
import { sharedInProcess } from '../../base/index.ts';
import type { BoundGauge } from '../../store/index.ts';
import type { Method } from './method.ts';

/** A request of `node:http`, or of `node:http2` in its form. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;

/** A request under measurement. */
export interface ServerRequest {
  /** Both undefined for a stream of HTTP/2, which has its answer itself, for an upgrade, and when it has ended: an idle connection is not to keep them. */
  request: IncomingMessage | undefined;
  response: ServerResponse | undefined;
  readonly startMs: number;
  readonly method: Method;
  readonly scheme: 'http' | 'https';
  /** The requests under way that this one is counted in. */
  readonly active: BoundGauge;
  /** The pattern of the route; empty while none has matched. */
  route: string;
  /** True when the host has named the route itself; frameworks then don't. */
  named: boolean;
  /** True when it has been recorded, or is not to be. */
  ended: boolean;
  /** The one before it on its connection, while that has not ended: requests may be sent before others are answered. */
  before: ServerRequest | undefined;
  /** Where the routers that it came through are mounted: the path as it was sent, and the pattern. */
  mounts: { readonly raw: string; pattern: string }[] | undefined;
}

/** What a measurement lies on: a request of HTTP/1, a stream of HTTP/2. */
type Measured = IncomingMessage | ServerHttp2Stream;
type Keyed = { readonly stream?: Keyed; [key: symbol]: ServerRequest | undefined };

/** Measurements lie on what they measure, under a key that all copies of the package share: a map beside the requests would cost more than the measurement. */
const key = () => {
  known ??= sharedInProcess('http request', () => Symbol('measurement'));
  return known;
};
let known: symbol | undefined;

/** The measurement of a request, or of the stream that it came by; undefined when nobody measures it. */
export function measurementOf(request: object): ServerRequest | undefined {
  const keyed = request as unknown as Keyed | undefined;
  const symbol = key();
  return keyed?.[symbol] ?? keyed?.stream?.[symbol];
}

export function attachMeasurement(request: Measured, measurement: ServerRequest): void {
  (request as unknown as Keyed)[key()] = measurement;
}

/** Takes a request out of the measurement, and out of the requests under way: a scrape is not the host's work. */
export function ignoreHttpRequest(request: HttpRequest): void {
  const measurement = measurementOf(request);
  if (measurement === undefined || measurement.ended) return;
  measurement.ended = true;
  measurement.active.add(-1);
}

/** Puts a measurement at the end of those of its connection. Returns whether it is the first that the connection has. */
export function queueOnConnection(connection: object, measurement: ServerRequest): boolean {
  const keyed = connection as Keyed;
  const symbol = key();
  const last = keyed[symbol];
  if (last?.request !== undefined) measurement.before = last;
  keyed[symbol] = measurement;
  return last === undefined;
}

/** The measurement of the request that the code at work belongs to, where somebody has asked for that: it makes every promise of the process dearer on older Nodes. */
const contextual = (): Context => {
  context ??= sharedInProcess('http context', (): Context => ({ storage: undefined }));
  return context;
};
interface Context {
  storage: AsyncLocalStorage<ServerRequest> | undefined;
}
let context: Context | undefined;

/** Makes {@link requestAtWork} known from the next request on. */
export function followContext(): () => void {
  const holder = contextual();
  const storage = new AsyncLocalStorage<ServerRequest>();
  holder.storage = storage;
  return () => {
    storage.disable();
    if (holder.storage === storage) holder.storage = undefined;
  };
}

/** What is called from here on, and later by it, belongs to this request. */
export function enterContext(measurement: ServerRequest): void {
  contextual().storage?.enterWith(measurement);
}

export const requestAtWork = (): ServerRequest | undefined => contextual().storage?.getStore();
