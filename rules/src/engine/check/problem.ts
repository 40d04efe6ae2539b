import type { Duration } from '../promql/duration.ts';
import type { Catalog } from './catalog.ts';
import type { ParsedQuery, SyntaxNode } from './tree.ts';

/** What an expression is for; alerts are held to more. */
export type Purpose = 'alert' | 'recording' | 'panel';

/** What a check looks at. */
export interface CheckedQuery extends ParsedQuery {
  readonly catalog: Catalog;
  readonly scrapeInterval: Duration;
  /** How far back Prometheus can look. */
  readonly retention: Duration;
  readonly purpose: Purpose;
}

/** A mistake, where it is and why it is one. */
export interface Finding {
  readonly node: SyntaxNode;
  readonly message: string;
}

/** One rule of good PromQL: a name, and a function that gives all that breaks it. */
export interface Check {
  readonly name: string;
  readonly run: (query: CheckedQuery) => readonly Finding[];
}

/** A finding as a caller reads it. */
export interface Problem {
  readonly check: string;
  readonly message: string;
  /** The part of the expression that is meant, and where it begins. */
  readonly part: string;
  readonly at: number;
}
