import type { Dataset } from '@sightglass/pipeline';
import { type AlertStories, alertStories } from '../../story.ts';
import { DATASET, PLAIN } from '../../world/dataset.ts';
import type { Process } from '../../world/process.ts';
import type { Stage } from '../../world/stage.ts';
import { minutes } from '../../world/time.ts';

/** An alert on what was measured last of a data set. */
interface Measured {
  readonly alert: string;
  readonly severity: AlertStories['severity'];
  readonly summary: string;
  /** For how long it must hold, and for how long it goes on after. */
  readonly holds: number;
  readonly goesOn?: number;
  readonly declare?: (process: Process, name: string) => Dataset;
  readonly wrong: (dataset: Dataset) => void;
  readonly right: (dataset: Dataset) => void;
  readonly labels?: { readonly [label: string]: string };
  /** What is wrong at the other end of a range, and what is just right there. */
  readonly low?: { readonly wrong: (dataset: Dataset) => void; readonly right: (dataset: Dataset) => void };
}

const measured = ({
  alert,
  severity,
  summary,
  holds,
  goesOn = 0,
  declare = ({ pipeline }, name) => pipeline.declareDataset({ ...PLAIN, name }),
  wrong,
  right,
  labels = DATASET,
  low,
}: Measured): AlertStories =>
  alertStories(
    alert,
    { severity, summary, runbook: `datasets.md#${alert.toLowerCase()}` },
    {
      'fires by what was measured last, also when its process is dead, until it is measured well': async (
        s,
      ) => {
        const before = declare(await s.start(), 'measurements');
        right(before);
        await s.wait(minutes(1));
        wrong(before);
        await s.seen();
        const seen = s.now;
        if (holds === 0) s.fires(labels);
        await s.wait(minutes(1));
        s.die();
        await s.until(seen + Math.max(holds, minutes(1)));
        if (holds > 0) s.fires(labels);
        await s.wait(minutes(2));
        right(declare(await s.start(), 'measurements'));
        await s.seen();
        await s.wait(goesOn);
        s.resolves(labels);
        await s.wait(minutes(2));
      },
      'stays quiet at the limit, while the data set is disabled, and when it is retired': async (s) => {
        const app = await s.start();
        right(declare(app, 'measurements'));
        const disabled = declare(app, 'disabled');
        disabled.disable();
        wrong(disabled);
        await s.wait(minutes(15));
        disabled.retire();
        await s.wait(minutes(2));
      },
      'is what the replica says that measured last': [
        async (s) => {
          wrong(declare(await s.start(), 'measurements'));
          await s.until(s.began + minutes(12));
        },
        async (s) => {
          const dataset = declare(await s.start(), 'measurements');
          await s.wait(1);
          right(dataset);
          await s.until(s.began + minutes(12));
        },
      ],
      ...(low === undefined
        ? {}
        : {
            'fires at the other end of the range too': async (s: Stage) => {
              const dataset = declare(await s.start(), 'measurements');
              low.right(dataset);
              await s.wait(minutes(1));
              low.wrong(dataset);
              await s.seen();
              await s.wait(holds);
              s.fires(labels);
              await s.wait(minutes(1));
              low.right(dataset);
              await s.seen();
              await s.wait(goesOn);
              s.resolves(labels);
              await s.wait(minutes(1));
            },
          }),
    },
  );

export const datasetIncomplete = measured({
  alert: 'DatasetIncomplete',
  severity: 'critical',
  summary: 'Many records of a data set are missing.',
  holds: minutes(5),
  wrong: (dataset) => dataset.complete({ expected: 1_000, found: 890 }),
  right: (dataset) => dataset.complete({ expected: 1_000, found: 891 }),
});

export const datasetCompletenessLow = measured({
  alert: 'DatasetCompletenessLow',
  severity: 'warning',
  summary: 'Records of a data set are missing.',
  holds: minutes(5),
  wrong: (dataset) => dataset.complete({ expected: 1_000, found: 989 }),
  right: (dataset) => dataset.complete({ expected: 1_000, found: 990 }),
});

export const datasetZeroRows = measured({
  alert: 'DatasetZeroRows',
  severity: 'warning',
  summary: 'A load ended well and brought nothing.',
  holds: 0,
  goesOn: minutes(5),
  wrong: (dataset) => dataset.loaded({ rows: 0 }),
  right: (dataset) => dataset.loaded({ rows: 1 }),
});

export const datasetVolumeOutOfRange = measured({
  alert: 'DatasetVolumeOutOfRange',
  severity: 'warning',
  summary: 'A load brought fewer or more rows than it should.',
  holds: 0,
  goesOn: minutes(5),
  declare: ({ pipeline }, name) => pipeline.declareDataset({ ...PLAIN, name, volume: { min: 10, max: 20 } }),
  wrong: (dataset) => dataset.loaded({ rows: 21 }),
  right: (dataset) => dataset.loaded({ rows: 20 }),
  low: {
    wrong: (dataset) => dataset.loaded({ rows: 9 }),
    right: (dataset) => dataset.loaded({ rows: 10 }),
  },
});

export const datasetValuesOutOfRange = measured({
  alert: 'DatasetValuesOutOfRange',
  severity: 'warning',
  summary: 'Values of a data set are outside of their range.',
  holds: minutes(5),
  declare: ({ pipeline }, name) =>
    pipeline.declareDataset({ ...PLAIN, name, values: { pm25: { min: 0, max: 500 } } }),
  wrong: (dataset) => dataset.values({ column: 'pm25', min: -1, max: 500 }),
  right: (dataset) => dataset.values({ column: 'pm25', min: 0, max: 500 }),
  low: {
    wrong: (dataset) => dataset.values({ column: 'pm25', min: 0, max: Number.POSITIVE_INFINITY }),
    right: (dataset) => dataset.values({ column: 'pm25', min: 0, max: 500 }),
  },
  labels: { ...DATASET, column: 'pm25' },
});

export const datasetSchemaChanged = measured({
  alert: 'DatasetSchemaChanged',
  severity: 'warning',
  summary: 'The schema of a data set is not the expected one.',
  holds: minutes(5),
  declare: ({ pipeline }, name) => pipeline.declareDataset({ ...PLAIN, name, columns: { pm25: 'real' } }),
  wrong: (dataset) => dataset.schema({ pm25: 'text' }),
  right: (dataset) => dataset.schema({ pm25: 'real' }),
});
