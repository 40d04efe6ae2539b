import type { Inhibition } from './model.ts';

/** A warning says nothing beside the critical alert on the same thing. */
export const inhibitions: readonly Inhibition[] = [
  {
    sources: ['IcebergOffloadLagCritical'],
    targets: ['IcebergOffloadLagElevated'],
    equal: ['layer', 'table'],
  },
  { sources: ['IcebergOffloadCycleTooSlow'], targets: ['IcebergOffloadCycleSlow'], equal: ['layer'] },
];
