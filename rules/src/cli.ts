#!/usr/bin/env node
import { run } from './cli/run.ts';

// Whoever reads our output may have read enough of it, as `| head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  folder: process.cwd(),
}).then((status) => {
  process.exitCode = status;
});
