import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Whether a request may be answered, by the name that it was sent to. */
export type HostCheck = (request: IncomingMessage) => boolean;

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/i;

/**
 * Refuses requests that were sent to the name of a stranger. A browser on this machine that has loaded a page of `evil.example` can be made to take
 * 127.0.0.1 for that name (DNS rebinding), and then lets the page read what is served there; the name in `Host` is what gives it away.
 * Undefined, for all are answered, where the endpoint is not on loopback and nobody said which names it has. Addresses are no names.
 */
export function hostCheck(bound: string, allowed: readonly string[] | undefined): HostCheck | undefined {
  if (allowed === undefined && !LOOPBACK.test(bound)) return undefined;
  const names = new Set([bound, ...(allowed ?? [])].map((name) => name.toLowerCase()));
  return (request) => {
    const name = nameOf(request);
    return (
      name === '' ||
      isIP(name) !== 0 ||
      name === 'localhost' ||
      name.endsWith('.localhost') ||
      names.has(name)
    );
  };
}

/** The name without port, brackets and final dot. The target wins over the header where it is a whole URL (RFC 9112). Empty when there is none (HTTP/1.0). */
function nameOf({ url = '', headers }: IncomingMessage): string {
  const authority = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? headers.host ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const name = /^\[([^\]]*)\](?::\d*)?$/.exec(host)?.[1] ?? host.replace(/:\d*$/, '');
  return name.toLowerCase().replace(/\.$/, '');
}

/** What is wrong with the names; empty when they are sound or absent. */
export function hostProblems(allowed: unknown): string[] {
  const sound =
    allowed === undefined ||
    (Array.isArray(allowed) && allowed.every((name) => typeof name === 'string' && /^[^\s/:@]+$/.test(name)));
  return sound
    ? []
    : ['allowedHosts must be a list of names without scheme and port, such as ["metrics.internal"]'];
}
