import { mkdirSync, writeFileSync } from 'node:fs';
import { renderDashboards } from './render.ts';

/** Writes the committed files: the defaults, for one installation without special labels. */
const folder = new URL('../grafana/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const { file, json } of renderDashboards()) writeFileSync(new URL(file, folder), json);
