import { lastingTimers } from '../base/index.ts';
import type { CollectSdk } from '../exposition/index.ts';
import { log } from '../logging/port.ts';

/** Instruments come late: it is looked again, with ever longer pauses. */
const FIRST_LOOK_MS = 1_000;
const LONGEST_PAUSE_MS = 600_000;
const MOST_NAMES = 10;

/**
 * Says, once, what OpenTelemetry's own instruments measure in a process that another one serves, where nothing pushes it: that is the SDK's, and in no scrape. Holds the process for nothing.
 * Returns the function that ends it.
 */
export function sayWhatIsNotServed(collect: CollectSdk): () => void {
  let timer: NodeJS.Timeout | undefined;
  const lookAfter = (pauseMs: number) => {
    timer = lastingTimers.setTimeout(() => void look(pauseMs), pauseMs).unref();
  };
  const look = async (pauseMs: number) => {
    const metrics = await namesOf(collect).catch((): string[] => []);
    if (timer === undefined) return;
    if (metrics.length === 0) lookAfter(Math.min(pauseMs * 2, LONGEST_PAUSE_MS));
    else
      log().warn(
        { metrics: metrics.slice(0, MOST_NAMES), further: Math.max(0, metrics.length - MOST_NAMES) },
        'What OpenTelemetry’s own instruments measure in this process is in no scrape, since another process serves its metrics: push it (OTEL_METRICS_EXPORTER=otlp), or measure it with instruments of @sightglass/core, which are handed over.',
      );
  };
  lookAfter(FIRST_LOOK_MS);
  return () => {
    lastingTimers.clearTimeout(timer);
    timer = undefined;
  };
}

async function namesOf(collect: CollectSdk): Promise<string[]> {
  const collected = await collect({ timeoutMillis: FIRST_LOOK_MS });
  if (collected === undefined) return [];
  const { scopeMetrics } = 'resourceMetrics' in collected ? collected.resourceMetrics : collected;
  return scopeMetrics.flatMap(({ metrics }) =>
    metrics.filter(({ dataPoints }) => dataPoints.length > 0).map(({ descriptor }) => descriptor.name),
  );
}
