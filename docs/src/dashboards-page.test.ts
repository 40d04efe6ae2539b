import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dashboardPages, dashboardsPage, picturesOf } from './dashboards-page.ts';

const IMAGES = new URL('../images/', import.meta.url);

test('every dashboard has its four pictures, and is shown in an incident', () => {
  const page = dashboardsPage();
  for (const each of dashboardPages)
    for (const [, file] of picturesOf(each)) {
      expect.soft(existsSync(new URL(file, IMAGES)), file).toBe(true);
      expect.soft(page).toContain(`](../images/${file})`);
    }
});

test('no picture is of a dashboard that there is none of', () => {
  const known = new Set(dashboardPages.flatMap((each) => picturesOf(each).map(([, file]) => file)));
  expect(readdirSync(IMAGES).filter((file) => !known.has(file))).toEqual([]);
});

test('every panel says what it shows', () => {
  const silent = dashboardPages.flatMap(({ title, panels }) =>
    panels.flatMap((panel) =>
      panel.type === 'row' || panel.description ? [] : [`${title}: ${panel.title}`],
    ),
  );
  expect(silent).toEqual([]);
});
