import { asError, warnOnce } from '../base/index.ts';
import { DeclarationError } from '../catalog/index.ts';
import type { OtelResourceMetrics } from '../otel/data.ts';
import { withoutDuplicates } from '../otel/precedence.ts';
import { type AnyInstrument, DEFAULT_COLLECT_TIMEOUT_MS, processStore, type Store } from '../store/index.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { type FamilyHead, headText, seriesNames } from './family.ts';
import { CONTENT_TYPES, type ExpositionFormat, negotiate } from './negotiate.ts';
import { Pace } from './pace.ts';
import { scopesInData, sdkFamilies } from './sdk-families.ts';
import { sortedLabels } from './sdk-labels.ts';
import { writeSdkSeries } from './sdk-series.ts';
import { SdkSource } from './sdk-source.ts';
import { StoreSeries } from './store-series.ts';
import { PUBLIC_RESOURCE_ATTRIBUTES, TARGET_INFO, targetInfoText } from './target-info.ts';

/** A rendered scrape. */
export interface Exposition {
  readonly contentType: string;
  /** UTF-8, in order. Nothing may write to them: later expositions copy from them. */
  readonly chunks: readonly Uint8Array[];
}

/** What is exposed, and how. */
export interface ExpositionOptions {
  /** Default: the store of this process. */
  readonly store?: Store;
  /** Collects the SDK's metrics, by a reader that does not have our producer. Default: none are exposed. */
  readonly sdk?: () => Promise<OtelResourceMetrics | undefined>;
  /** How long observed gauges and the SDK may take, side by side. Default 2,000 ms. */
  readonly collectTimeoutMs?: number;
  /** Whether the SDK's series carry `otel_scope_name`, `_version` and `_schema_url`. Default true; this library's series never do. */
  readonly scopeLabels?: boolean;
  /** The resource attributes that `target_info` may show. Default: service name, namespace, version and instance id, deployment environment name. */
  readonly resourceAttributes?: readonly string[];
}

/**
 * Renders what the store and the SDK hold as Prometheus text or OpenMetrics. Make one for each endpoint and keep it.
 * Throws a `DeclarationError` that lists everything wrong with the options.
 */
