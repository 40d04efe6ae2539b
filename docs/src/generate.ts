import { readFileSync, writeFileSync } from 'node:fs';
import { alertsPage } from './alerts-page.ts';
import { dashboardsPage } from './dashboards-page.ts';
import { metricsPage } from './metrics-page.ts';
import { withCounts } from './readme.ts';
import { referenceNamesPage } from './reference-names.ts';
import { routingPage } from './routing-page.ts';
import { slosPage } from './slos-page.ts';

const NOTE = '<!-- Generated from the catalog and the rules. Do not edit: run `pnpm generate`. -->\n\n';

const pages = {
  'metrics.md': metricsPage(),
  'alerts.md': alertsPage(),
  'slos.md': slosPage(),
  'dashboards.md': dashboardsPage(),
  'routing.md': routingPage(),
};

for (const [file, page] of Object.entries(pages)) {
  writeFileSync(new URL(`../reference/${file}`, import.meta.url), NOTE + page);
}

writeFileSync(new URL('../reference-names.md', import.meta.url), NOTE + referenceNamesPage());

const readme = new URL('../../README.md', import.meta.url);
writeFileSync(readme, withCounts(readFileSync(readme, 'utf8')));
