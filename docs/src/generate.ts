import { writeFileSync } from 'node:fs';
import { alertsPage } from './alerts-page.ts';
import { metricsPage } from './metrics-page.ts';

const NOTE = '<!-- Generated from the catalog and the rules. Do not edit: run `pnpm generate`. -->\n\n';

for (const [file, page] of Object.entries({ 'metrics.md': metricsPage(), 'alerts.md': alertsPage() })) {
  writeFileSync(new URL(`../reference/${file}`, import.meta.url), NOTE + page);
}
