import type { Preset } from './preset.ts';
import { pricingSync } from './pricing-sync.ts';

export { type ChosenPresets, exceptPresets, type Preset, presetAlerts } from './preset.ts';

/** Every preset that can be asked for. */
export const presets: readonly Preset[] = [pricingSync];

/** The presets of these names; one that is not known is left out, as the validation of the context says so. */
export const presetsNamed = (chosen: { readonly [preset: string]: string }) =>
  presets.flatMap((preset) =>
    Object.hasOwn(chosen, preset.name) ? [[preset, chosen[preset.name]!] as const] : [],
  );
