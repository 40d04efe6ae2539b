import type { Environment } from './options.ts';

/** The longest time that a timer of Node can wait, 24.8 days: one that is asked for more fires at once, and again and again. */
const LONGEST_MS = 2 ** 31 - 1;

const MILLISECONDS = [
  'OTEL_METRIC_EXPORT_INTERVAL',
  'OTEL_METRIC_EXPORT_TIMEOUT',
  'OTEL_EXPORTER_OTLP_TIMEOUT',
  'OTEL_EXPORTER_OTLP_METRICS_TIMEOUT',
  'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT',
  'OTEL_EXPORTER_OTLP_LOGS_TIMEOUT',
  'OTEL_BSP_SCHEDULE_DELAY',
  'OTEL_BSP_EXPORT_TIMEOUT',
  'OTEL_BLRP_SCHEDULE_DELAY',
  'OTEL_BLRP_EXPORT_TIMEOUT',
];
const COUNTS = [
  'OTEL_BSP_MAX_QUEUE_SIZE',
  'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
  'OTEL_BLRP_MAX_QUEUE_SIZE',
  'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE',
];

/**
 * What the SDK is to read in place of the numbers that it would take and could not work with, by their variables; undefined stands for its own default.
 * Each is told to `say`.
 */
export function numberCorrections(env: Environment, say: (problem: string) => void): Environment {
  const corrections: { [name: string]: string | undefined } = {};
  const correct = (name: string, to: string | undefined, must: string) => {
    corrections[name] = to;
    say(`${name} must be ${must}, not ${JSON.stringify(env[name])}; ${to ?? 'the default'} is used.`);
  };
  for (const name of MILLISECONDS) {
    const value = numberIn(env[name]);
    if (value === undefined) continue;
    const must = `a number of milliseconds from 1 to ${LONGEST_MS}`;
    if (!(value >= 1)) correct(name, undefined, must);
    else if (value > LONGEST_MS) correct(name, String(LONGEST_MS), must);
  }
  for (const name of COUNTS) {
    const value = numberIn(env[name]);
    if (value !== undefined && !(Number.isInteger(value) && value >= 1))
      correct(name, undefined, 'a whole number from 1');
  }
  return corrections;
}

/** Undefined where a variable is not set, or empty. */
function numberIn(text: string | undefined): number | undefined {
  return text === undefined || text.trim() === '' ? undefined : Number(text);
}

/** Calls `work`, for which the variables of this process have the values of `corrections`, and puts them back: the SDK reads its variables while it is made. */
export function withEnvironment<T>(corrections: Environment, work: () => T): T {
  const before = Object.keys(corrections).map((name) => [name, process.env[name]] as const);
  try {
    for (const [name, value] of Object.entries(corrections)) setVariable(name, value);
    return work();
  } finally {
    for (const [name, value] of before) setVariable(name, value);
  }
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
