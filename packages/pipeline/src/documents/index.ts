export type { DocumentFormat } from './formats.ts';
export { DOCUMENT_FORMATS } from './formats.ts';
export { type DocumentsOptions, type DocumentsRecorded, recordDocuments } from './read.ts';
