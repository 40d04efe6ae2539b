import type { ExpositionOptions } from './exposition.ts';
import { createExposition } from './exposition.ts';
import { type ParsedFamily, parseStrictly } from './parse-strictly.support.ts';

/** What a test reads of an exposition. */
export interface Rendered {
  readonly contentType: string;
  readonly text: string;
  readonly families: ParsedFamily[];
}

/** For tests: renders with one exposition again and again, and reads each result strictly. */
export function rendering(options: ExpositionOptions): (accept?: string) => Promise<Rendered> {
  const exposition = createExposition(options);
  return async (accept) => {
    const { contentType, chunks } = await exposition.render(accept);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    return {
      contentType,
      text,
      families: parseStrictly(text, contentType.startsWith('application/openmetrics-text')),
    };
  };
}

export const OPENMETRICS = 'application/openmetrics-text;version=1.0.0';
