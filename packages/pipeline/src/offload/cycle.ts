import { addInOrder, measureRun, processStore, sharedInProcess, takeOut } from '@sightglass/core/authors';
import { isLayerRetired } from './declared.ts';
import * as metrics from './metrics.ts';
import type { OffloadOptions } from './options.ts';
import {
  type CycleReport,
  cycleStatus,
  recordCycleComplete,
  recordOffloadFailure,
  recordOffloadSuccess,
} from './record.ts';
import type { Watermark } from './watermark.ts';

const SCOPE = '@sightglass/pipeline';

/** What the offload of one table gives back. */
export interface TableResult {
  /** Rows written to the cold tier. */
  readonly rows: number;
  /** The time up to which the table is now complete in the cold tier. When there was nothing new, the time at which you looked. */
  readonly watermark?: Watermark | undefined;
}

/** A running cycle. */
export interface Cycle<T extends string> {
  /**
   * Offloads one table: times it, opens its span, records its rows and watermark. A failure is recorded, named and logged, and does not end the cycle;
   * `work` gets a signal that is aborted when the table's time limit passes. Resolves to whether it succeeded.
   */
  table(table: T, work: (signal: AbortSignal) => TableResult | Promise<TableResult>): Promise<boolean>;
}

/** The cycles of this process that run now, by layer: when each began, in their order. */
const running = () => sharedInProcess('@sightglass/pipeline/cycles/1', () => new Map<string, number[]>());

/** Runs one cycle of a declared offload; see `Offload.cycle`. */
export async function runCycle<T extends string>(
  layer: string,
  options: Pick<OffloadOptions<T>, 'tableTimeoutSeconds' | 'classify'>,
  work: (cycle: Cycle<T>) => void | Promise<void>,
): Promise<CycleReport> {
  const counts = { successful: 0, failed: 0, rows: 0 };
  const table: Cycle<T>['table'] = async (name, offload) => {
    const labels = { table: name, layer };
    const { tableTimeoutSeconds: timeoutSeconds, classify } = options;
    const { ok } = await measureRun(
      { scope: SCOPE, name: 'offload.table', attributes: labels, timeoutSeconds, classify },
      async (signal) => readResult(await offload(signal)),
      (result) => {
        const { durationSeconds } = result;
        if (!result.ok) {
          counts.failed++;
          recordOffloadFailure({
            ...labels,
            errorType: result.errorType,
            durationSeconds,
            cause: result.error,
          });
          return;
        }
        const { rows, watermark } = result.value;
        counts.successful++;
        counts.rows += Number.isFinite(rows) ? rows : 0;
        recordOffloadSuccess({
          ...labels,
          rows,
          durationSeconds,
          ...(watermark === undefined ? {} : { watermark }),
        });
      },
    );
    return ok;
  };
  const ended = began(layer);
  let report: CycleReport | undefined;
  const result = await measureRun(
    { scope: SCOPE, name: 'offload.cycle', attributes: { layer } },
    () => work({ table }),
    ({ ok, durationSeconds }) => {
      ended();
      // An error of the cycle itself, outside every table, counts as one failure more.
      const status = cycleStatus(counts.successful, counts.failed + (ok ? 0 : 1));
      report = { status, durationSeconds, ...counts };
      recordCycleComplete({ layer, ...report });
    },
  );
  if (!result.ok) throw result.error;
  return report as CycleReport;
}

/** What the work of a table gave back; 0 rows when it gave nothing, as plain JavaScript may. A result whose properties throw fails the table. */
function readResult(result: TableResult | undefined): TableResult {
  const { rows, watermark } = result ?? { rows: 0 };
  return { rows, watermark };
}

/** Exports that a cycle runs, and since when; of several that overlap, since when the oldest does. Returns the function that ends it. */
function began(layer: string): () => void {
  const starts = running().get(layer) ?? [];
  running().set(layer, starts);
  const startSeconds = processStore().clock.wallMs() / 1000;
  addInOrder(starts, startSeconds, (seconds) => seconds);
  show(layer, starts);
  return () => {
    takeOut(starts, startSeconds);
    show(layer, starts);
  };
}

function show(layer: string, starts: readonly number[]): void {
  if (isLayerRetired(layer)) return;
  const gauge = metrics.offloadCycleStarted.bind({ layer });
  if (starts.length === 0) gauge.unset();
  else gauge.set(starts[0]!);
}
