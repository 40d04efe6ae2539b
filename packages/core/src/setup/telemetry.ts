import { isMainThread } from 'node:worker_threads';
import { asError, withinSeconds } from '../base/index.ts';
import { type Endpoint, listenOrRetry } from '../endpoint/endpoint.ts';
import { createHandler, type MetricsHandler } from '../endpoint/handler.ts';
import { hostCheck } from '../endpoint/hosts.ts';
import { createExposition } from '../exposition/index.ts';
import { processHealth } from '../health/index.ts';
import { type Logger, log } from '../logging/port.ts';
import { observeProcess } from '../service/process/process.ts';
import { flushOnExit } from './exit.ts';
import { plugInLogger } from './logger.ts';
import type { Problems, TelemetryOptions } from './options.ts';
import { loadSdk } from './peers.ts';
import { takeRole } from './processes.ts';
import { registeredProviders, type StartedSdk, startSdk } from './sdk.ts';
import { type Settings, settingsOf } from './settings.ts';
import { sayWhatIsNotServed } from './unserved.ts';

/** Running telemetry. */
export interface Telemetry {
  /** Where the endpoint listens, without a path: `http://localhost:9464`. Undefined while it has no port. */
  readonly url: string | undefined;
  /** The port in use, also when 0 was asked for. */
  readonly port: number | undefined;
  /** Answers `/metrics`, `/livez`, `/readyz` and `/health` in the host's own server; `app.use(telemetry.handler)` in Express. */
  readonly handler: MetricsHandler;
  /** Writes lines as the library does: the service's name, the ids of the active span, no credentials. */
  readonly logger: Logger;
  /** What does not work, each with what to do about it. The same was logged; the host runs on. */
  readonly problems: readonly string[];
  /**
   * Pushes what has been measured and not yet been sent: metrics, spans, log records. For a process that is frozen or ended between two pieces of work, such as
   * a function of a cloud: `runOnce(job, work, { flush: telemetry.flush })`. May be called as often as wanted; telemetry goes on. Takes at most 5 s, after
   * which what is on its way is given up. Never rejects. Does nothing when nothing is pushed, and after `shutdown()`.
   */
  flush(): Promise<void>;
  /**
   * Flushes for at most 5 s, ends the SDK, closes the endpoint and takes away the signal handlers. Never rejects; may be called again.
   * Await it before `process.exit()`, which leaves no time to flush.
   */
  shutdown(): Promise<void>;
}

/** Well under the 10 s that container runtimes and service managers usually grant. */
const FLUSH_LIMIT_SECONDS = 5;

/** Starts everything for checked options. Never rejects: what fails is logged and listed. `ended` is called once it has been shut down. */
export async function start(options: TelemetryOptions, ended: () => void): Promise<Telemetry> {
  const problems: Problems = [];
  const settings = settingsOf(options, process.env, problems);
  const serviceName = String(settings.resourceAttributes['service.name']);
  plugInLogger(options, serviceName, problems);
  const sdk = startSdkIfWanted(options, settings, problems);
  const role = await takeRole(options, settings);
  const stopProcess = measureProcess(options, problems);
  for (const problem of problems) log().warn(problem);

  const resource = { attributes: settings.resourceAttributes };
  const exposition = createExposition({
    ...(settings.disabled ? {} : { sdk: sdk?.collect ?? (async () => ({ resource, scopeMetrics: [] })) }),
    // No detector of the SDK ran: every attribute was given by the host, and none has to be hidden.
    resourceAttributes: Object.keys(settings.resourceAttributes),
  });
  const handler = createHandler(exposition, processHealth(), options.auth);
  const open = async () =>
    settings.port === undefined
      ? undefined
      : listenOrRetry(
          createHandler(
            exposition,
            processHealth(),
            options.auth,
            serviceName,
            hostCheck(settings.host, options.allowedHosts),
          ),
          settings.host,
          settings.port,
        );
  let endpoint = role.isServed ? undefined : await open();
  let ending: Promise<void> | undefined;
  const stopSaying =
    role.isServed && sdk !== undefined && !sdk.pushesMetrics ? sayWhatIsNotServed(sdk.collect) : () => {};
  role.whenServing(async () => {
    stopSaying();
    const opened = await open();
    if (ending === undefined) endpoint = opened;
    else await opened?.close();
  });
  const flush = async () => {
    if (ending !== undefined) return;
    role.flush();
    if (sdk?.pushes) await inTime('flush', sdk, sdk.flush);
  };
  const forget = sdk?.pushes || role.isServed ? flushOnExit(flush) : () => {};

  return {
    get url() {
      return endpoint?.url;
    },
    get port() {
      return endpoint?.port;
    },
    handler,
    logger: log(),
    get problems() {
      return endpoint?.problem === undefined ? problems : [...problems, endpoint.problem];
    },
    flush,
    shutdown() {
      stopSaying();
      ending ??= end(sdk, endpoint, forget).finally(() => {
        stopProcess();
        role.end();
        ended();
      });
      return ending;
    },
  };
}

