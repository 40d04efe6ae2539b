import { type Alert, isAlert, ruleFiles } from '@sightglass/rules';

/** Every alert that the rules ship, whatever it is about. */
export const alerts: readonly Alert[] = ruleFiles()
  .flatMap(({ groups }) => groups)
  .flatMap(({ rules }) => rules.filter(isAlert));

/** The alert with this name. Throws when there is none: a panel that shows it would stay empty. */
export function alertNamed(name: string): Alert {
  const found = alerts.find(({ alert }) => alert === name);
  if (!found) throw new Error(`There is no alert ${name}`);
  return found;
}
