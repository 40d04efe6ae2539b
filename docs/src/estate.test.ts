import { readFileSync } from 'node:fs';
import {
  alert,
  defineConfig,
  defineMixin,
  minutes,
  outside,
  promql,
  renderRules,
  threshold,
} from '@sightglass/rules';
import * as mixins from '@sightglass/rules/mixins';
import { describe, expect, test } from 'vitest';
import { namesOf, referenceNamesPage } from './reference-names.ts';

/* What the pages on machines, Airflow, moving over and names say, held against what is there. */

const pageOf = (name: string): string => readFileSync(new URL(`../${name}.md`, import.meta.url), 'utf8');
const blocksOf = (name: string) =>
  [...pageOf(name).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);

/** A block as it stands, with what it imports. */
const ran = (code: string): unknown => {
  const body = code
    .replaceAll(/^import .*;$/gm, '')
    .replace(/^export default /m, 'return ')
    .replace(/^export const (\w+) =/m, 'return');
  const given = { ...mixins, alert, defineConfig, defineMixin, minutes, outside, promql, threshold };
  return new Function(...Object.keys(given), body)(...Object.values(given));
};

describe.each(['hosts', 'airflow'])('%s.md', (name) => {
  test.each(blocksOf(name).map((code) => [/^\/\/.*|^.*$/m.exec(code)![0], code]))(
    'a block runs as it stands: %s',
    (_, code) => {
      const made = ran(code) as { readonly mixins?: mixins.AirflowDag[]; readonly name?: string };
      const own = (made.mixins ?? [made]) as never;
      expect(renderRules({ mixins: own }).length).toBeGreaterThan(0);
    },
  );
});

test('the page of names is committed as it is generated, and has those of each system', () => {
  const page = pageOf('reference-names');
  expect(page.endsWith(referenceNamesPage())).toBe(true);
  for (const system of ['000', '002', '003', '004']) expect(page).toContain(`| ${system}-A1 |`);
  expect(namesOf('| 000-A1 | a | b | `x` › "y" |\n| 000-T1 | a | b | c |')).toEqual([['000-A1', 'a', 'b']]);
});

test('what is said of moving over is there: options of the command, and the verdicts of doctor', () => {
  const page = pageOf('moving-over');
  const usage = readFileSync(new URL('../../rules/src/cli/usage.ts', import.meta.url), 'utf8');
  for (const [option] of page.matchAll(/--[a-z][a-z-]*/g)) expect(usage).toContain(option);
  for (const verdict of ['works', 'waits', 'unused', 'blind']) expect(page).toContain(`\`${verdict}\``);
});
