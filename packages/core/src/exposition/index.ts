export { createExposition, type Exposition, type ExpositionOptions } from './exposition.ts';
export { type ExpositionFormat, negotiate } from './negotiate.ts';
