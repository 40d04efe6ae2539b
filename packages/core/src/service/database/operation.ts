import { errorTypeOf } from '../../base/index.ts';
import { neverThrows, processStore } from '../../store/index.ts';
import { dbClientOperationDuration } from './metrics.ts';

/** A database operation that has ended. */
export interface DatabaseOperation {
  /** As the conventions name it: `postgresql`, `mysql`, `redis`, … */
  readonly system: string;
  /** `SELECT`, `INSERT`, `HGET`, … */
  readonly operation: string;
  /** The table, when there is exactly one. */
  readonly collection?: string;
  readonly durationSeconds: number;
  /** What it failed with; absent or undefined when it succeeded. */
  readonly error?: unknown;
}

/**
 * Records one operation in `db_client_operation_duration_seconds`: what {@link instrumentPg} does for pg, for any driver. Never throws.
 * The texts become labels, so give names from a known set, never values or statements.
 */
export const recordDatabaseOperation = neverThrows(
  { descriptor: dbClientOperationDuration },
  (done: DatabaseOperation): void => {
    const { system, operation, collection = '', durationSeconds, error } = done;
    processStore()
      .histogram(dbClientOperationDuration)
      .record(durationSeconds, {
        db_system_name: system,
        db_operation_name: operation,
        db_collection_name: collection,
        error_type: error === undefined ? '' : errorTypeOf(error),
      });
  },
);
