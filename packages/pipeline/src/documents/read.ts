import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { log } from '@sightglass/core';
import { processStore, sharedInProcess } from '@sightglass/core/authors';
import { LARGEST_SKEW_SECONDS } from '../quality/check.ts';
import { recordQualityCheck, recordValueRange, recordVolume, trackFreshness } from '../quality/index.ts';
import { attachedToBy, dbtFreshness, dbtRunResults, dbtSources } from './dbt.ts';
import type { AttachedTo, DocumentContent, DocumentFormat, DocumentReader } from './formats.ts';
import { greatExpectations } from './great-expectations.ts';
import { documentEntriesSkipped, documentReads } from './metrics.ts';
import { openLineage } from './openlineage.ts';
import { soda } from './soda.ts';
import { at, listOf, MOST_ENTRIES, textOf } from './value.ts';

const READERS: { readonly [format in Exclude<DocumentFormat, 'unknown'>]: DocumentReader } = {
  dbt_sources: dbtSources,
  dbt_freshness: dbtFreshness,
  dbt_run_results: dbtRunResults,
  great_expectations: greatExpectations,
  soda,
  openlineage: openLineage,
};

/** What {@link recordDocuments} takes. */
export interface DocumentsOptions {
  /** A file, a folder of which each `.json`, `.jsonl` and `.ndjson` file is read, or what a file would hold: an object, or a list of events. */
  readonly from: string | object;
  /** What tells which data set of yours a name in a document is: its name, or that with its layer; `undefined` leaves it out. Default: the name itself. */
  readonly dataset?: (
    name: string,
  ) => string | { readonly dataset: string; readonly layer?: string } | undefined;
  /** Files that are larger are not read, in bytes. Default 64 MiB. */
  readonly maxBytes?: number;
}

/** What was recorded from documents. */
export interface DocumentsRecorded {
  readonly read: number;
  readonly unreadable: number;
  readonly checks: number;
  readonly freshness: number;
  readonly volumes: number;
}

const MAX_BYTES = 64 * 1024 * 1024;
/** More files of a folder than this are not read: it is a place where results lie, and not a disk. */
const MOST_FILES = 1_000;

/** Which format a document is of, by what is in it. */
export function formatOf(document: unknown): DocumentFormat {
  const schema = textOf(at(document, 'metadata', 'dbt_schema_version')) ?? '';
  if (schema.includes('/dbt/sources/')) return 'dbt_sources';
  if (schema.includes('/dbt/freshness/')) return 'dbt_freshness';
  if (schema.includes('/dbt/run-results/')) return 'dbt_run_results';
  const event = Array.isArray(document) ? listOf(document)[0] : document;
  if (textOf(at(event, 'eventTime')) !== undefined && at(event, 'producer') !== undefined)
    return 'openlineage';
  if (at(document, 'run_results') !== undefined || at(document, 'meta') !== undefined)
    return 'great_expectations';
  if (Array.isArray(at(document, 'checks'))) return 'soda';
  return 'unknown';
}

/**
 * Reads documents in which other tools say how data are, and records what they say: dbt's `sources.json`, `freshness.json` and `run_results.json` (with `manifest.json`, where that lies beside it),
 * validation results of Great Expectations, scan results of Soda, and events of OpenLineage, each known by what is in it. What can't be read is a warning and counted in
 * `document_reads_total`. A run or a load that was recorded already, by its time, counts for nothing, so the same file may be read again and again. That a document stopped coming is told
 * by the data set, whose suite is waited for. Never throws, and never rejects.
 * @example
 * await recordDocuments({ from: 'target', dataset: (name) => ({ dataset: name, layer: 'silver' }) });
 */
export async function recordDocuments(options: DocumentsOptions): Promise<DocumentsRecorded> {
  const recorded = { read: 0, unreadable: 0, checks: 0, freshness: 0, volumes: 0 };
  try {
    // Born at zero.
    for (const metric of [documentReads, documentEntriesSkipped]) processStore().counter(metric);
    const { from, dataset = (name: string) => name, maxBytes = MAX_BYTES } = options;
    if (typeof from === 'object' && from !== null)
      record({ document: from, problems: [] }, undefined, 'the object', dataset, recorded);
    else if (typeof from === 'string') await recordFiles(from, dataset, maxBytes, recorded);
    else throw new TypeError('from is no file, folder or object');
  } catch (error) {
    unreadable('unknown', error, recorded);
  }
  return Object.freeze(recorded);
}

type Recorded = { -readonly [name in keyof DocumentsRecorded]: DocumentsRecorded[name] };
type Naming = NonNullable<DocumentsOptions['dataset']>;

