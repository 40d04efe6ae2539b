import { context, createContextKey } from '@opentelemetry/api';
import type { Store } from '../../store/index.ts';
import { methodOf } from './method.ts';
import { httpClientRequestDuration } from './metrics.ts';

/** An outgoing request under measurement. */
export interface ClientRequest {
  /** Undefined when nobody saw it begin. */
  readonly startMs: number | undefined;
  readonly method: string;
  readonly address: string;
  readonly port: string;
  /** Undefined until the head of the response has come. */
  status: number | undefined;
  /** Of the failure; undefined while there is none. */
  errorType: string | undefined;
}

/** What OpenTelemetry's exporters set around what they send, under the key of `@opentelemetry/core`. The API makes equal keys of equal texts. */
const SUPPRESSED = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** True for a request that exports telemetry: it is not the host's work. */
export function isTelemetry(): boolean {
  return context.active().getValue(SUPPRESSED) === true;
}

/** Where the outgoing requests of both clients are recorded. Keeps those under way; a request is recorded once. */
export class ClientRequests<R extends object> {
  readonly #clock: Store['clock'];
  readonly #duration;
  readonly #underWay = new WeakMap<R, ClientRequest>();

  constructor(store: Store) {
    this.#clock = store.clock;
    this.#duration = store.histogram(httpClientRequestDuration);
  }

  get(request: R): ClientRequest | undefined {
    return this.#underWay.get(request);
  }

  /** Begins a request. With `unseen` its beginning was missed, and it counts with a duration of 0. */
  begin(request: R, method: string, address: string, port: string, unseen = false): ClientRequest {
    const begun: ClientRequest = {
      startMs: unseen ? undefined : this.#clock.monotonicMs(),
      method,
      address,
      port,
      status: undefined,
      errorType: undefined,
    };
    this.#underWay.set(request, begun);
    return begun;
  }

  end(request: R): void {
    const ended = this.#underWay.get(request);
    if (ended === undefined) return;
    this.#underWay.delete(request);
    const { startMs, method, address, port, status, errorType } = ended;
    const failed = status !== undefined && status >= 400 ? String(status) : '';
    this.#duration.record(startMs === undefined ? 0 : (this.#clock.monotonicMs() - startMs) / 1000, {
      http_request_method: methodOf(method),
      server_address: address,
      server_port: port,
      http_response_status_code: status === undefined ? '' : String(status),
      error_type: errorType ?? failed,
    });
  }
}
