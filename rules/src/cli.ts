#!/usr/bin/env node
import { run } from './cli/run.ts';

let ended = false;
// A config module may end the process, or wait for what never comes: then nothing was checked, and CI must not take it for well.
process.once('exit', () => {
  if (ended) return;
  process.stderr.write(
    'Nothing was done: the config module has ended the process, or never came to its end\n',
  );
  process.exitCode = 1;
});

// Whoever reads our output may have read enough of it, as `| head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  ended = true;
  process.exit();
});

run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  folder: process.cwd(),
}).then((status) => {
  ended = true;
  process.exitCode = status;
  // A server that neither answers nor goes away does not hold it, once all that was said has been written.
  const end = () => (process.stdout.writableLength === 0 ? process.exit() : undefined);
  setInterval(end, 1_000).unref();
});