async function recordFiles(
  path: string,
  dataset: Naming,
  maxBytes: number,
  recorded: Recorded,
): Promise<void> {
  const isFolder = (await stat(path)).isDirectory();
  const names = isFolder ? (await readdir(path)).filter((name) => /\.(json|jsonl|ndjson)$/.test(name)) : [];
  const files = isFolder
    ? names
        .sort()
        .slice(0, MOST_FILES)
        .map((name) => join(path, name))
    : [path];
  const manifest = files.find((file) => /(^|[/\\])manifest\.json$/.test(file));
  let attachedTo: AttachedTo | undefined;
  if (manifest !== undefined && isFolder) {
    try {
      attachedTo = attachedToBy(JSON.parse(await textIn(manifest, maxBytes)));
    } catch (error) {
      log().warn({ file: manifest, err: error }, 'the manifest of dbt could not be read');
    }
  }
  for (const file of files) {
    // What else dbt writes into its folder says nothing of data.
    if (isFolder && /(^|[/\\])(manifest|catalog|semantic_manifest|graph_summary|index)\.json$/.test(file))
      continue;
    try {
      record(parsed(await textIn(file, maxBytes)), attachedTo, file, dataset, recorded);
    } catch (error) {
      unreadable('unknown', error, recorded, file);
    }
  }
}

/** The text of a file that is no larger than that, whatever it grows to meanwhile. */
async function textIn(file: string, maxBytes: number): Promise<string> {
  // A pipe would hold a thread of Node's until somebody writes into it, and four of them the whole process.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new Error('it is no file');
    const { size } = found;
    if (!(size <= maxBytes)) throw new Error(`it has ${size} bytes, more than ${maxBytes}`);
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    // Editors and shells of Windows put a mark at the beginning.
    return bytes.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
  } finally {
    await handle.close();
  }
}

/** A document, or one in each line, as OpenLineage's file transport appends them: a line that can't be read costs itself, as the last one does that is being written. */
function parsed(text: string): { readonly document: unknown; readonly problems: readonly string[] } {
  try {
    return { document: JSON.parse(text), problems: [] };
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    const problems: string[] = [];
    const document = lines.slice(-MOST_ENTRIES).flatMap((line, i) => {
      const event = objectIn(line);
      if (event === undefined)
        problems.push(`line ${i + 1 + Math.max(0, lines.length - MOST_ENTRIES)} is no event`);
      return event ?? [];
    });
    if (lines.length < 2 || document.length === 0) throw error;
    return { document, problems };
  }
}

function objectIn(line: string): object | undefined {
  try {
    const found: unknown = JSON.parse(line);
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function record(
  { document, problems: unread }: ReturnType<typeof parsed>,
  attachedTo: AttachedTo | undefined,
  source: string,
  naming: Naming,
  recorded: Recorded,
): void {
  const format = formatOf(document);
  if (format === 'unknown') {
    unreadable(format, new Error('it is of no known format'), recorded, source);
    return;
  }
  const content = READERS[format](document, attachedTo);
  recordContent(content, naming, recorded);
  const problems = [...unread, ...content.problems];
  if (problems.length > 0) {
    processStore().counter(documentEntriesSkipped).add(problems.length, { format });
    log().warn(
      { format, file: source, problems: problems.slice(0, 5), count: problems.length },
      'entries of a document were left out',
    );
  }
  processStore().counter(documentReads).add(1, { format, outcome: 'read' });
  recorded.read++;
}

function recordContent(content: DocumentContent, naming: Naming, recorded: Recorded): void {
  /** The data set of the host that a name stands for; undefined for one that is left out. */
  const named = <T extends { readonly dataset: string }>(each: T) => {
    const own = naming(each.dataset);
    if (own === undefined || own === null) return undefined;
    return {
      ...each,
      ...(typeof own === 'string' ? { dataset: own } : { dataset: own.dataset, layer: own.layer }),
    };
  };
  for (const each of content.checks) {
    const check = named(each);
    if (check === undefined) continue;
    recordQualityCheck(check);
    recorded.checks++;
  }
  for (const each of content.freshness) {
    const newest = named(each);
    if (newest === undefined) continue;
    trackFreshness(newest);
    recorded.freshness++;
  }
  for (const each of content.volumes) {
    const volume = named(each);
    if (volume === undefined || !isNew(content.format, volume)) continue;
    recordVolume(volume);
    recorded.volumes++;
  }
  for (const each of content.ranges) {
    const range = named(each);
    if (range !== undefined) recordValueRange(range);
  }
}

/** When each load that was recorded from a document ended, so that one counts once, however often its document is read. */
const loads = () => sharedInProcess('@sightglass/pipeline/document-loads/1', () => new Map<string, number>());
/** As many as a metric has series at most. */
const MOST_LOADS = 10_000;

function isNew(
  format: DocumentFormat,
  {
    dataset,
    layer = '',
    at: ended,
  }: { readonly dataset: string; readonly layer?: string | undefined; readonly at: Date | undefined },
): boolean {
  if (ended === undefined) return true;
  // After a load of the year 9999 none would ever be newer.
  if (ended.getTime() > processStore().clock.wallMs() + 1_000 * LARGEST_SKEW_SECONDS) return false;
  const key = JSON.stringify([format, dataset, layer]);
  const isLater = ended.getTime() > (loads().get(key) ?? Number.NEGATIVE_INFINITY);
  if (isLater && (loads().has(key) || loads().size < MOST_LOADS)) loads().set(key, ended.getTime());
  return isLater;
}

function unreadable(format: DocumentFormat, error: unknown, recorded: Recorded, file?: string): void {
  processStore().counter(documentReads).add(1, { format, outcome: 'unreadable' });
  recorded.unreadable++;
  log().warn({ format, err: error, ...(file === undefined ? {} : { file }) }, 'a document could not be read');
}