export function createExposition(options: ExpositionOptions = {}): {
  render(accept?: string): Promise<Exposition>;
} {
  checkOptions(options);
  const {
    store = processStore(),
    collectTimeoutMs = DEFAULT_COLLECT_TIMEOUT_MS,
    scopeLabels = true,
    resourceAttributes = PUBLIC_RESOURCE_ATTRIBUTES,
  } = options;
  const source = options.sdk === undefined ? undefined : new SdkSource(options.sdk, store);
  const known = new WeakMap<AnyInstrument, StoreSeries>();
  const seriesOf = (instrument: AnyInstrument) => {
    const series = known.get(instrument) ?? new StoreSeries(instrument);
    known.set(instrument, series);
    return series;
  };
  const warn = warnOnce();

  /** The writing under way. Scrapes that overlap are written one after the other, since each copies unchanged series from the one before. */
  let writing: Promise<unknown> = Promise.resolve();

  return {
    /** Collects, then renders in the format that the Accept header asks for. Never rejects. */
    async render(accept) {
      const format = negotiate(accept);
      const [sdk] = await Promise.all([
        source?.read(collectTimeoutMs, warn),
        store.collect(collectTimeoutMs),
      ]);
      const chunks = writing
        .then(() => writeInSlices(format, sdk))
        .catch((error) => {
          warn(
            'unreadable',
            `What the OpenTelemetry SDK gave could not be read, so it is left out: ${asError(error).message}`,
          );
          return writeInSlices(format, undefined);
        });
      writing = chunks;
      return { contentType: CONTENT_TYPES[format], chunks: await chunks };
    },
  };

  async function writeInSlices(format: ExpositionFormat, sdk: OtelResourceMetrics | undefined) {
    const writer = new ChunkWriter();
    const pace = new Pace();
    let chunks: readonly Uint8Array[] = [];
    try {
      const all = [...store.instruments()];
      const shown = sdk === undefined ? all : withoutDuplicates(all, () => scopesInData(sdk));
      for (const _slice of write(writer, format, shown, sdk)) {
        if (pace.due()) await pace.rest();
      }
    } finally {
      // Also after a failure: the next exposition copies from what was written so far.
      chunks = writer.finish();
    }
    return chunks;
  }

  function* write(
    writer: ChunkWriter,
    format: ExpositionFormat,
    instruments: readonly AnyInstrument[],
    sdk: OtelResourceMetrics | undefined,
  ) {
    // Plain text of our own store asks for neither these nor most heads: many metrics have no series in a process.
    let known: Map<string, FamilyHead> | undefined;
    const owners = () => (known ??= ownersOf(instruments));
    const families = sdk === undefined ? new Map() : sdkFamilies(sdk, owners(), warn);
    const isOurs =
      sdk === undefined || instruments.some(({ descriptor }) => descriptor.name === TARGET_INFO.name);
    const info = isOurs ? '' : targetInfoText(sdk.resource.attributes, resourceAttributes);
    if (info !== '') writer.append(headText(TARGET_INFO, format, owners) + info);
    for (const instrument of instruments) {
      const head = () => headText(headOf(instrument), format, owners);
      const begun = yield* seriesOf(instrument).write(writer, head);
      const family = families.get(instrument.descriptor.name);
      if (family === undefined) continue;
      families.delete(instrument.descriptor.name);
      yield* writeSdkSeries(writer, family, begun ? '' : head(), {
        scopeLabels,
        written: labelsWritten(instrument),
        warn,
      });
    }
    for (const family of families.values()) {
      yield* writeSdkSeries(writer, family, headText(family.head, format, owners), {
        scopeLabels,
        written: new Set(),
        warn,
      });
    }
    if (format === 'openmetrics') writer.append('# EOF\n');
  }
}

/** Whose each series name is. */
function ownersOf(instruments: readonly AnyInstrument[]): Map<string, FamilyHead> {
  const owners = new Map<string, FamilyHead>();
  for (const head of [TARGET_INFO, ...instruments.map(headOf)])
    for (const name of seriesNames(head)) owners.set(name, head);
  return owners;
}

function checkOptions(options: ExpositionOptions): void {
  const problems: string[] = [];
  try {
    const { sdk, collectTimeoutMs, scopeLabels, resourceAttributes } = options as { [name: string]: unknown };
    if (sdk !== undefined && typeof sdk !== 'function') problems.push('sdk must be a function that collects');
    if (collectTimeoutMs !== undefined && !(typeof collectTimeoutMs === 'number' && collectTimeoutMs > 0))
      problems.push('collectTimeoutMs must be a number above 0');
    if (scopeLabels !== undefined && typeof scopeLabels !== 'boolean')
      problems.push('scopeLabels must be true or false');
    const names = resourceAttributes ?? [];
    if (!Array.isArray(names) || names.some((name) => typeof name !== 'string'))
      problems.push('resourceAttributes must list the names of attributes');
  } catch (error) {
    throw DeclarationError.from(error, 'The exposition');
  }
  if (problems.length > 0) throw new DeclarationError('The exposition', problems);
}

function headOf({ descriptor }: AnyInstrument): FamilyHead {
  return { name: descriptor.name, kind: descriptor.kind, help: descriptor.help, unit: descriptor.unit ?? '' };
}

/** The labels of each series of an instrument, written as those of the SDK's series are, without empty ones: by them a series that comes twice is found. */
function labelsWritten({ descriptor, series }: AnyInstrument): Set<string> {
  const labelsOf = (values: readonly string[]) =>
    descriptor.labels.map(({ name }, i) => [name, values[i]!] as const).filter(([, value]) => value !== '');
  return new Set(series.cells.map((cell) => sortedLabels(labelsOf(cell.values))));
}
