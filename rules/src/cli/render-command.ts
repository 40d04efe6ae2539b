import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { differences, filesOf, leftOver, write } from './files.ts';
import { INSTALLATION_OPTIONS, installationOf } from './installation.ts';
import type { Io } from './io.ts';
import { UsageError } from './usage.ts';

/**
 * `render`: writes rules, the configuration of Alertmanager, dashboards and OpenSLO documents, all or none. With `--check` nothing is written: 1 when
 * what is there is not what would be.
 */
export async function renderCommand(args: readonly string[], { out, folder }: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { ...INSTALLATION_OPTIONS, check: { type: 'boolean' } },
  });
  const installation = await installationOf(values, folder);
  const target = installation.folder;
  if (target === undefined) throw new UsageError('render needs --out DIR, or a sightglass.config.ts');
  const files = await filesOf(installation);
  const shown = (path: string): string => relative(folder, `${target}/${path}`);
  if (values.check) {
    const wrong = differences(target, files);
    for (const each of wrong) out(`${each.slice(0, 10)}${shown(each.slice(10))}\n`);
    out(
      wrong.length === 0
        ? `${files.length} files are as they would be rendered\n`
        : `${wrong.length} of ${files.length} files are not as they would be rendered: render them again, and delete what is left over\n`,
    );
    return wrong.length === 0 ? 0 : 1;
  }
  write(target, files, (path) => out(`${shown(path)}\n`));
  for (const path of leftOver(target, files))
    out(`${shown(path)} is not rendered any more: delete it, or Prometheus goes on loading it\n`);
  return 0;
}
