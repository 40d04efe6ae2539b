import { log } from '@sightglass/core';

/** How a Pushgateway keeps what is pushed to it. */
export interface PushgatewayOptions {
  /** The group's label `job`, which Prometheus takes over with `honor_labels`. */
  readonly job: string;
  /** Further labels of the group, such as an instance. Default: none, so that each run replaces what the one before pushed. */
  readonly labels?: { readonly [name: string]: string };
}

/**
 * A flush for `runOnce` that pushes every metric of this process to a Pushgateway: `runOnce(job, work, { flush: pushgateway('http://pushgateway:9091', { job: 'backup' }) })`.
 * It adds by metric name (POST) and does not replace the group (PUT): a run that fails has no last success of its own, and must not take away the one that the gateway holds.
 * Rejects when the gateway does not take it.
 */
export function pushgateway(url: string, { job, labels = {} }: PushgatewayOptions): () => Promise<void> {
  const group = Object.entries({ job, ...labels }).map(([name, value]) => `${name}@base64/${base64(value)}`);
  const address = `${url.replace(/\/+$/, '')}/metrics/${group.join('/')}`;
  return async () => {
    const { createExposition } = await import('@sightglass/core/endpoint');
    const { contentType, chunks } = await createExposition().render();
    const body = Buffer.concat(chunks);
    if (body.length === 0) return;
    const response = await fetch(address, { method: 'POST', headers: { 'content-type': contentType }, body });
    if (!response.ok) {
      throw new Error(
        `The Pushgateway answered ${response.status}: ${(await response.text()).slice(0, 500)}`,
      );
    }
    log().debug({ bytes: body.length }, 'Metrics were pushed');
  };
}

/** As the gateway reads it from a path; an empty value is a single `=`. */
const base64 = (value: string) => Buffer.from(value, 'utf8').toString('base64url') || '=';
