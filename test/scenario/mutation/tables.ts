import type { Bench, Witness } from '../../mutation/mutant.ts';
import type { RuleMutant } from '../../mutation/rules/mutants.ts';
import type { YamlRule } from '../../rules/rule.ts';
import { tables } from '../tables/index.ts';
import type { Table } from '../tables/table.ts';
import { benchesOf } from './bench.ts';
import { type StoryWitness, storyWitness } from './witnesses.ts';

/*
 * Tables as witnesses of mutants. That of an alert is judged by its expression: where that holds and what it says is all that an alert does, but for how
 * long it holds and what is put on it.
 */

export interface TableWitnesses {
  readonly witnesses: readonly Witness<RuleMutant>[];
  readonly benches: readonly Bench<RuleMutant>[];
}

/** The tables of these rules. */
export function tableWitnesses(rules: readonly YamlRule[]): TableWitnesses {
  const witnesses = new Map<StoryWitness, Witness<RuleMutant>>();
  const tableOf = new Map<StoryWitness, Table>();
  for (const table of tables.filter(({ rule }) => rules.includes(rule))) {
    const inner = storyWitness(table.played, table.book);
    witnesses.set(inner, ofRule(inner, table));
    tableOf.set(inner, table);
  }
  const benches = benchesOf([...witnesses.keys()]).map((bench): Bench<RuleMutant> => {
    const own = bench.witnesses as readonly StoryWitness[];
    const table = tableOf.get(own[0]!)!;
    return {
      witnesses: own.map((each) => witnesses.get(each)!),
      async judge(mutants) {
        const recorded = new Map(mutants.map((mutant) => [recordedOf(mutant, table), mutant]));
        const found = await bench.judge([...recorded.keys()]);
        return new Map(
          [...found].map(([each, by]) => [recorded.get(each)!, witnesses.get(by as StoryWitness)!]),
        );
      },
      // A table says nothing of any rule but its own.
      notice: async () => new Map(),
    };
  });
  return { witnesses: [...witnesses.values()], benches };
}

/** A table as a witness of the mutants of its rule. */
function ofRule(inner: StoryWitness, table: Table): Witness<RuleMutant> {
  const isOwn = ({ original, part }: RuleMutant) =>
    original === table.rule && (part === 'expression' || original.alert === undefined);
  return {
    title: inner.title,
    evidence: (mutant) => (isOwn(mutant) ? inner.evidence(recordedOf(mutant, table)) : undefined),
    claims: isOwn,
    async findsOut(mutants) {
      const recorded = new Map(mutants.map((mutant) => [recordedOf(mutant, table), mutant]));
      return [...(await inner.findsOut([...recorded.keys()]))].map((each) => recorded.get(each)!);
    },
  };
}

/** The same change of what records the expression of an alert. */
const recordedOf = (mutant: RuleMutant, { rule, recorded }: Table): RuleMutant =>
  rule === recorded
    ? mutant
    : { ...mutant, original: recorded, rule: { ...recorded, expr: mutant.rule.expr } };
