import { formatSeconds, parseSeconds } from '../../rules/duration.ts';
import { nameOf, type RuleGroup, type YamlRule } from '../../rules/rule.ts';
import type { Mutant } from '../mutant.ts';
import { variantsOf } from './edits.ts';
import { kinOf } from './kin.ts';

/** Which part of a rule a mutant changes. */
export type Part = 'expression' | 'hold' | 'label';

/** A rule with one thing changed. */
export interface RuleMutant extends Mutant {
  readonly part: Part;
  readonly original: YamlRule;
  readonly rule: YamlRule;
}

/** A group with another interval. */
export interface GroupMutant extends Mutant {
  readonly original: RuleGroup;
  /** In seconds. */
  readonly interval: number;
}

/** The step by which a hold is changed: the smallest that anybody would call a different one. */
const HOLD_STEP = 60;

const SEVERITIES: { readonly [severity: string]: string } = {
  critical: 'warning',
  warning: 'critical',
  info: 'warning',
  none: 'critical',
};

/** Every mutant of the rules of some groups: of expressions, of how long an alert must hold or goes on firing, and of what is put on it. */
export function ruleMutants(groups: readonly RuleGroup[]): RuleMutant[] {
  const names = groups.flatMap((group) => group.rules.map(nameOf));
  return groups.flatMap(({ file, rules }) =>
    rules.flatMap((original) => {
      const name = nameOf(original);
      const isAlone = names.indexOf(name) === names.lastIndexOf(name);
      const labels = Object.entries(original.labels ?? {}).map(([key, value]) => `${key}="${value}"`);
      const subject = isAlone ? name : `${name}{${labels.join(',')}}`;
      return changesOf(original).map(({ part, change, rule }) => ({
        title: `${subject}: ${change}`.replaceAll(/\s+/g, ' '),
        file,
        text: textOf(rule),
        ...(part === 'label' && original.alert !== undefined ? {} : { kin: kinOf(original, rule) }),
        part,
        original,
        rule,
      }));
    }),
  );
}

/** A mutant that must be found out itself when it is said to be proven: its kin say nothing of the proof. */
export function alone(mutant: RuleMutant, proof: (mutant: RuleMutant) => string | undefined): RuleMutant {
  if (proof(mutant) === undefined) return mutant;
  const { kin: _, ...others } = mutant;
  return others;
}

/** The mutants of how often groups are evaluated. */
export const groupMutants = (groups: readonly RuleGroup[]): GroupMutant[] =>
  groups.flatMap((original) =>
    [2, 8].map((times) => {
      const interval = parseSeconds(original.interval) * times;
      return {
        title: `group ${original.name}: interval ${original.interval} became ${formatSeconds(interval)}`,
        file: original.file,
        text: `${original.name} ${interval}`,
        original,
        interval,
      };
    }),
  );

/** A rule as what it does depends on it: what it says to people is no part of it. */
export const textOf = ({ annotations: _, ...rule }: YamlRule): string => JSON.stringify(rule);

interface Change {
  readonly part: Part;
  readonly change: string;
  readonly rule: YamlRule;
}

function changesOf(rule: YamlRule): Change[] {
  return [
    ...variantsOf(rule.expr).map(({ change, expr }) => ({
      part: 'expression' as const,
      change,
      rule: { ...rule, expr },
    })),
    ...(rule.alert === undefined ? [] : [...holds(rule, 'for'), ...holds(rule, 'keep_firing_for')]),
    ...labels(rule),
  ];
}

function holds(rule: YamlRule, field: 'for' | 'keep_firing_for'): Change[] {
  const text = rule[field];
  const held = (change: string, span: number): Change => ({
    part: 'hold',
    change: `${field} ${text ?? 'none'} ${change}`,
    rule: { ...rule, [field]: formatSeconds(span) },
  });
  if (text === undefined) return [held('became a minute', HOLD_STEP)];
  const span = parseSeconds(text);
  return [
    held('was removed', 0),
    held('became longer', span + HOLD_STEP),
    ...(span > HOLD_STEP ? [held('became shorter', span - HOLD_STEP)] : []),
  ];
}

function labels(rule: YamlRule): Change[] {
  return Object.entries(rule.labels ?? {}).map(([name, value]) => {
    const { [name]: _, ...others } = rule.labels!;
    const other = name === 'severity' ? SEVERITIES[value] : undefined;
    return other === undefined
      ? { part: 'label', change: `label ${name} was left out`, rule: { ...rule, labels: others } }
      : {
          part: 'label',
          change: `label ${name} "${value}" became "${other}"`,
          rule: { ...rule, labels: { ...others, [name]: other } },
        };
  });
}
