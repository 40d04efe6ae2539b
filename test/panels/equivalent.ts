/** Why nothing can tell some mutants of panels from the originals. */
export const EQUIVALENT: readonly { readonly title: RegExp; readonly reason: string }[] = [];
