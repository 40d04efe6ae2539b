import { asError, unknownNames, warnOnce } from '../base/index.ts';
import { DeclarationError, given } from '../catalog/index.ts';
import type { OtelResourceMetrics } from '../otel/data.ts';
import { withoutDuplicates } from '../otel/precedence.ts';
import {
  type AnyInstrument,
  DEFAULT_COLLECT_TIMEOUT_MS,
  exportedStore,
  processStore,
  type Store,
} from '../store/index.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { Families, type FamilyHead } from './family.ts';
import { type ExpositionFormat, negotiate } from './negotiate.ts';
import { Pace } from './pace.ts';
import { scopesInData, sdkFamilies } from './sdk-families.ts';
import type { Labels } from './sdk-labels.ts';
import { writeSdkSeries } from './sdk-series.ts';
import { type CollectSdk, SdkSource } from './sdk-source.ts';
import { isAlikeInBoth } from './series-text.ts';
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
  /** Default: the store of this process; of all processes, where this one serves for them. */
  readonly store?: Store;
  /**
   * Collects the SDK's metrics, by a reader that does not have our producer: `(limit) => reader.collect(limit)`. Handing the limit on lets the SDK leave out a
   * callback that never returns; without it such a callback costs all of the SDK's metrics. What comes later than the exposition waits is in the next one.
   * Default: none are exposed.
   */
  readonly sdk?: CollectSdk;
  /** How long observed gauges and the SDK may take, side by side. Default 2,000 ms. */
  readonly collectTimeoutMs?: number;
  /** Whether the SDK's series carry `otel_scope_name`, `_version` and `_schema_url`. Default true; this library's series never do. */
  readonly scopeLabels?: boolean;
  /** The resource attributes that `target_info` may show. Default: service name, namespace, version and instance id, deployment environment name. */
  readonly resourceAttributes?: readonly string[];
}

export const EXPOSITION_OPTIONS = Object.keys({
  store: true,
  sdk: true,
  collectTimeoutMs: true,
  scopeLabels: true,
  resourceAttributes: true,
} satisfies { readonly [name in keyof ExpositionOptions]-?: true });

/**
 * Renders what the store and the SDK hold as Prometheus text or OpenMetrics. Make one for each endpoint and keep it.
 * Throws a `DeclarationError` that lists everything wrong with the options.
 */
