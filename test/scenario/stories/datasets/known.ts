import { storiesOf } from '../../story.ts';
import { CHECKED, DATASET, declareMeasurements } from '../../world/dataset.ts';
import { minutes, seconds } from '../../world/time.ts';

/** What is recorded of data sets and compared by no alert, and the names of reference system 001. */
export const datasetsKnown = storiesOf(undefined, {
  'a data set is as good as its worst suite, and a layer as its worst data set: no average hides one (TR-24)':
    async (s) => {
      const { pipeline } = await s.start();
      const dataset = pipeline.declareDataset({ ...CHECKED, suites: ['daily', 'hourly'] });
      dataset.checked({ suite: 'daily', evaluated: 10 });
      dataset.checked({ suite: 'hourly', evaluated: 10, failed: 6 });
      pipeline.declareDataset({ ...CHECKED, name: 'stations' }).checked({ suite: 'daily', evaluated: 10 });
      pipeline.recordQualityCheck({
        dataset: 'stations',
        layer: 'silver',
        suite: 'daily',
        evaluated: 4,
        failed: 1,
      });
      await s.seen();
      s.reads(
        'dataset_layer:dataset_quality_score_ratio:min',
        [DATASET, 0.4],
        [{ dataset: 'stations', layer: 'gold' }, 1],
        [{ dataset: 'stations', layer: 'silver' }, 0.75],
      );
      // In percent, as that system has it.
      s.reads('data_quality_score', [{ layer: 'gold' }, 40], [{ layer: 'silver' }, 75]);
    },
  'the old lag is the age of the oldest data set of each layer, and grows while its process is dead (TR-1)':
    async (s) => {
      const app = await s.start();
      declareMeasurements(app).fresh(s.now - 100);
      app.pipeline.trackFreshness({ dataset: 'stations', layer: 'gold', newest: s.now - 10 });
      app.pipeline.trackFreshness({ dataset: 'stations', layer: 'silver', newest: null });
      await s.untilNext(seconds(30));
      s.reads('pipeline_lag_seconds', [{ layer: 'gold' }, 130]);
      s.die();
      await s.wait(minutes(5));
      s.reads('pipeline_lag_seconds', [{ layer: 'gold' }, 430]);
    },
});
