/** One level of an error-budget policy. */
export interface PolicyLevel {
  /** The smallest rest of the budget that still belongs to the level; the level above begins where it is reached. -Infinity on the last. */
  readonly from: number;
  readonly name: string;
  /** What a team does at this level. */
  readonly action: string;
}

/** What is done at which rest of the budget, from the best level to the worst; the number of a level is its place, from 0. */
export type BudgetPolicy = readonly PolicyLevel[];

/**
 * The levels of reference system 002 (E1 to E5). There neighbours share their edges; here each level includes its lower edge, so that 75 % is
 * normal operation, and an exactly spent budget (0 %) is still a kept promise.
 */
export const BUDGET_POLICY: BudgetPolicy = Object.freeze([
  { from: 0.75, name: 'normal operation', action: 'Ship and experiment as planned.' },
  {
    from: 0.5,
    name: 'watch closely',
    action: 'Look at each bad event when it happens; put risky changes off.',
  },
  {
    from: 0.25,
    name: 'focus on reliability',
    action: 'Reliability work goes before features in what is planned next.',
  },
  {
    from: 0,
    name: 'freeze features',
    action: 'Only fixes and reliability work are released until the budget is back above 25 %.',
  },
  {
    from: Number.NEGATIVE_INFINITY,
    name: 'post-mortem',
    action:
      'The promise is broken: freeze features, write a post-mortem within five working days, and agree on what changes.',
  },
]);

/** From this level on (by its number) somebody must act, so that the alert is a warning. Below it, the alert is only noted. */
export const ACTING_LEVEL = 3;

/** The number of the level that a rest of the budget belongs to. */
export const levelOf = (policy: BudgetPolicy, remaining: number): number =>
  policy.findIndex(({ from }) => remaining >= from);
