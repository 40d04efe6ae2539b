import { readManifest, type ServerName } from '../../scripts/lib/manifest.mjs';

export type { ServerName };

/** Where the last `npm test`, `npm run demo` or `npm run setup` found or put this program; undefined when it could not be had. */
export function serverPath(name: ServerName): string | undefined {
  return readManifest()[name]?.path;
}

/** The same for a caller that cannot do without. */
export function requiredServerPath(name: ServerName): string {
  const path = serverPath(name);
  if (!path) throw new Error(`${name} is missing: \`npm run setup\` fetches it, or says how to get it`);
  return path;
}
