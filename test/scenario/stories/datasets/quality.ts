import { alertStories } from '../../story.ts';
import { CHECKED, PLAIN, SUITE } from '../../world/dataset.ts';
import { days, hours, minutes, seconds } from '../../world/time.ts';

export const datasetQualityLow = alertStories(
  'DatasetQualityLow',
  {
    severity: 'critical',
    summary: 'The quality score of a data set is below its objective.',
    runbook: 'datasets.md#datasetqualitylow',
  },
  {
    'fires when the score has been below nine tenths for ten minutes, though another suite is well, until a check is (TR-24)':
      async (s) => {
        const { pipeline } = await s.start();
        const dataset = pipeline.declareDataset({ ...CHECKED, suites: ['daily', 'other'] });
        dataset.checked({ suite: 'other', evaluated: 100 });
        dataset.checked({ suite: 'daily', evaluated: 100, failed: 11 });
        await s.seen();
        await s.wait(minutes(10));
        s.fires(SUITE);
        await s.wait(minutes(1));
        dataset.checked({ suite: 'daily', evaluated: 100, failed: 10 });
        await s.seen();
        s.resolves(SUITE);
        await s.wait(minutes(1));
      },
    'stays quiet at nine tenths, for failures that only warn, for a disabled data set, and for one that promises less':
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareDataset(CHECKED).checked({ suite: 'daily', evaluated: 10, failed: 1, warned: 9 });
        const disabled = pipeline.declareDataset({ ...CHECKED, name: 'disabled' });
        disabled.checked({ suite: 'daily', evaluated: 10, failed: 9 });
        disabled.disable();
        pipeline
          .declareDataset({ ...CHECKED, name: 'rough', scoreObjectiveRatio: 0.5 })
          .checked({ suite: 'daily', evaluated: 10, failed: 4 });
        await s.wait(minutes(20));
      },
    'tells of a check that a CronJob pushed over OTLP as it ended, until that of the next is well (S10, S13)':
      async (s) => {
        s.pushesOverOtlp();
        const check = async (failed: number) => {
          const { pipeline } = await s.start();
          pipeline.declareDataset(CHECKED).checked({ suite: 'daily', evaluated: 10, failed });
          await s.flush();
          await s.seen();
        };
        await check(5);
        await s.wait(minutes(10));
        s.fires(SUITE);
        await s.wait(minutes(10));
        await check(0);
        s.resolves(SUITE);
        await s.wait(minutes(10));
      },
    'fires for what failed while nobody could scrape, also when Prometheus is new to a process that has lived (S10, S17)':
      async (s) => {
        s.discover(false);
        const { pipeline } = await s.start();
        pipeline.declareDataset(CHECKED).checked({ suite: 'daily', evaluated: 10, failed: 5 });
        await s.wait(minutes(20));
        s.discover(true);
        await s.seen();
        await s.wait(minutes(10));
        s.fires(SUITE);
        await s.wait(minutes(1));
      },
    'is what the last check says, of whichever replica, and outlives the process and a check that evaluated nothing (TR-34, TR-38)':
      [
        async (s) => {
          const { pipeline } = await s.start();
          pipeline.declareDataset(CHECKED).checked({ suite: 'daily', evaluated: 10 });
          await s.until(s.began + minutes(30));
        },
        async (s) => {
          const { pipeline } = await s.start();
          const dataset = pipeline.declareDataset(CHECKED);
          await s.until(s.began + minutes(2));
          dataset.checked({ suite: 'daily', evaluated: 10, failed: 5 });
          await s.seen();
          const seen = s.now;
          dataset.checked({ suite: 'daily', evaluated: 0 });
          await s.wait(minutes(2));
          s.die();
          await s.until(seen + minutes(10));
          s.fires(SUITE);
          await s.until(s.began + minutes(30));
        },
      ],
  },
);

