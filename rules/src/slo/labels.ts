import { raw } from '../promql.ts';
import type { Subject } from './model.ts';

/** Labels as PromQL lists them. */
export const list = (labels: Subject): { readonly raw: string } => raw(labels.join(', '));
