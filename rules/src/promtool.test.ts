import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promtool, serverPath } from '@sightglass/test-tools';
import { afterAll, expect, test } from 'vitest';
import { type RulesContext, renderRules } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightglass-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

const contexts: readonly [name: string, context: RulesContext][] = [
  ['as shipped', {}],
  [
    'for one installation',
    { selector: { namespace: 'prod', team: 'a"b' }, target: 'job="offload",instance=~"a.*"' },
  ],
  ['sped up', { scale: 60 }],
  [
    'with presets',
    {
      presets: { 'pricing-sync': 'price-refresh', 'air-quality': { dataset: 'readings', dag_id: 'ingest' } },
    },
  ],
];

const versions = ([2, 3] as const).filter(
  (version) => serverPath(version === 2 ? 'promtool' : 'promtool3') !== undefined,
);

test.each(contexts.flatMap(([name, context]) => versions.map((version) => ({ name, context, version }))))(
  'Prometheus $version reads the rules $name',
  async ({ context, version }) => {
    const files = renderRules(context).map(({ file, yaml }) => {
      const path = join(folder, `${version}-${file}`);
      writeFileSync(path, yaml);
      return path;
    });
    const { code, stdout, stderr } = await promtool(['check', 'rules', ...files], { version });
    expect(`${stderr}${code}`).toBe('0');
    expect(stdout.match(/SUCCESS/g)).toHaveLength(files.length);
  },
);

test('promtool is there', () => expect(versions).toContain(2));
