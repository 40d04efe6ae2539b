/**
 * The values that one label may take: `String` for any text, or the closed set itself.
 * A closed set is checked by the compiler, is born at zero, and never overflows.
 */
export type LabelDomain = typeof String | readonly string[];

/** The labels of a metric: names alone (`['table', 'layer']`), or names with their domains (`{ table: String, status: ['ok', 'failed'] }`). */
export type LabelSpec = readonly string[] | { readonly [name: string]: LabelDomain };

/** Label values by label name, as a caller gives them. */
export type LabelValues = { readonly [name: string]: string };

/** The exact object a caller must give for a metric declared with `S`: every label, no other, closed sets as unions. */
export type LabelsOf<S extends LabelSpec> = S extends readonly (infer N extends string)[]
  ? { readonly [K in N]: string }
  : { readonly [K in keyof S]: S[K] extends readonly (infer V extends string)[] ? V : string };

/** The trailing argument of a record call: nothing for a metric without labels. */
export type LabelArgs<L> = keyof L extends never ? [] : [labels: L];

/** One label of a descriptor. `values` is present when the set is closed. */
export interface LabelDescriptor {
  readonly name: string;
  readonly values?: readonly string[];
}

/** A label specification as the ordered list that descriptors carry. What {@link labelSpecProblems} can't read as one has none: a text has as many entries as letters. */
export function describeLabels(spec: LabelSpec | undefined): readonly LabelDescriptor[] {
  if (typeof spec !== 'object' || spec === null) return [];
  if (Array.isArray(spec)) return spec.map((name: string) => labelOf({ name }));
  return Object.entries(spec as { readonly [name: string]: LabelDomain }).map(([name, domain]) =>
    labelOf(
      Array.isArray(domain) ? { name, values: Object.freeze([...domain]) as readonly string[] } : { name },
    ),
  );
}

/** What is wrong with how labels were given, which in JavaScript may be by anything: a map has no entries that are read here, and a metric would be without labels. */
export function labelSpecProblems(spec: unknown): string[] {
  if (spec === undefined || Array.isArray(spec)) return [];
  if (typeof spec !== 'object' || spec === null || Symbol.iterator in spec)
    return ['labels must be a list of names, or an object with the values of each'];
  return Object.entries(spec).flatMap(([name, domain]) =>
    Array.isArray(domain) || (typeof domain === 'function' && domain.name === 'String')
      ? []
      : [`the values of "${name}" must be listed, or String for any text`],
  );
}

/** Without an `Object.prototype` behind it: a `values` there would close every label. */
const labelOf = (label: LabelDescriptor): LabelDescriptor => Object.assign(Object.create(null), label);
