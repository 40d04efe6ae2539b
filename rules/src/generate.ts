import { mkdirSync, writeFileSync } from 'node:fs';
import { renderAlertmanagerFiles } from './alertmanager/index.ts';
import { renderRules } from './render/index.ts';

/** Every committed file that is generated, by its path in this package: the defaults, for one installation without labels of its own. */
export const generatedFiles = (): { readonly [path: string]: string } => ({
  ...Object.fromEntries(renderRules().map(({ file, yaml }) => [`prometheus/${file}`, yaml])),
  ...Object.fromEntries(renderAlertmanagerFiles().map(({ file, text }) => [`alertmanager/${file}`, text])),
});

if (import.meta.main) {
  for (const [path, text] of Object.entries(generatedFiles())) {
    const file = new URL(`../${path}`, import.meta.url);
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(file, text);
  }
}
