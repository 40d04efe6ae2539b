/**
 * Puts the declarations in `dist` into one order. TypeScript writes inferred unions and mapped properties in the order in which it came upon them, which
 * differs from run to run; the same sources must give the same bytes.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';

const UNION = /"[^"\n]*"(?: \| "[^"\n]*")+/g;
/** Properties without a comment of their own, one below the other. */
const PROPERTIES = /(?:^ +readonly \w+: (?:string|"[^"\n]*"(?: \| "[^"\n]*")*);\n){2,}/gm;

const sorted = (text, separator) => text.split(separator).sort().join(separator);

for (const file of globSync('dist/**/*.d.{ts,cts}')) {
  const text = readFileSync(file, 'utf8');
  const stable = text
    .replace(UNION, (union) => sorted(union, ' | '))
    .replace(PROPERTIES, (lines) => `${sorted(lines.slice(0, -1), '\n')}\n`);
  if (stable !== text) writeFileSync(file, stable);
}
