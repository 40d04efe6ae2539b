import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { overrideProblem, thresholds as shipped, type ThresholdOverrides } from '@sightglass/rules';
import { parse } from 'yaml';
import { type DashboardContext, scopeOf } from './engine/context.ts';

export const USAGE = `Usage: sightglass-dashboards render --out DIR [options]

Writes the dashboards as JSON files for Grafana's file provisioning or for import.

  --out DIR                 where to write; created when it is not there
  --selector LABEL=VALUE    show only series with this label; may be given several times
  --scope LABEL             a target label that tells estates apart, in the place of cluster, namespace and
                            environment; may be given several times; "none" for no label
  --thresholds FILE         YAML or JSON: thresholds by key, times in seconds; the same file as for sightglass
  --runbook-base-url URL    where the runbooks are served
  --help                    this text
`;

/** What \`render\` was asked to do. */
export interface RenderCommand {
  readonly out: string;
  readonly context: DashboardContext;
}

/** A command line that can't be carried out; the message lists everything that is wrong with it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Reads the arguments after the program's name; `help` when that is what they ask for. Throws a {@link CommandError}. */
export function readCommand(args: readonly string[]): RenderCommand | 'help' {
  const { values, positionals } = parseArguments(args);
  if (values.help) return 'help';
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push((error as Error).message);
      return undefined;
    }
  };
  const [command, ...rest] = positionals;
  if (command !== 'render' || rest.length > 0) problems.push('the only command is "render"');
  if (!values.out) problems.push('--out must name a folder');
  const selector = attempt(() => readSelector(values.selector ?? []));
  const scope = attempt(() => readScope(values.scope));
  const thresholds = attempt(() => (values.thresholds ? readThresholds(values.thresholds) : undefined));
  const runbookBaseUrl = attempt(() =>
    values['runbook-base-url'] === undefined ? undefined : readUrl(values['runbook-base-url']),
  );
  if (problems.length > 0) throw new CommandError(problems.join('\n'));
  return {
    out: values.out ?? '',
    context: {
      ...(selector && { selector }),
      ...(scope && { scope }),
      ...(thresholds && { thresholds }),
      ...(runbookBaseUrl && { runbookBaseUrl }),
    },
  };
}

function parseArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        selector: { type: 'string', multiple: true },
        scope: { type: 'string', multiple: true },
        thresholds: { type: 'string' },
        'runbook-base-url': { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

function readSelector(pairs: readonly string[]): { readonly [label: string]: string } {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, label, value] = /^([a-zA-Z_]\w*)=(.+)$/s.exec(pair) ?? [];
      if (label === undefined || value === undefined)
        throw new Error(`--selector "${pair}" is not LABEL=VALUE`);
      return [label, value];
    }),
  );
}

function readScope(given: readonly string[] | undefined): readonly string[] | undefined {
  // As the command of the rules takes it: where one is written for both, both say the same.
  const scope = given?.filter((label) => label !== '' && label !== 'none');
  try {
    if (scope) scopeOf({ scope });
  } catch (error) {
    throw new Error(`--scope: ${(error as Error).message}`);
  }
  return scope;
}

function readThresholds(file: string): ThresholdOverrides {
  const content = readYaml(file);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new Error(`${file} does not hold thresholds by key`);
  const known = new Map(shipped.thresholds.map((each) => [each.thresholdKey, each]));
  const problems = Object.entries(content).flatMap(([key, value]) => {
    const threshold = known.get(key);
    if (threshold === undefined)
      return [`${file}: there is no threshold "${key}"; there are ${[...known.keys()].join(', ')}`];
    if (typeof value !== 'number' || !Number.isFinite(value)) return [`${file}: "${key}" is not a number`];
    const problem = overrideProblem(threshold, value);
    return problem === undefined ? [] : [`${file}: ${problem}`];
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return content as ThresholdOverrides;
}

function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`--thresholds "${file}" can not be read: ${(error as Error).message}`);
  }
}

function readUrl(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new Error(`--runbook-base-url "${text}" is not an http or https URL`);
  return text.replace(/\/+$/, '');
}
