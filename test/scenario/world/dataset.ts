import type { Dataset, DatasetOptions, Newest } from '@sightglass/pipeline';
import type { Process } from './process.ts';
import type { Stage } from './stage.ts';
import { hours, minutes } from './time.ts';

/** The data set of most stories: late from ten minutes, stale from twenty; a suite that runs every hour. */
export const MEASUREMENTS = {
  name: 'measurements',
  layer: 'gold',
  freshnessObjectiveSeconds: minutes(20),
  freshnessWarningSeconds: minutes(10),
} as const satisfies DatasetOptions;

/** The labels of that data set, and of its suite. */
export const DATASET = { dataset: 'measurements', layer: 'gold' };
export const SUITE = { ...DATASET, suite: 'daily' };

/** Without any promise of freshness, of which other stories tell. */
export const PLAIN = { name: 'measurements', layer: 'gold' } as const satisfies DatasetOptions;

/** With a suite that runs every hour. */
export const CHECKED = {
  ...PLAIN,
  suites: ['daily'],
  checkIntervalSeconds: hours(1),
} as const satisfies DatasetOptions;

/** Where the records are: in a database of its own, which outlives the processes that read it. */
export class Table {
  /** The time of its newest record; null while it is empty. */
  newest: Newest;
  isReachable = true;
  readonly #stage: Stage;

  constructor(stage: Stage, newest: Newest = stage.now) {
    this.#stage = stage;
    this.newest = newest;
  }

  /** A record of now comes. */
  grows(): void {
    this.#stage.note('a record comes');
    this.newest = this.#stage.now;
  }

  /** What a process reads of it. */
  readonly read = (): Newest => {
    if (!this.isReachable) throw new Error('the database does not answer');
    return this.newest;
  };
}

/** Declares the data set in this process. */
export const declareMeasurements = ({ pipeline }: Process, options: Partial<DatasetOptions> = {}): Dataset =>
  pipeline.declareDataset({ ...MEASUREMENTS, ...options });
