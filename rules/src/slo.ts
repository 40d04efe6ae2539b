export * from './engine/slo/index.ts';
export { shippedSlos } from './shipped.ts';
