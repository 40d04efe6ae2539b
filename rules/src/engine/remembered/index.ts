export {
  type AnyCounter,
  type Counting,
  counting,
  grownIn,
  justGrown,
  type Total,
  type TotalOptions,
  type Window,
} from './counting.ts';
export { COPY_INTERVAL, copiesOf, copyOf, kept, LONGEST_GAP, remembered } from './memory.ts';
export { type Thing, type ThingOptions, thing } from './thing.ts';
