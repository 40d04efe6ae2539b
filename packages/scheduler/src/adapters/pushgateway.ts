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
/** Redirects that ask for the same request at another place, and how many are followed. */
const SENT_AGAIN = new Set([307, 308]);
const MOST_MOVES = 5;
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
        const response = await post(address, { headers, body, signal: late });
        const answer = await beginningOf(response);
        if (response.ok) return;
        const place = response.headers.get('location');
        const moved = place === null ? '' : ` (moved to ${place}: give that address)`;
        throw new Error(`The Pushgateway answered ${response.status}${moved}: ${answer}`);
      },
      signal,
    );
    log().debug({ bytes: body.length }, 'Metrics were pushed');
  };
}

interface Post {
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
}

/**
 * Posts to an address, and to where it says that a POST is to be sent again. What else it says has moved is no success, whatever is there: fetch would ask there by GET, and a page to log
 * in is answered with 200. Credentials stay with the origin that they are for.
 */
async function post(address: string, { headers, ...rest }: Post, moves = 0): Promise<Response> {
  const response = await fetch(address, { method: 'POST', headers, ...rest, redirect: 'manual' });
  const place = response.headers.get('location');
  if (!SENT_AGAIN.has(response.status) || place === null || moves === MOST_MOVES) return response;
  await response.body?.cancel();
  const next = new URL(place, address);
  const { authorization: _, ...plain } = headers;
  const same = next.origin === new URL(address).origin;
  return post(next.href, { headers: same ? headers : plain, ...rest }, moves + 1);
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
    const group: (readonly [name: string, value: unknown])[] = [['job', job], ...Object.entries(labels)];
    const isWeb = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
    const isText = group.every(([, value]) => typeof value === 'string') && job !== '';
    const isNamed = Object.keys(labels).every((name) => LABEL.test(name) && name !== 'job');
    const problems = [
      isWeb ? [] : ['the address must be a URL of http or https, such as http://pushgateway:9091'],
      isText ? [] : ['job and labels must be strings, and job not an empty one'],
      isNamed ? [] : [`the names of labels must match ${LABEL.source}, and none be job`],
      unknownNames(options, ['job', 'labels', 'timeoutSeconds']),
      typeof timeoutSeconds === 'number' && timeoutSeconds > 0
        ? []
        : ['timeoutSeconds must be a number over 0'],
    ].flat();
    if (problems.length > 0) throw new DeclarationError('The Pushgateway', problems);
    const path = group.map(([name, value]) => `${name}@base64/${base64(value as string)}`).join('/');
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

/** What a path of the gateway can hold and Prometheus takes. */
const LABEL = /^(?!__)[a-zA-Z_]\w*$/;

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
