#!/usr/bin/env node
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, type RenderCommand, readCommand, USAGE } from './options.ts';
import { renderDashboards } from './render.ts';

/** Ends with 0 when the files are written, 1 when they could not be, 2 when the command line is wrong. */
function main(args: readonly string[]): number {
  let command: RenderCommand | 'help';
  try {
    command = readCommand(args);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  if (command === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  const { out, context } = command;
  try {
    mkdirSync(out, { recursive: true });
    for (const { file, json } of renderDashboards(context)) {
      writeFileSync(join(out, file), json);
      process.stdout.write(`${join(out, file)}\n`);
    }
    return 0;
  } catch (error) {
    process.stderr.write(`Could not write to ${out}: ${(error as Error).message}\n`);
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
