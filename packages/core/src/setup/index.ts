import { sharedInProcess } from '../base/index.ts';
import { log } from '../logging/port.ts';
import { checkedOptions, type TelemetryOptions } from './options.ts';
import { start, type Telemetry } from './telemetry.ts';

export { traceFields } from '../logging/fields.ts';
export { type LoggerSettings, loggerOptions, type PinoOptions } from '../logging/pino-options.ts';
export type { LogLevel, TelemetryOptions } from './options.ts';
export type { PinoModule, SdkModule } from './peers.ts';
export type { Telemetry } from './telemetry.ts';

/**
 * Sets up everything: OpenTelemetry's `NodeSDK`, the endpoint with `/metrics`, `/livez`, `/readyz` and `/health`, logging, OTLP push when the
 * standard `OTEL_EXPORTER_OTLP_*` or `OTEL_METRICS_EXPORTER` variables ask for it, and a flush when the process ends.
 *
 * Rejects with an `OptionsError` that lists every mistake in the options. Anything else that goes wrong (a taken port, a package that is not
 * installed, an SDK that does not start) is logged, listed in `problems`, and leaves the host running. An SDK that is registered already is
 * not replaced. Called again before `shutdown`, it warns and gives the running telemetry. Never keeps the process alive.
 */
export async function startTelemetry(options: TelemetryOptions = {}): Promise<Telemetry> {
  const running = runningTelemetry();
  if (running.telemetry !== undefined) {
    log().warn(
      'startTelemetry was called again; these options are not used, and the running telemetry is given.',
    );
    return running.telemetry;
  }
  const ended = () => {
    running.telemetry = undefined;
  };
  running.telemetry = start(checkedOptions(options), ended);
  running.telemetry.catch(ended);
  return running.telemetry;
}

/** The telemetry of this process, whichever copy of the package has started it. */
function runningTelemetry(): { telemetry: Promise<Telemetry> | undefined } {
  return sharedInProcess('telemetry', () => ({ telemetry: undefined }));
}
