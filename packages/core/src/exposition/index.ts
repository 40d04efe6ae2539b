export {
  createExposition,
  EXPOSITION_OPTIONS,
  type Exposition,
  type ExpositionOptions,
} from './exposition.ts';
export type { CollectedBySdk, CollectSdk } from './sdk-source.ts';
