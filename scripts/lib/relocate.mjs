// @ts-check
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where Debian's builds have their templates and pages compiled in. */
const compiledIn = '/usr/share/prometheus';

/** The same length, which a compiled string has to keep: whatever folder the process holds as descriptor 9. */
const descriptor = '/proc/self/fd/9/././.';

/**
 * Lets Debian's programs, unpacked in `folder`, find their own files and libraries there instead of in the system's
 * folders (Alertmanager does not start without its templates). `bin` then holds a start script for each of them.
 * @param {string} folder
 * @param {readonly string[]} names
 */
export async function relocate(folder, names) {
  await mkdir(join(folder, compiledIn), { recursive: true });
  await mkdir(join(folder, 'bin'));
  for (const name of names) {
    const program = join(folder, 'usr/bin', name);
    await writeFile(program, replaced(await readFile(program)));
    await writeFile(join(folder, 'bin', name), startScript(name), { mode: 0o755 });
  }
}

/** @param {Buffer} program */
function replaced(program) {
  for (let at = program.indexOf(compiledIn); at >= 0; at = program.indexOf(compiledIn, at)) {
    program.write(descriptor, at, 'latin1');
  }
  return program;
}

/** @param {string} name */
const startScript = (name) => `#!/bin/sh
folder=\${0%/*}/..
exec 9<"$folder${compiledIn}"
for libraries in "$folder"/usr/lib/*-linux-*; do
  [ ! -d "$libraries" ] || export LD_LIBRARY_PATH="$libraries"
done
exec "$folder/usr/bin/${name}" "$@"
`;
