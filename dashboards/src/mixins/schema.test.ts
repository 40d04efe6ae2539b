import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { renderDashboards } from '../render.ts';

/*
 * The npm package of the SDK ships Grafana's model as types, not as JSON Schema; so the compiler is the validator. An object literal is held to
 * its type exactly: a property too many or a value outside an enumeration is an error.
 */

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The compiler's errors on dashboards taken for Grafana's model, the first of them on line 2; empty when they fit. */
function compile(dashboards: readonly string[]): string {
  const folder = mkdtempSync(path('../../node_modules/.schema-'));
  try {
    const literals = dashboards.map(
      (json, i) => `export const dashboard${i}: GrafanaDashboard = ${JSON.stringify(JSON.parse(json))};`,
    );
    const model = `import type { GrafanaDashboard } from ${JSON.stringify(path('./grafana-model.support.ts'))};`;
    writeFileSync(join(folder, 'dashboards.ts'), [model, ...literals].join('\n'));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: path('../../../tsconfig.json'), include: ['dashboards.ts'], exclude: [] }),
    );
    execFileSync(path('../../../node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {
      stdio: 'pipe',
    });
    return '';
  } catch (error) {
    return String((error as { stdout?: Buffer }).stdout ?? error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const rendered = renderDashboards().map(({ json }) => json);

test("every dashboard fits Grafana's model", () => {
  expect(compile(rendered)).toBe('');
});

test('a wrong name, value or type does not fit', () => {
  const change = (from: string, to: string): string => {
    expect(rendered[0]).toContain(from);
    return rendered[0]!.replace(from, to);
  };
  const errors = compile([
    change('"showLegend": true', '"showLegend": "yes"'),
    change('"legendFormat"', '"legend"'),
    change('"displayMode": "table"', '"displayMode": "tabel"'),
    change('"refresh": 2', '"refresh": 7'),
    change('"schemaVersion": 42', '"schemaVersion": "42"'),
    change('"type": "stat"', '"type": "graph"'),
    change('"fillOpacity"', '"fillopacity"'),
  ]);
  const lines = [...errors.matchAll(/dashboards\.ts\((\d+),/g)].map((match) => Number(match[1]));
  expect([...new Set(lines)].sort()).toEqual([2, 3, 4, 5, 6, 7, 8]);
});
