#!/usr/bin/env node
import { run } from './cli/run.ts';

run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  folder: process.cwd(),
}).then((status) => {
  process.exitCode = status;
});
