import { buildRules, presets } from '@sightglass/rules';
import type { SentAlert } from './stack.ts';

const chosen = Object.fromEntries(presets.map(({ name, job }) => [name, job]));
const built = buildRules({ presets: chosen }).flatMap(({ groups }) => groups.flatMap(({ rules }) => rules));

/** A shipped alert as it would be sent for these labels; its templates are filled in as far as they name labels. */
export function shippedAlert(name: string, labels: SentAlert['labels'] = {}): SentAlert {
  const rule = built.find((each) => 'alert' in each && each.alert === name);
  if (rule === undefined || !('alert' in rule)) throw new Error(`no rule file has an alert ${name}`);
  const filled = (text: string) =>
    text.replaceAll(/\{\{\s*\$labels\.(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '');
  return {
    labels: { alertname: name, ...rule.labels, ...labels },
    annotations: Object.fromEntries(
      Object.entries(rule.annotations).map(([key, text]) => [key, filled(text)]),
    ),
  };
}
