import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readExposition } from '@sightglass/core/testing';
import { runProgram, serverPath } from '@sightglass/test-tools';
import { expect } from 'vitest';
import {
  type ParsedFamily,
  parseStrictly,
} from '../../packages/core/src/exposition/parse-strictly.support.ts';

/** OpenTelemetry's conventions call a gauge a count, which promtool's style says of histograms alone. */
const CONVENTION =
  'db_client_connection_count non-histogram and non-summary metrics should not have "_count" suffix';

/** What the process exports now, after a strict parser and promtool have found nothing wrong with it. */
export async function validExposition(): Promise<readonly ParsedFamily[]> {
  const text = await readExposition();
  const families = parseStrictly(text, false);
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-fuzz-'));
  try {
    const file = join(folder, 'metrics.prom');
    await writeFile(file, text);
    const promtool = serverPath('promtool') ?? 'promtool is missing';
    const check = await runProgram('/bin/sh', ['-c', '"$0" check metrics < "$1"', promtool, file]);
    const problems = check.stderr.split('\n').filter((line) => line !== '' && !line.startsWith(CONVENTION));
    expect({ stdout: check.stdout, problems }).toEqual({ stdout: '', problems: [] });
    if (check.stderr === '') expect(check.code).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
  return families;
}
