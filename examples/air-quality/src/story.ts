import {
  alertFires,
  type OneAlert,
  phoneRings,
  phoneSaysOver,
  type Scene,
  scrape,
  wait,
} from '@sightglass/demo-kit';
import type { AirQualityExample } from './start-air-quality.ts';

/** The alert that tells of what is broken. */
const ALERT: OneAlert = { alertname: 'DatasetQualityLow' };

interface Parts {
  readonly example: AirQualityExample;
}

type Outcome = 'loaded' | 'fired' | 'delivered' | 'resolved';

/** The data get worse, the phone learns of it, and they recover. */
export async function tellStory(scene: Scene<Parts>, happened: (outcome: Outcome) => void): Promise<void> {
  const { stack, terminal } = scene;
  const { control } = stack.example;
  terminal.step(
    'Twelve stations send three pollutants each; they go through bronze, silver and gold in Postgres',
  );
  await wait(scene, {
    what: 'two hundred measurements to be in gold',
    seconds: 60,
    ask: async () => (await now(stack)).gold >= 200,
  });
  terminal.say(await scene.line());
  happened('loaded');

  terminal.step('Breaking it: four measurements of ten are below 0');
  await control.inject('bad-measurements', { share: 0.4 });
  if (await alertFires(scene, ALERT)) happened('fired');
  const isTold = await phoneRings(scene, ALERT);
  if (isTold) happened('delivered');

  terminal.step('Repairing it');
  await control.repair('bad-measurements');
  if (isTold) {
    await phoneSaysOver(scene, ALERT);
    happened('resolved');
  }
}

/** What one scrape says. */
async function now({ example }: Parts) {
  const value = await scrape(example.metricsUrl);
  const bronze = { dataset: 'measurements', layer: 'bronze', suite: 'bronze_suite' };
  return {
    gold: value('pipeline_records_processed_total', { layer: 'gold', status: 'success' }) ?? 0,
    score: value('dataset_quality_score_ratio', bronze) ?? 0,
    polls:
      value('sql_collector_query_duration_seconds_count', { collector: 'warehouse', query: 'newest' }) ?? 0,
  };
}

/** What became of the measurements so far, in a line. */
export async function measurementsSoFar(parts: Parts): Promise<string> {
  const { gold, score, polls } = await now(parts);
  return `${gold.toLocaleString('en')} measurements in gold, the last score ${Math.round(100 * score)} %, ${polls} polls of the warehouse`;
}
