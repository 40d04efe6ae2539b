import { diag } from '@opentelemetry/api';

const told = new Set<string>();

/** Says, once for each metric, which are exported from instrumentations of the host. `scopes` holds who measures each, by its name. */
export function tellGivingWay(scopes: ReadonlyMap<string, string>): void {
  const fresh = [...scopes].filter(([name]) => !told.has(name));
  if (fresh.length === 0) return;
  for (const [name] of fresh) told.add(name);
  const list = fresh.map(([name, scope]) => `${name} (by ${scope})`).join(', ');
  diag.warn(
    `These are measured by instrumentations of OpenTelemetry too; what those measure is exported, and what this library does is not: ${list}. Switch one of the two off.`,
  );
}
