import { readFileSync } from 'node:fs';
import type { MetricDescriptor } from '@sightglass/core';
import { hosts } from '@sightglass/rules';
import { type Exporter, startExporter } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** What the rules on machines and containers read is what the exporters say: the node exporter itself, and cAdvisor by its own list, which is all there is of it here. */

/** Metrics of a text by name: kind, and all labels that were seen. */
function metricsIn(
  text: string,
): ReadonlyMap<string, { readonly kind: string; readonly labels: Set<string> }> {
  const kinds = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name!, kind!]));
  const found = new Map<string, { readonly kind: string; readonly labels: Set<string> }>();
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/gm)) {
    const one = found.get(name) ?? { kind: kinds.get(name) ?? 'untyped', labels: new Set() };
    found.set(name, one);
    for (const [, label] of labels.matchAll(/(\w+)="/g)) one.labels.add(label!);
  }
  return found;
}

const descriptorsOf = (metrics: readonly { readonly descriptor: MetricDescriptor }[]) =>
  metrics.map(({ descriptor }) => descriptor);

let exporter: Exporter;
let machine: ReturnType<typeof metricsIn>;
beforeAll(async () => {
  exporter = await startExporter('node');
  machine = metricsIn(await (await fetch(`http://${exporter.target}/metrics`)).text());
});
afterAll(() => exporter?.stop());

describe.each(descriptorsOf(hosts.ofNode))('the node exporter says $name', ({ name, kind, labels }) => {
  test('of that kind, with those labels', () => {
    const found = machine.get(name);
    expect(found, name).toBeDefined();
    // What the kernel counts is of no kind to it.
    expect([kind, 'untyped']).toContain(found!.kind);
    expect(found!.labels).toEqual(new Set([...labels.map((label) => label.name), ...mayBe(found!.labels)]));
  });
});

/** Versions differ in these. */
const mayBe = (labels: ReadonlySet<string>): readonly string[] =>
  [...labels].filter((label) => ['device_error'].includes(label));

const cadvisor = metricsIn(readFileSync(new URL('fixtures/cadvisor.txt', import.meta.url), 'utf8'));

describe.each(descriptorsOf(hosts.byCadvisor))("cAdvisor's list has $name", ({ name, kind, labels }) => {
  test('of that kind, with those labels', () => {
    const found = cadvisor.get(name);
    expect(found?.kind).toBe(kind);
    expect(labels.map((label) => label.name).filter((label) => !found!.labels.has(label))).toEqual([]);
  });
});
