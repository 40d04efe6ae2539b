import type { IncomingMessage, ServerResponse } from 'node:http';
import { sharedInProcess } from '../../base/index.ts';
import type { BoundGauge } from '../../store/index.ts';
import type { Method } from './method.ts';

/** A request under measurement. */
export interface ServerRequest {
  readonly response: ServerResponse;
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
  /** Where the routers that it came through are mounted: the path as it was sent, and the pattern. */
  mounts: { readonly raw: string; pattern: string }[] | undefined;
}

type Keyed = IncomingMessage & { [key: symbol]: ServerRequest | undefined };

/** Measurements lie on their requests, under a key that all copies of the package share: a map beside the requests would cost more than the measurement. */
const key = () => sharedInProcess('http request', () => Symbol('measurement'));

/** The measurement of a request; undefined when nobody measures it. */
export function measurementOf(request: IncomingMessage): ServerRequest | undefined {
  return (request as Keyed | undefined)?.[key()];
}

export function attachMeasurement(request: IncomingMessage, measurement: ServerRequest): void {
  (request as Keyed)[key()] = measurement;
}

/** Takes a request out of the measurement, and out of the requests under way: a scrape is not the host's work. */
export function ignoreHttpRequest(request: IncomingMessage): void {
  const measurement = measurementOf(request);
  if (measurement === undefined || measurement.ended) return;
  measurement.ended = true;
  measurement.active.add(-1);
}
