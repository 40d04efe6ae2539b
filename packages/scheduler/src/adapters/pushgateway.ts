import { DeclarationError, log } from '@sightglass/core';
import { unknownNames, withinSeconds } from '@sightglass/core/authors';

/** How a Pushgateway keeps what is pushed to it. */
export interface PushgatewayOptions {
  /** The group's label `job`, which Prometheus takes over with `honor_labels`. */
  readonly job: string;
  /** Further labels of the group, such as an instance. Default: none, so that each run replaces what the one before pushed. */
  readonly labels?: { readonly [name: string]: string };
  /** How long the whole exchange may take, from connecting to the last byte of the answer. Default 10. */
  readonly timeoutSeconds?: number;
}

const TIMEOUT_SECONDS = 10;
/** How much of a refusal is told. */
const MOST_OF_AN_ANSWER = 500;

/**
 * A flush for `runOnce` that pushes every metric of this process to a Pushgateway: `runOnce(job, work, { flush: pushgateway('http://pushgateway:9091', { job: 'backup' }) })`.
 * It adds by metric name (POST) and does not replace the group (PUT): a run that fails has no last success of its own, and must not take away the one that the gateway holds.
 * A user and password in the address are sent as basic auth. Rejects when the gateway does not take it, or not in time; what was begun is then called off, so
 * nothing keeps the process. Throws a `DeclarationError` when the address, the group or the time is none.
 */
export function pushgateway(
  url: string,
  options: PushgatewayOptions,
): (signal?: AbortSignal) => Promise<void> {
  const { address, authorization, timeoutSeconds } = declared(url, options);
  return async (signal) => {
    const { createExposition } = await import('@sightglass/core/endpoint');
    const { contentType, chunks } = await createExposition().render();
    const body = Buffer.concat(chunks);
    if (body.length === 0) return;
    const headers = { 'content-type': contentType, ...authorization };
    await withinSeconds(
      timeoutSeconds,
      async (late) => {
        const response = await fetch(address, { method: 'POST', headers, body, signal: late });
        const answer = await beginningOf(response);
        if (!response.ok) throw new Error(`The Pushgateway answered ${response.status}: ${answer}`);
      },
      signal,
    );
    log().debug({ bytes: body.length }, 'Metrics were pushed');
  };
}

/** The first of what was answered, which says what is wrong. The rest is called off, so that no answer without an end is read. */
async function beginningOf(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (response.ok || text.length >= MOST_OF_AN_ANSWER) break;
  }
  return text.slice(0, MOST_OF_AN_ANSWER);
}

interface Declared {
  readonly address: string;
  readonly authorization: { readonly authorization?: string };
  readonly timeoutSeconds: number;
}

function declared(url: string, options: PushgatewayOptions): Declared {
  try {
    const { job, labels = {}, timeoutSeconds = TIMEOUT_SECONDS } = options;
    const group = Object.entries({ job, ...labels });
    const isText = group.every(([, value]) => typeof value === 'string');
    const problems = [
      URL.canParse(url) ? [] : ['the address must be a URL, such as http://pushgateway:9091'],
      isText ? [] : ['job and labels must be strings'],
      unknownNames(options, ['job', 'labels', 'timeoutSeconds']),
      typeof timeoutSeconds === 'number' && timeoutSeconds > 0
        ? []
        : ['timeoutSeconds must be a number over 0'],
    ].flat();
    if (problems.length > 0) throw new DeclarationError('The Pushgateway', problems);
    const path = group.map(([name, value]) => `${name}@base64/${base64(value)}`).join('/');
    const { username, password } = new URL(url);
    const address = new URL(url);
    address.username = address.password = address.search = address.hash = '';
    return {
      address: `${address.href.replace(/\/+$/, '')}/metrics/${path}`,
      authorization: username === '' && password === '' ? {} : { authorization: basic(username, password) },
      timeoutSeconds,
    };
  } catch (error) {
    throw DeclarationError.from(error, 'The Pushgateway');
  }
}

/** As the gateway reads it from a path; an empty value is a single `=`. */
const base64 = (value: string) => Buffer.from(value, 'utf8').toString('base64url') || '=';

const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // A percent sign that escapes nothing.
  }
}
