import { DeclarationError, log } from '@sightglass/core';
import { unknownNames } from '@sightglass/core/authors';

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
 * Rejects when the gateway does not take it. Throws a `DeclarationError` when the address or the group is none.
 */
export function pushgateway(url: string, options: PushgatewayOptions): () => Promise<void> {
  const address = addressOf(url, options);
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

function addressOf(url: string, options: PushgatewayOptions): string {
  try {
    const { job, labels = {} } = options;
    const group = Object.entries({ job, ...labels });
    const isText = group.every(([, value]) => typeof value === 'string');
    const problems = [
      URL.canParse(url) ? [] : ['the address must be a URL, such as http://pushgateway:9091'],
      isText ? [] : ['job and labels must be strings'],
      unknownNames(options, ['job', 'labels']),
    ].flat();
    if (problems.length > 0) throw new DeclarationError('The Pushgateway', problems);
    const path = group.map(([name, value]) => `${name}@base64/${base64(value)}`).join('/');
    return `${url.replace(/\/+$/, '')}/metrics/${path}`;
  } catch (error) {
    throw DeclarationError.from(error, 'The Pushgateway');
  }
}

/** As the gateway reads it from a path; an empty value is a single `=`. */
const base64 = (value: string) => Buffer.from(value, 'utf8').toString('base64url') || '=';
