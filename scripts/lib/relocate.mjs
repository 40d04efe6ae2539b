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
 * @param {string} place the folder that they are in
 */
export async function relocate(folder, names, place) {
  await mkdir(join(folder, compiledIn), { recursive: true });
  await mkdir(join(folder, 'bin'));
  for (const name of names) {
    const program = join(folder, place, name);
    await writeFile(program, replaced(await readFile(program)));
    await writeFile(join(folder, 'bin', name), startScript(`${place}/${name}`), { mode: 0o755 });
  }
}

/** @param {Buffer} program */
function replaced(program) {
  for (let at = program.indexOf(compiledIn); at >= 0; at = program.indexOf(compiledIn, at)) {
    program.write(descriptor, at, 'latin1');
  }
  return program;
}

/** @param {string} program */
const startScript = (program) => `#!/bin/sh
folder=\${0%/*}/..
exec 9<"$folder${compiledIn}"
for libraries in "$folder"/usr/lib/*-linux-* "$folder"/lib/*-linux-*; do
  [ ! -d "$libraries" ] || export LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
done
exec "$folder/${program}" "$@"
`;
