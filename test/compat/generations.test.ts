import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '@sightglass/test-tools';
import { beforeAll, describe, expect, test } from 'vitest';
import { GENERATIONS, installedService } from '../packaging/generations.ts';

describe.each(GENERATIONS)('core, packed and installed, with $name', (generation) => {
  let folder: string;
  let node: string;

  beforeAll(async () => {
    folder = await installedService(generation);
    node = generation.node();
    await cp(join(import.meta.dirname, 'scripts'), folder, { recursive: true });
  });

  test('keeps what it promises of OpenTelemetry', async () => {
    const args = ['--test-reporter=tap', join(folder, 'otel-behaviour.mjs')];
    const { code, stdout, stderr } = await runProgram(node, args, { env: {} });
    const failed = stdout.split('\n').filter((line) => line.startsWith('not ok'));
    expect({ code, failed, log: code === 0 ? '' : stdout + stderr }).toEqual({
      code: 0,
      failed: [],
      log: '',
    });
    expect(stdout).toMatch(/^# pass 8$/m);
    expect(stdout).toMatch(/^# skipped 0$/m);
  });

  test('is silent when the SDK is disabled', async () => {
    const env = { OTEL_SDK_DISABLED: 'true' };
    const result = await runProgram(node, [join(folder, 'disabled.mjs')], { env });
    expect(result).toEqual({ code: 0, stdout: 'silent\n', stderr: '' });
  });
});
