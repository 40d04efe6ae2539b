import { readdirSync, readFileSync } from 'node:fs';
import { isAlert, ruleFiles } from '@sightglass/rules';
import { expect, test } from 'vitest';
import { lintDashboards, renderDashboards } from '../render.ts';
import { dashboardMixins } from './index.ts';
import { alerts, panelOf, shipped, shippedDashboard } from './shipped.support.ts';

const committed = new URL('../../grafana/', import.meta.url);

test('every folder here is a mixin of the list, under its name', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((each) =>
    each.isDirectory(),
  );
  expect(dashboardMixins.map(({ name }) => name).sort()).toEqual(folders.map(({ name }) => name).sort());
});

test('every alert of the rules belongs to a mixin', () => {
  const all = ruleFiles().flatMap(({ groups }) => groups.flatMap(({ rules }) => rules.filter(isAlert)));
  expect(alerts.map(({ alert }) => alert).sort()).toEqual([...new Set(all.map(({ alert }) => alert))].sort());
});

test('every dashboard passes every lint rule less what is excluded with a reason, and asks only for what exists', () => {
  expect(lintDashboards()).toEqual([]);
  const exclusions = dashboardMixins.flatMap((mixin) => mixin.exclusions ?? []);
  expect(exclusions.filter(({ reason }) => reason.length < 50)).toEqual([]);
});

test('the committed files are what is rendered', () => {
  const files = renderDashboards();
  expect(readdirSync(committed).sort()).toEqual(files.map(({ file }) => file).sort());
  for (const { file, json } of files) expect(readFileSync(new URL(file, committed), 'utf8')).toBe(json);
});

test('only what may be negative or is near 1 leaves the scale without a zero', () => {
  const floating = dashboardMixins.flatMap(({ dashboards }) =>
    dashboards.flatMap(({ panels }) =>
      panels.filter(({ from }) => from === 'data').map(({ title }) => title),
    ),
  );
  const unbounded = shipped.flatMap(({ panels = [] }) =>
    panels
      .filter(({ type }) => type !== 'table' && type !== 'state-timeline')
      .filter((panel) => panel.fieldConfig?.defaults?.min === undefined)
      .map(({ title }) => title),
  );
  expect(unbounded).toEqual(floating);
  expect(floating.length).toBeGreaterThan(0);
});

test('each alert is linked from the panel that it names: its rule and its section of the runbook', () => {
  expect(
    panelOf(shippedDashboard('sightglass-offload'), 'Success rate')?.links?.map(({ title }) => title),
  ).toEqual(['Alert: IcebergOffloadSuccessRateLow', 'Runbook: IcebergOffloadSuccessRateLow']);
  const linked = shipped.flatMap(({ panels = [] }) => panels.flatMap(({ links = [] }) => links));
  for (const { alert } of alerts) {
    expect(linked.filter(({ url }) => url === `/alerting/list?search=rule:${alert}`)).toHaveLength(1);
  }
  const elsewhere = shippedDashboard('sightglass-telemetry', { runbookBaseUrl: 'https://r.example' });
  expect(panelOf(elsewhere, 'Collector success')?.links?.[1]?.url).toBe(
    'https://r.example/telemetry.md#sightglasscollectorfailing',
  );
});

test('every dashboard begins with what fires, its numbers beside it', () => {
  for (const { uid, panels = [] } of shipped) {
    const first = panels.filter(({ gridPos }) => gridPos?.y === 0);
    expect(first[0], uid).toMatchObject({ title: 'Firing alerts', type: 'table' });
    expect(
      first.slice(1).map(({ type }) => type),
      uid,
    ).toEqual(first.slice(1).map(() => 'stat'));
    expect(new Set(first.map(({ gridPos }) => gridPos?.h)).size, uid).toBe(1);
    expect(
      first.reduce((width, { gridPos }) => width + (gridPos?.w ?? 0), 0),
      uid,
    ).toBe(24);
  }
});
