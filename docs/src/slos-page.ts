import { serviceLevels } from '@sightglass/rules';
import { groupTable, metricTable, retention } from './slos/collection.ts';
import { dashboardSection } from './slos/dashboard.ts';
import { definition, overview } from './slos/definition.ts';
import { workedExamples } from './slos/examples.ts';
import {
  budgetFormulas,
  compositeSections,
  dependencyTable,
  levelFormula,
  policyTable,
} from './slos/policy.ts';
import * as prose from './slos/prose.ts';
import { reportingSection } from './slos/reporting.ts';
import { successTable } from './slos/success.ts';

/** `docs/reference/slos.md`: the SLO document (002-D5). What is data comes from the declarations, what people do is prose. */
export function slosPage(): string {
  const { longest, needed, longestScrape } = retention();
  const chapters: readonly (readonly [title: string, ...parts: readonly string[]])[] = [
    ['Objectives', prose.OBJECTIVES, overview(serviceLevels.shippedSlos)],
    ['Definitions', ...serviceLevels.shippedSlos.slos.map(definition)],
    ['Error budgets', prose.BUDGETS, budgetFormulas(), workedExamples()],
    ['Error-budget policy', policyTable(), prose.EDGES, levelFormula()],
    ['Composite reliability', prose.COMPOSITES, compositeSections()],
    ['Dependency SLOs', prose.dependencies(objectiveOf('source-freshness')), dependencyTable()],
    ['Dashboard', prose.DASHBOARD, dashboardSection()],
    ['Reports', prose.REPORTING, reportingSection()],
    ['Review', prose.REVIEW],
    ['Exceptions', prose.EXCEPTIONS],
    [
      'Metric collection',
      prose.COLLECTION,
      metricTable(),
      prose.prometheusSettings(longest, needed, longestScrape),
      groupTable(),
    ],
    ['OpenSLO', prose.OPENSLO],
    ['Success criteria', successTable()],
  ];
  return `# Service level objectives

${prose.INTRODUCTION}

${chapters.map(([title, ...parts]) => `## ${title}\n\n${parts.map((part) => part.trimEnd()).join('\n\n')}\n`).join('\n')}`;
}

const objectiveOf = (name: string): number =>
  serviceLevels.shippedSlos.slos.find((each) => each.name === name)!.objective;
