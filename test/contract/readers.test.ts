import { readdirSync, readFileSync } from 'node:fs';
import * as core from '@sightglass/core/metrics';
import * as pipeline from '@sightglass/pipeline/metrics';
import * as scheduler from '@sightglass/scheduler/metrics';
import * as worker from '@sightglass/worker/metrics';
import { expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

const textsIn = (folder: string, extension: string): readonly string[] =>
  readdirSync(new URL(folder, ROOT))
    .filter((file) => file.endsWith(extension))
    .map((file) => readFileSync(new URL(`${folder}${file}`, ROOT), 'utf8'));

/** What a person can paste. */
const queriesIn = (text: string) =>
  [...text.matchAll(/^ *```promql\n([\s\S]*?)^ *```/gm)].map(([, query]) => query!);

/** Every name that an expression of rules, aliases, dashboards, runbooks or guides has. */
const read = new Set(
  [
    ...textsIn('rules/prometheus/', '.yml'),
    ...textsIn('dashboards/grafana/', '.json'),
    ...[...textsIn('rules/runbooks/', '.md'), ...textsIn('docs/', '.md')].flatMap(queriesIn),
  ].flatMap((text) => text.match(/[a-zA-Z_:][\w:]*/g) ?? []),
);

/** What nobody reads by a query that ships, and why it is there. */
const UNREAD: { readonly [name: string]: string } = {
  http_server_upgrades_total:
    'of services that speak WebSocket, for panels of their own: an upgrade is no request, and no rule judges it',
  http_server_upgraded_connections: 'the same: how many are open says nothing of whether that is right',
  sightglass_hand_overs_failed_total:
    'the log says each; what comes of it is told as sightglass_processes_missing',
};

const metrics = [core, pipeline, scheduler, worker].flatMap((all) =>
  Object.values(all).map((metric) => ('descriptor' in metric ? metric.descriptor : metric)),
);

test.each(metrics.map(({ name, kind }) => [name, kind] as const))(
  '%s is read by a rule, a panel or a query that somebody can paste',
  (name, kind) => {
    const series = kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name];
    // What is there for a reason of its own is no longer so once it is read.
    expect(series.some((one) => read.has(one))).toBe(!Object.hasOwn(UNREAD, name));
  },
);
