export { createExposition, type Exposition, type ExpositionOptions } from './exposition.ts';
export type { CollectedBySdk, CollectSdk } from './sdk-source.ts';
