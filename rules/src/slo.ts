import type { SloSet } from './engine/slo/index.ts';
import { shippedSlos as ofAllMixins } from './shipped.ts';

export * from './engine/slo/index.ts';
/** The shipped SLOs, with the component of each. */
export const shippedSlos: SloSet = ofAllMixins;
