export type { OpenSloDocument } from './model.ts';
export { type OpenSloFile, openSloFiles, renderOpenSlo } from './render.ts';
