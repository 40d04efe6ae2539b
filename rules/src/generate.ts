import { mkdirSync, writeFileSync } from 'node:fs';
import { renderRules } from './render.ts';

/** Writes the committed files: the defaults, for one installation without special labels. */
const folder = new URL('../prometheus/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const { file, yaml } of renderRules()) writeFileSync(new URL(file, folder), yaml);
