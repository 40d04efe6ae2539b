import { labelsOf, type YamlRule } from '../../rules/rule.ts';
import type { Witness } from '../mutant.ts';
import type { RuleMutant } from './mutants.ts';

/** What an alert says to those who route it. */
export interface AlertLabelsTold {
  readonly severity: string;
  readonly component: string;
}

/** Finds out mutants of the labels of an alert, by what they have to be. */
export const labelsWitness = (
  alert: string,
  told: readonly AlertLabelsTold[],
  rules: readonly YamlRule[],
): Witness<RuleMutant> => ({
  title: `the labels of ${alert}`,
  evidence: ({ original, part }) =>
    original.alert === alert && part === 'label' ? JSON.stringify(told) : undefined,
  findsOut: async (mutants) =>
    mutants.filter(({ original, rule }) => {
      const changed = rules.map((each) => (each === original ? rule : each));
      return asText(labelsOf(alert, changed)) !== asText(told);
    }),
});

const asText = (labels: readonly object[]): string =>
  JSON.stringify(labels.map((each) => Object.entries(each).sort()));
