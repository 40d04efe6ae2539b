import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { routingProblems } from '../engine/alertmanager/index.ts';
import type { ThresholdOverrides } from '../engine/promql/threshold.ts';
import { RenderError, type RulesContext } from '../engine/render/index.ts';
import { renderAlertmanagerFiles, renderOpenSlo, renderRules } from '../render.ts';
import { presets } from '../shipped.ts';
import type { Io } from './io.ts';
import { scopeLabels, selectorOf } from './selector.ts';
import { UsageError } from './usage.ts';

/** `render`: writes the rule files, the configuration of Alertmanager and the OpenSLO documents, all or none. */
export function renderCommand(args: readonly string[], { out, folder }: Io): number {
  const { values } = parseArgs({
    args: [...args],
    options: {
      out: { type: 'string' },
      thresholds: { type: 'string' },
      selector: { type: 'string', multiple: true },
      scope: { type: 'string', multiple: true },
      target: { type: 'string' },
      preset: { type: 'string', multiple: true },
      routing: { type: 'string' },
      'runbook-base-url': { type: 'string' },
      'dashboard-base-url': { type: 'string' },
      scale: { type: 'string' },
    },
  });
  if (values.out === undefined) throw new UsageError('render needs --out DIR');
  const context: RulesContext = {
    ...(values.thresholds === undefined
      ? {}
      : { thresholds: readObject('thresholds', resolve(folder, values.thresholds)) as ThresholdOverrides }),
    ...(values.selector === undefined ? {} : { selector: selectorOf(values.selector) }),
    ...(values.scope === undefined ? {} : { scope: scopeLabels(values.scope) }),
    ...(values.target === undefined ? {} : { target: values.target }),
    ...(values.preset === undefined ? {} : { presets: presetsOf(values.preset) }),
    ...(values['runbook-base-url'] === undefined ? {} : { runbookBaseUrl: values['runbook-base-url'] }),
    ...(values['dashboard-base-url'] === undefined ? {} : { dashboardBaseUrl: values['dashboard-base-url'] }),
    ...(values.scale === undefined ? {} : { scale: Number(values.scale) }),
  };
  const target = resolve(folder, values.out);
  const rules = renderRules(context).map(({ file, yaml }) => ({ file, text: yaml }));
  const routing = renderRouting(
    values.routing === undefined ? {} : readObject('routing', resolve(folder, values.routing)),
    context,
  );
  for (const { file, text } of [...rules, ...routing, ...renderSlos(context)]) {
    mkdirSync(join(target, file, '..'), { recursive: true });
    writeFileSync(join(target, file), text);
    out(`${join(values.out, file)}\n`);
  }
  return 0;
}

/** In a folder of their own as well. Their durations are whole minutes at least, so that there are none of scaled times. */
const renderSlos = (context: RulesContext) =>
  context.scale === undefined
    ? renderOpenSlo(context).map(({ file, yaml }) => ({ file: join('openslo', file), text: yaml }))
    : [];

/** In a folder of their own: Prometheus must not take them for rules. */
function renderRouting(options: object, { scale, scope, selector }: RulesContext) {
  const problems = routingProblems(options);
  if (problems.length > 0) throw new RenderError(problems);
  return renderAlertmanagerFiles({
    ...options,
    ...(scale === undefined ? {} : { scale }),
    ...(scope === undefined ? {} : { scope }),
    ...(selector === undefined ? {} : { selector }),
  }).map(({ file, text }) => ({ file: join('alertmanager', file), text }));
}

/** `NAME`, or `NAME=JOB` for a job of another name. */
function presetsOf(chosen: readonly string[]): { readonly [preset: string]: string } {
  return Object.fromEntries(
    chosen.map((text) => {
      const at = text.indexOf('=');
      const name = at < 0 ? text : text.slice(0, at);
      const job = at < 0 ? presets.find((preset) => preset.name === name)?.job : text.slice(at + 1);
      return [name, job ?? ''];
    }),
  );
}

/** A JSON or YAML file that holds an object. */
function readObject(what: string, file: string): object {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new RenderError([`the ${what} in ${file} can not be read: ${(error as Error).message}`]);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new RenderError([`the ${what} in ${file} must be an object of keys and values`]);
  return content;
}
