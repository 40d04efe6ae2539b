import { type BuiltRule, buildRules, presets, type RulesContext } from '@sightglass/rules';
import type { SentAlert } from './stack.ts';

type BuiltAlert = Extract<BuiltRule, { readonly alert: string }>;

const alertsIn = (context: RulesContext): readonly BuiltAlert[] =>
  buildRules(context).flatMap(({ groups }) =>
    groups.flatMap(({ rules }) => rules.filter((rule): rule is BuiltAlert => 'alert' in rule)),
  );

function find(alerts: readonly BuiltAlert[], name: string): BuiltAlert {
  const found = alerts.find(({ alert }) => alert === name);
  if (found === undefined) throw new Error(`no rule file has an alert ${name}`);
  return found;
}

/** An alert as it would be sent for these labels; its templates are filled in as far as they name labels. */
function sent({ alert, labels: own, annotations }: BuiltAlert, labels: SentAlert['labels']): SentAlert {
  const filled = (text: string) =>
    text.replaceAll(/\{\{\s*\$labels\.(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '');
  return {
    labels: { alertname: alert, ...own, ...labels },
    annotations: Object.fromEntries(Object.entries(annotations).map(([key, text]) => [key, filled(text)])),
  };
}

/** The alerts of an installation, by name. */
export function alertsOfInstallation(context: RulesContext) {
  const alerts = alertsIn(context);
  return (name: string, labels: SentAlert['labels'] = {}): SentAlert => sent(find(alerts, name), labels);
}

const shipped = alertsIn({ presets: Object.fromEntries(presets.map(({ name, of }) => [name, of])) });

/** A shipped alert, by all names that presets give it. */
export const shippedAlert = (name: string, labels: SentAlert['labels'] = {}): SentAlert =>
  sent(find(shipped, name), labels);

/** The expression of a shipped alert. */
export const expressionOf = (name: string): string => find(shipped, name).expr;
