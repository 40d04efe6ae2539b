import { describe } from '@sightglass/core/authors';
import { DOCUMENT_FORMATS } from './formats.ts';

/** What was read of documents in which other tools say how data are. What they say is in the metrics of data sets. They are born with the first call that reads: most services read none. */

export const documentReads = describe('counter', 'document_reads_total', {
  help: 'Documents on the quality of data that were read, or could not be: no file, no JSON, too large, of no known format, or with nothing in it.',
  labels: { format: DOCUMENT_FORMATS, outcome: ['read', 'unreadable'] },
  unit: '{document}',
});

export const documentEntriesSkipped = describe('counter', 'document_skipped_entries_total', {
  help: 'Entries of documents that were left out, because they are not as their format says.',
  labels: { format: DOCUMENT_FORMATS },
  unit: '{entry}',
});
