import { PROCESS_ERROR } from '@sightglass/core';

/** What a run ends with when none of its sources could be synced. Its `errors` are what they failed with. */
export class AllSourcesFailed extends AggregateError {
  override readonly name = 'AllSourcesFailed';
  /** The kind of failure that all have in common, else `process_error`. */
  readonly errorType: string;

  constructor(failures: ReadonlyMap<string, { readonly error: unknown; readonly errorType: string }>) {
    const failed = [...failures.values()];
    super(
      failed.map(({ error }) => error),
      `No source could be synced: ${[...failures.keys()].join(', ')}`,
    );
    const kinds = new Set(failed.map(({ errorType }) => errorType));
    this.errorType = kinds.size === 1 ? failed[0]!.errorType : PROCESS_ERROR;
  }
}
