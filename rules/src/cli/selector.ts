import { UsageError } from './usage.ts';

/** The labels of `--selector LABEL=VALUE`, given once or several times. */
export function selectorOf(pairs: readonly string[]): { readonly [label: string]: string } {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`--selector must be LABEL=VALUE, not ${JSON.stringify(pair)}`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** The labels of `--scope LABEL`, given once or several times; `--scope none` for no label at all. */
export const scopeLabels = (labels: readonly string[]): readonly string[] =>
  labels.filter((label) => label !== '' && label !== 'none');