async function end(
  sdk: StartedSdk | undefined,
  endpoint: Endpoint | undefined,
  forget: () => void,
): Promise<void> {
  forget();
  if (sdk !== undefined) await inTime('shutdown', sdk, sdk.shutdown);
  await endpoint?.close();
}

/** What can't be measured here (a container without `/proc`) is left out. Returns the function that ends it. */
function measureProcess({ processMetrics }: TelemetryOptions, problems: Problems): () => void {
  // A thread has no process of its own: what the system tells of it is told by the main one.
  if (processMetrics === false || !isMainThread) return () => {};
  try {
    return observeProcess();
  } catch (error) {
    problems.push(`The process can not be measured (${asError(error).message}); everything else is.`);
    return () => {};
  }
}

function startSdkIfWanted(
  options: TelemetryOptions,
  settings: Settings,
  problems: Problems,
): StartedSdk | undefined {
  if (settings.disabled) {
    log().info('OTEL_SDK_DISABLED is set: nothing is measured or exported; the health endpoints are served.');
    return undefined;
  }
  const registered = registeredProviders();
  if (registered.length > 0) {
    log().info(
      { registered },
      'An OpenTelemetry SDK is registered already and stays as it is. The endpoint serves this library’s metrics; to export them through that SDK too, give its readers sightglassProducer(), or call attachMeterProvider().',
    );
    return undefined;
  }
  try {
    const parts = loadSdk(options.sdk);
    if (parts === undefined) {
      problems.push(
        '@opentelemetry/sdk-node is not installed where it is looked for, so there are no traces, no OTLP and no metrics of instrumentations; the endpoint serves this library’s metrics. Run: npm install @opentelemetry/sdk-node; or, in a bundle, Next.js standalone or a function, import it and hand it in: startTelemetry({ sdk })',
      );
      return undefined;
    }
    return startSdk(parts, options, settings, problems);
  } catch (error) {
    log().error({ err: error }, 'The OpenTelemetry SDK could not be started');
    problems.push(
      'The OpenTelemetry SDK could not be started; the cause is in the log. The endpoint serves this library’s metrics.',
    );
    return undefined;
  }
}

/** Waits for work of the SDK within the limit. What hangs is given up then, so that it holds neither the caller nor the process. */
async function inTime(what: string, sdk: StartedSdk, work: () => Promise<void>): Promise<void> {
  // What it waits for may have nothing that keeps the process, such as a reader that hangs: the process must not end before the time is over.
  const hold = setInterval(() => {}, 60_000);
  try {
    await withinSeconds(FLUSH_LIMIT_SECONDS, work);
  } catch (error) {
    log().warn(
      { err: error },
      `Telemetry could not ${what} in full; the last measurements may not have been exported.`,
    );
    sdk.abandon();
  } finally {
    clearInterval(hold);
  }
}
