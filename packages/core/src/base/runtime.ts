/** A runtime that has Node's modules and is not Node. What it does not measure it gives as zeros, without an error, so it is known by its name. */
export type ForeignRuntime = 'Bun' | 'Deno';

/** The runtime of this process, when it is not Node. Never throws. */
export function foreignRuntime(
  versions: { readonly [name: string]: string | undefined } = process.versions,
): ForeignRuntime | undefined {
  if (versions.bun !== undefined) return 'Bun';
  return versions.deno === undefined ? undefined : 'Deno';
}
