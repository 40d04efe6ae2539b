import { foreignRuntime, warnOnce } from '../../base/index.ts';
import { switchOn } from '../switch-on.ts';
import { followNodeClient } from './node-client.ts';
import { followUndici } from './undici-client.ts';

/**
 * Measures every outgoing request of this process: `http_client_request_duration_seconds`, by the host that was asked and never by path.
 * Covers `fetch`, undici (also a copy of its own in `node_modules`), and `node:http` and `node:https` with everything that is built on them.
 * The time runs until the response has been read; one that nobody reads is not recorded. A redirect that is followed is a request of its own.
 * What OpenTelemetry's exporters send is left out.
 *
 * Before Node 22.12, `node:http` tells of a request when it has been sent: connecting is not in its time, and one that could not connect
 * counts with a duration of 0.
 *
 * Bun and Deno tell nobody of what their own `fetch` asks: there it is not measured, which is said once in the log.
 *
 * Calling it again changes nothing. Returns the function that ends it. Never throws.
 */
export function observeHttpClient(): () => void {
  return switchOn('http client', (store) => {
    const runtime = foreignRuntime();
    if (runtime !== undefined)
      warn(
        runtime,
        `${runtime} tells nobody of what its fetch asks: observeHttpClient() measures node:http alone here.`,
      );
    const stops = [followUndici(store), followNodeClient(store)];
    return () => {
      for (const stop of stops) stop();
    };
  });
}

const warn = warnOnce();
