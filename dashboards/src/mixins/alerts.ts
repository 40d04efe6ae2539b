import { type Alert, isAlert, ruleFiles } from '@sightglass/rules';

const files = ruleFiles();

/**
 * The alerts of a rule file that ships, such as `jobs.yml`, as a panel shows them: each once, with the expression that tells of all things. Throws
 * when there is no such file.
 */
export function alertsOf(file: string): readonly Alert[] {
  const found = files.find((each) => each.file === file);
  if (!found) throw new Error(`There is no rule file ${file}`);
  const alerts = found.groups.flatMap(({ rules }) => rules.filter(isAlert));
  // One that pages is a second rule, as a warning, for what must wake nobody.
  return alerts
    .filter(({ alert }, i) => alerts.findIndex((each) => each.alert === alert) === i)
    .map((alert) => ({ ...alert, expr: alert.ofAll ?? alert.expr }));
}

const alerts = files.flatMap(({ file }) => alertsOf(file));

/** The alert with this name, of whichever domain. Throws when there is none: a panel that shows it would stay empty. */
export function alertNamed(name: string): Alert {
  const found = alerts.find(({ alert }) => alert === name);
  if (!found) throw new Error(`There is no alert ${name}`);
  return found;
}
