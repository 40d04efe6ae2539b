import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { RenderError, type RulesContext, renderRules } from '../render/index.ts';
import type { ThresholdOverrides } from '../threshold.ts';
import type { Io } from './io.ts';
import { UsageError } from './usage.ts';

/** `render`: writes the rule files, all or none. */
export function renderCommand(args: readonly string[], { out, folder }: Io): number {
  const { values } = parseArgs({
    args: [...args],
    options: {
      out: { type: 'string' },
      thresholds: { type: 'string' },
      selector: { type: 'string', multiple: true },
      target: { type: 'string' },
      'runbook-base-url': { type: 'string' },
      'dashboard-base-url': { type: 'string' },
      scale: { type: 'string' },
    },
  });
  if (values.out === undefined) throw new UsageError('render needs --out DIR');
  const context: RulesContext = {
    ...(values.thresholds === undefined
      ? {}
      : { thresholds: readThresholds(resolve(folder, values.thresholds)) }),
    ...(values.selector === undefined ? {} : { selector: selectorOf(values.selector) }),
    ...(values.target === undefined ? {} : { target: values.target }),
    ...(values['runbook-base-url'] === undefined ? {} : { runbookBaseUrl: values['runbook-base-url'] }),
    ...(values['dashboard-base-url'] === undefined ? {} : { dashboardBaseUrl: values['dashboard-base-url'] }),
    ...(values.scale === undefined ? {} : { scale: Number(values.scale) }),
  };
  const target = resolve(folder, values.out);
  const files = renderRules(context);
  mkdirSync(target, { recursive: true });
  for (const { file, yaml } of files) {
    writeFileSync(join(target, file), yaml);
    out(`${join(values.out, file)}\n`);
  }
  return 0;
}

function selectorOf(pairs: readonly string[]): { readonly [label: string]: string } {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`--selector must be LABEL=VALUE, not ${JSON.stringify(pair)}`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function readThresholds(file: string): ThresholdOverrides {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new RenderError([`the thresholds in ${file} can not be read: ${(error as Error).message}`]);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new RenderError([`the thresholds in ${file} must be an object of keys and numbers`]);
  return content as ThresholdOverrides;
}
