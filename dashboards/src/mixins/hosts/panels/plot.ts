import type { Part, Query, Threshold } from '@sightglass/rules';
import { promql } from '@sightglass/rules';
import type { PanelSpec } from '../../../engine/spec.ts';
import { alertNamed } from '../../alerts.ts';

/* What the panels of machines and of containers share. */

export const HALF = { width: 12, height: 8 } as const;
export const HOST = '{{job}} {{instance}}';
export const CONTAINER = '{{instance}} {{pod}} {{container}}';

export const exprOf = (alert: string): Query => alertNamed(alert).expr;

export const plot = (
  title: string,
  description: string,
  query: Query,
  legend: string,
  { shown, line }: { readonly shown: PanelSpec['unit']; readonly line?: Threshold },
): PanelSpec => ({
  title,
  description,
  type: 'timeseries',
  unit: shown,
  ...HALF,
  queries: [{ query, legend, ...(line === undefined ? {} : { line }) }],
});

export const worst = (count: number, series: Part): Query => promql`topk(${count}, ${series})`;
