export {
  type AnyCounter,
  type Counting,
  counting,
  grownIn,
  justGrown,
  runningSum,
  type Total,
  type TotalOptions,
  type Window,
} from './counting.ts';
export { type Limit, limitOf } from './limit.ts';
export {
  before,
  COPY_INTERVAL,
  copiesOf,
  copyOf,
  kept,
  LONGEST_GAP,
  remembered,
  withCopies,
} from './memory.ts';
export { enabledOf, exportedByOf, ownershipOf } from './said.ts';
export { sharedNames } from './services.ts';
export { type Thing, type ThingOptions, thing } from './thing.ts';
