import { type Attributes, DiagLogLevel, diag, type Meter } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  MeterProvider,
  MetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach } from 'vitest';
import { Store } from '../store/index.ts';
import type { ExpositionOptions } from './exposition.ts';
import { type Rendered, rendering } from './rendered.support.ts';

class PullReader extends MetricReader {
  protected override async onForceFlush() {}
  protected override async onShutdown() {}
}

/** What was logged in the test under way, for tests that call {@link useSdk}. */
export const warnings: string[] = [];
const providers: MeterProvider[] = [];

/** For the tests of a file: keeps the warnings of each, and shuts its SDKs down. */
export function useSdk(): void {
  beforeEach(() => {
    warnings.length = 0;
    const ignore = () => {};
    const logger = { error: ignore, info: ignore, debug: ignore, verbose: ignore };
    diag.setLogger({ ...logger, warn: (message) => void warnings.push(message) }, DiagLogLevel.WARN);
  });
  afterEach(async () => {
    diag.disable();
    await Promise.all(providers.splice(0).map((provider) => provider.shutdown()));
  });
}

/** How a test's SDK differs from the default. */
export interface SdkOptions extends Omit<ExpositionOptions, 'sdk'> {
  readonly views?: ViewOptions[];
  readonly temporality?: AggregationTemporality;
  /** Of the resource. */
  readonly attributes?: Attributes;
}

/** A real SDK, and the exposition of what it and the store hold. */
export function withSdk(options: SdkOptions = {}): {
  meter(name: string, version?: string, schemaUrl?: string): Meter;
  render(accept?: string): Promise<Rendered>;
} {
  const { views = [], temporality = AggregationTemporality.CUMULATIVE, attributes = {}, ...rest } = options;
  const reader = new PullReader({ aggregationTemporalitySelector: () => temporality });
  const provider = new MeterProvider({
    readers: [reader],
    views,
    resource: resourceFromAttributes(attributes),
  });
  providers.push(provider);
  return {
    meter: (name, version, schemaUrl) =>
      provider.getMeter(name, version, schemaUrl === undefined ? {} : { schemaUrl }),
    render: rendering({
      store: new Store(),
      ...rest,
      sdk: (limit) => reader.collect(limit),
    }),
  };
}

/** The lines of `text` that begin with `match`. */
export const linesOf = (text: string, match: string): string[] =>
  text.split('\n').filter((line) => line.startsWith(match));
