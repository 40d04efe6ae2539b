import { measureOf } from '../measure.ts';
import type { Check, Finding } from '../problem.ts';

/** Seconds are not compared with bytes, and two points in time are not added. */
export const mismatch: Check = {
  name: 'mismatch',
  run: (query) => {
    const found: Finding[] = [];
    measureOf(query, query.root, (each) => found.push(each));
    return found;
  },
};
