import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readExposition } from '@sightglass/core/testing';
import { runProgram, serverPath } from '@sightglass/test-tools';
import {
  type ParsedFamily,
  parseStrictly,
} from '../../packages/core/src/exposition/parse-strictly.support.ts';

/** OpenTelemetry's conventions call a gauge a count, which promtool's style says of histograms alone. */
const CONVENTION =
  'db_client_connection_count non-histogram and non-summary metrics should not have "_count" suffix';

/** What the process exports now, or the text that is given, after a strict parser and promtool have found nothing wrong with it. Throws what they find. */
export async function validExposition(given?: string): Promise<readonly ParsedFamily[]> {
  const text = given ?? (await readExposition());
  const families = parseStrictly(text, false);
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-fuzz-'));
  try {
    const file = join(folder, 'metrics.prom');
    await writeFile(file, text);
    const promtool = serverPath('promtool') ?? 'promtool is missing';
    const check = await runProgram('/bin/sh', ['-c', '"$0" check metrics < "$1"', promtool, file]);
    const problems = check.stderr.split('\n').filter((line) => line !== '' && !line.startsWith(CONVENTION));
    const isRefused = check.stdout !== '' || problems.length > 0 || (check.stderr === '' && check.code !== 0);
    if (isRefused) throw new Error(`promtool: ${check.code} ${[check.stdout, ...problems].join('\n')}`);
  } finally {
    await rm(folder, { recursive: true });
  }
  return families;
}
