import { nameOf, type YamlRule } from '../rules.ts';
import { formatSeconds, parseSeconds } from './duration.ts';
import { variantsOf } from './edits.ts';

/** A rule with one thing changed. */
export interface Mutant {
  readonly original: YamlRule;
  readonly change: string;
  readonly rule: YamlRule;
}

/** The step by which a hold is changed: the smallest that anybody would call a different one. */
const HOLD_STEP = 60;

/** Every mutant of a rule: of its expression, and of how long an alert must hold or goes on firing. */
export function mutantsOf(original: YamlRule): Mutant[] {
  return [
    ...variantsOf(original.expr).map(({ change, expr }) => ({
      original,
      change,
      rule: { ...original, expr },
    })),
    ...(original.alert === undefined
      ? []
      : [...holds(original, 'for'), ...holds(original, 'keep_firing_for')]),
  ];
}

export const titleOf = ({ original, change }: Mutant): string => `${nameOf(original)}: ${change}`;

function holds(original: YamlRule, field: 'for' | 'keep_firing_for'): Mutant[] {
  const text = original[field];
  const mutant = (change: string, span: number): Mutant => ({
    original,
    change: `${field} ${text ?? 'none'} ${change}`,
    rule: { ...original, [field]: formatSeconds(span) },
  });
  if (text === undefined) return [mutant('became a minute', HOLD_STEP)];
  const span = parseSeconds(text);
  return [
    mutant('was removed', 0),
    mutant('became longer', span + HOLD_STEP),
    ...(span > HOLD_STEP ? [mutant('became shorter', span - HOLD_STEP)] : []),
  ];
}