export const datasetQualityReduced = alertStories(
  'DatasetQualityReduced',
  {
    severity: 'warning',
    summary: 'The quality score of a data set is lower than it should be.',
    runbook: 'datasets.md#datasetqualityreduced',
  },
  {
    'fires below 95 %, until a check is at it': async (s) => {
      const { pipeline } = await s.start();
      const dataset = pipeline.declareDataset(CHECKED);
      dataset.checked({ suite: 'daily', scoreRatio: 0.94 });
      await s.seen();
      await s.wait(minutes(10));
      s.fires(SUITE);
      await s.wait(minutes(1));
      dataset.checked({ suite: 'daily', scoreRatio: 0.95 });
      await s.seen();
      s.resolves(SUITE);
      await s.wait(minutes(1));
    },
    'stays quiet at 95 %, for a disabled data set, and for one that promises less': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareDataset(CHECKED).checked({ suite: 'daily', evaluated: 20, failed: 1 });
      pipeline
        .declareDataset({ ...CHECKED, name: 'rough', scoreObjectiveRatio: 0.5, scoreWarningRatio: 0.8 })
        .checked({ suite: 'daily', scoreRatio: 0.8 });
      const disabled = pipeline.declareDataset({ ...CHECKED, name: 'disabled' });
      disabled.checked({ suite: 'daily', evaluated: 10, failed: 9 });
      disabled.disable();
      await s.wait(minutes(15));
    },
  },
);

export const datasetExpectationsWarned = alertStories(
  'DatasetExpectationsWarned',
  {
    severity: 'warning',
    summary: 'Expectations that only warn have failed.',
    runbook: 'datasets.md#datasetexpectationswarned',
  },
  {
    'fires when an expectation of severity warn does not hold, until all do': async (s) => {
      const { pipeline } = await s.start();
      const dataset = pipeline.declareDataset(CHECKED);
      dataset.checked({
        suite: 'daily',
        evaluated: 10,
        failures: [{ expectation: 'plausible', severity: 'warn' }],
      });
      await s.seen();
      await s.wait(minutes(10));
      s.fires(SUITE);
      await s.wait(minutes(1));
      dataset.checked({ suite: 'daily', evaluated: 10 });
      await s.seen();
      s.resolves(SUITE);
      await s.wait(minutes(1));
    },
    'stays quiet where all hold, and for a disabled data set': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareDataset(CHECKED).checked({ suite: 'daily', evaluated: 20 });
      const disabled = pipeline.declareDataset({ ...CHECKED, name: 'disabled' });
      disabled.checked({ suite: 'daily', evaluated: 10, warned: 9 });
      disabled.disable();
      await s.wait(minutes(15));
    },
  },
);

/** Half an interval (an hour) too late by an evaluation, and the five minutes for which it must hold. */
const MISSING = hours(1.5) + seconds(30) + minutes(5);