export function createExposition(options: ExpositionOptions = {}): {
  /** As bytes, in the format that the Accept header asks for. */
  render(accept?: string): Promise<Exposition>;
  /** As Prometheus text, for who writes more behind it or reads it: `res.type('text/plain').send(await exposition.text())`. */
  text(): Promise<string>;
} {
  checkOptions(options);
  const chosen = given(options, 'store');
  const collectTimeoutMs = given(options, 'collectTimeoutMs') ?? DEFAULT_COLLECT_TIMEOUT_MS;
  const scopeLabels = given(options, 'scopeLabels') ?? true;
  const resourceAttributes = given(options, 'resourceAttributes') ?? PUBLIC_RESOURCE_ATTRIBUTES;
  const sdk = given(options, 'sdk');
  const source = sdk === undefined ? undefined : new SdkSource(sdk, chosen ?? processStore());
  const known = {
    text: new WeakMap<AnyInstrument, StoreSeries>(),
    openmetrics: new WeakMap<AnyInstrument, StoreSeries>(),
  };
  const seriesOf = (instrument: AnyInstrument, format: ExpositionFormat) => {
    const ofFormat = known[isAlikeInBoth(instrument.descriptor) ? 'text' : format];
    const series = ofFormat.get(instrument) ?? new StoreSeries(instrument, format);
    ofFormat.set(instrument, series);
    return series;
  };
  const warn = warnOnce();

  /** The writing under way. Scrapes that overlap are written one after the other, since each copies unchanged series from the one before. */
  let writing: Promise<unknown> = Promise.resolve();

  return { render, text: async () => Buffer.concat((await render()).chunks).toString() };

  /** Collects, then renders in the format that the Accept header asks for. Never rejects. */
  async function render(accept?: string): Promise<Exposition> {
    const { format, contentType } = negotiate(accept);
    const store = chosen ?? exportedStore();
    const [sdk] = await Promise.all([source?.read(collectTimeoutMs, warn), store.collect(collectTimeoutMs)]);
    const chunks = writing
      .then(() => writeInSlices(format, store, sdk))
      .catch((error) => {
        warn(
          'unreadable',
          `What the OpenTelemetry SDK gave could not be read, so it is left out: ${asError(error).message}`,
        );
        return writeInSlices(format, store, undefined);
      });
    writing = chunks;
    return { contentType, chunks: await chunks };
  }

  async function writeInSlices(format: ExpositionFormat, store: Store, sdk: OtelResourceMetrics | undefined) {
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
    const names = new Families(format);
    // Plain text of our own store names everything as it is declared, and has the heads of those metrics alone that have series.
    if (format === 'openmetrics' || sdk !== undefined)
      for (const head of [TARGET_INFO, ...instruments.map(headOf)]) names.add(head);
    const families = sdk === undefined ? new Map() : sdkFamilies(sdk, names, warn);
    const isOurs =
      sdk === undefined || instruments.some(({ descriptor }) => descriptor.name === TARGET_INFO.name);
    const info = isOurs ? '' : targetInfoText(sdk.resource?.attributes ?? {}, resourceAttributes, warn);
    if (info !== '') writer.append(names.headText(TARGET_INFO) + info);
    for (const instrument of instruments) {
      const family = families.get(instrument.descriptor.name);
      // Most of what is declared is never used by a process.
      if (family === undefined && isUnused(instrument)) continue;
      const head = () => names.headText(headOf(instrument));
      const begun = yield* seriesOf(instrument, format).write(writer, head);
      if (family === undefined) continue;
      families.delete(instrument.descriptor.name);
      const isWritten = (labels: Labels) => holds(instrument, labels);
      yield* writeSdkSeries(writer, family, begun ? '' : head(), { format, scopeLabels, isWritten, warn });
    }
    for (const family of families.values()) {
      const isWritten = () => false;
      yield* writeSdkSeries(writer, family, names.headText(family.head), {
        format,
        scopeLabels,
        isWritten,
        warn,
      });
    }
    if (format === 'openmetrics') writer.append('# EOF\n');
  }
}

function checkOptions(options: ExpositionOptions): void {
  const problems: string[] = [];
  try {
    const sdk: unknown = given(options, 'sdk');
    const collectTimeoutMs: unknown = given(options, 'collectTimeoutMs');
    const scopeLabels: unknown = given(options, 'scopeLabels');
    const resourceAttributes: unknown = given(options, 'resourceAttributes');
    if (sdk !== undefined && typeof sdk !== 'function') problems.push('sdk must be a function that collects');
    if (collectTimeoutMs !== undefined && !(typeof collectTimeoutMs === 'number' && collectTimeoutMs > 0))
      problems.push('collectTimeoutMs must be a number above 0');
    if (scopeLabels !== undefined && typeof scopeLabels !== 'boolean')
      problems.push('scopeLabels must be true or false');
    const names = resourceAttributes ?? [];
    if (!Array.isArray(names) || names.some((name) => typeof name !== 'string'))
      problems.push('resourceAttributes must list the names of attributes');
    problems.push(...unknownNames(options, EXPOSITION_OPTIONS));
  } catch (error) {
    throw DeclarationError.from(error, 'The exposition');
  }
  if (problems.length > 0) throw new DeclarationError('The exposition', problems);
}

function headOf({ descriptor }: AnyInstrument): FamilyHead {
  return { name: descriptor.name, kind: descriptor.kind, help: descriptor.help, unit: descriptor.unit ?? '' };
}

/** Whether it never had a series. One whose series were removed is still written, so that nothing of them is remembered. */
const isUnused = ({ series }: AnyInstrument): boolean => series.revision === 0 && series.cells.length === 0;

/** Whether an instrument has a series with these labels and a value. An empty label is as none. */
function holds({ descriptor, series }: AnyInstrument, labels: Labels): boolean {
  const names = descriptor.labels.map(({ name }) => name);
  for (const name of labels.keys()) if (!names.includes(name)) return false;
  const [cell] = series.matching(names.map((name) => labels.get(name) ?? ''));
  return cell !== undefined && ('counts' in cell || !Number.isNaN(cell.value));
}
