import { mkdirSync, writeFileSync } from 'node:fs';
import type { Preset } from './engine/mixin/preset.ts';
import { otelCollector, statsdMapping } from './mixins/airflow/index.ts';
import { renderAlertmanagerFiles, renderOpenSlo, renderRules } from './render.ts';
import { presets } from './shipped.ts';

/** Every committed file that is generated, by its path in this package: the defaults, for one installation without labels of its own. */
export const generatedFiles = (): { readonly [path: string]: string } => ({
  ...Object.fromEntries(renderRules().map(({ file, yaml }) => [`prometheus/${file}`, yaml])),
  ...Object.fromEntries(
    presets.map((preset) => [`prometheus/presets/${preset.name}.yml`, presetYaml(preset)]),
  ),
  ...Object.fromEntries(renderAlertmanagerFiles().map(({ file, text }) => [`alertmanager/${file}`, text])),
  'airflow/statsd-legacy.yml': statsdMapping('legacy'),
  'airflow/statsd-tagged.yml': statsdMapping('tagged'),
  'airflow/otel-collector.yml': otelCollector(),
  ...Object.fromEntries(renderOpenSlo().map(({ file, yaml }) => [`openslo/${file}`, yaml])),
});

/** The alerts of a preset by themselves. Loaded beside the other files they tell everything twice: those are rendered with the preset. */
function presetYaml({ name, of }: Preset): string {
  return renderRules({ presets: { [name]: of } }).find(({ file }) => file === `${name}.yml`)!.yaml;
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(generatedFiles())) {
    const file = new URL(`../${path}`, import.meta.url);
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(file, text);
  }
}
