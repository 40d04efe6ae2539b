/** Mutants that no series can tell from the rule, each with the proof. By title. */
export const EQUIVALENT: ReadonlyMap<string, string> = new Map([]);