export const datasetCheckMissing = alertStories(
  'DatasetCheckMissing',
  {
    severity: 'warning',
    summary: 'A data set is not checked.',
    runbook: 'datasets.md#datasetcheckmissing',
  },
  {
    'fires for a suite that never ran, restarts or not, until it does': async (s) => {
      (await s.start()).pipeline.declareDataset(CHECKED);
      await s.until(s.began + minutes(30));
      const dataset = (await s.start()).pipeline.declareDataset(CHECKED);
      await s.until(s.began + MISSING);
      s.fires(SUITE);
      await s.wait(minutes(1));
      dataset.checked({ suite: 'daily', evaluated: 1 });
      await s.seen();
      s.resolves(SUITE);
      await s.wait(minutes(1));
    },
    'fires when the last check is half an interval too old, also of a process that is dead, and a run that evaluated nothing is none':
      async (s) => {
        const dataset = (await s.start()).pipeline.declareDataset(CHECKED);
        await s.wait(minutes(1));
        dataset.checked({ suite: 'daily', evaluated: 1 });
        const checked = s.now;
        await s.until(checked + hours(1));
        dataset.checked({ suite: 'daily', error: new Error('no table') });
        await s.wait(minutes(1));
        s.die();
        await s.until(checked + MISSING);
        s.fires(SUITE);
        await s.wait(minutes(1));
      },
    'remembers a weekly suite of a process that never came back until its run is missing, and beyond (S5)': {
      pace: { scrape: minutes(30), evaluation: hours(1) },
      scripts: [
        async (s) => {
          const weekly = { ...CHECKED, checkIntervalSeconds: days(7) };
          (await s.start()).pipeline.declareDataset(weekly).checked({ suite: 'daily', evaluated: 1 });
          const checked = s.now;
          await s.until(s.began + hours(5));
          s.die();
          // Half an interval too late by an evaluation, and the next one: the hold is shorter.
          await s.until(checked + days(10.5) + hours(2));
          s.fires(SUITE);
          await s.until(checked + days(14));
        },
      ],
    },
    'judges a suite that is deployed to run more often from the deploy on (S19)': async (s) => {
      const daily = { ...CHECKED, checkIntervalSeconds: days(1) };
      (await s.start()).pipeline.declareDataset(daily).checked({ suite: 'daily', evaluated: 1 });
      await s.until(s.began + hours(3));
      (await s.start()).pipeline.declareDataset(CHECKED);
      await s.seen();
      await s.wait(MISSING);
      s.fires(SUITE);
      await s.wait(minutes(1));
    },
    'stays quiet for one that runs, whose suite or data set is retired, that is disabled, and that nobody declares':
      async (s) => {
        const { pipeline } = await s.start();
        const dataset = pipeline.declareDataset(CHECKED);
        const set = (name: string) => pipeline.declareDataset({ ...CHECKED, name });
        const disabled = set('disabled');
        disabled.disable();
        const retired = set('retired');
        const former = set('former');
        pipeline.recordQualityCheck({ dataset: 'undeclared', suite: 'daily', evaluated: 1 });
        await s.seen();
        retired.retire();
        former.retireSuite('daily');
        await s.wait(hours(1));
        dataset.checked({ suite: 'daily', evaluated: 1 });
        await s.wait(hours(1));
        dataset.checked({ suite: 'daily', evaluated: 1 });
        disabled.enable();
        await s.wait(hours(1));
        disabled.checked({ suite: 'daily', evaluated: 1 });
        await s.wait(minutes(10));
      },
  },
);

export const datasetCheckBroken = alertStories(
  'DatasetCheckBroken',
  {
    severity: 'warning',
    summary: 'A check of a data set could not be evaluated.',
    runbook: 'datasets.md#datasetcheckbroken',
  },
  {
    'fires when the last run evaluated nothing, until one does': async (s) => {
      const dataset = (await s.start()).pipeline.declareDataset(CHECKED);
      dataset.checked({ suite: 'daily', evaluated: 1 });
      await s.wait(minutes(1));
      dataset.checked({ suite: 'daily', error: new Error('no table') });
      await s.seen();
      await s.wait(minutes(5));
      s.fires(SUITE);
      await s.wait(minutes(1));
      dataset.checked({ suite: 'daily', evaluated: 1 });
      await s.seen();
      s.resolves(SUITE);
      await s.wait(minutes(1));
    },
    'stays quiet for a check that fails, and for a disabled data set': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareDataset(CHECKED).checked({ suite: 'daily', evaluated: 20, failed: 1 });
      const disabled = pipeline.declareDataset({ ...PLAIN, name: 'disabled' });
      disabled.checked({ suite: 'daily' });
      disabled.disable();
      await s.wait(minutes(10));
    },
    'is what the replica says that checked last': [
      async (s) => {
        (await s.start()).pipeline.declareDataset(CHECKED).checked({ suite: 'daily' });
        await s.until(s.began + minutes(10));
      },
      async (s) => {
        const dataset = (await s.start()).pipeline.declareDataset(CHECKED);
        await s.until(s.began + minutes(2));
        dataset.checked({ suite: 'daily', evaluated: 1 });
        await s.until(s.began + minutes(10));
      },
    ],
  },
);
