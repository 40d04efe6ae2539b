import type { QualityCheck } from '../quality/index.ts';

/** The documents that are read, by the tool that writes them; `unknown` is none of them. */
export const DOCUMENT_FORMATS = [
  'dbt_sources',
  'dbt_freshness',
  'dbt_run_results',
  'great_expectations',
  'soda',
  'openlineage',
  'unknown',
] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

/** What a document says of data sets, in the terms of the helpers that record it. */
export interface DocumentContent {
  readonly format: DocumentFormat;
  readonly checks: readonly QualityCheck[];
  readonly freshness: readonly { readonly dataset: string; readonly newest: Date }[];
  readonly volumes: readonly {
    readonly dataset: string;
    readonly rows: number;
    readonly at: Date | undefined;
  }[];
  readonly ranges: readonly {
    readonly dataset: string;
    readonly column: string;
    readonly min: number;
    readonly max: number;
  }[];
  /** Entries that are not as the format says, each in a sentence. */
  readonly problems: readonly string[];
}

/** What a reader adds to while it goes through a document. */
export class Content {
  readonly checks: QualityCheck[] = [];
  readonly freshness: { dataset: string; newest: Date }[] = [];
  readonly volumes: { dataset: string; rows: number; at: Date | undefined }[] = [];
  readonly ranges: { dataset: string; column: string; min: number; max: number }[] = [];
  readonly problems: string[] = [];
  readonly format: DocumentFormat;

  constructor(format: DocumentFormat) {
    this.format = format;
  }
}

/** What is known of tests besides what the results say: the data set that each is attached to. */
export type AttachedTo = (test: string) => string | undefined;

/** Reads one kind of document. Never throws. */
export type DocumentReader = (document: unknown, attachedTo?: AttachedTo) => DocumentContent;
