import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { quietly } from '../base/index.ts';

/** Whether a request may be answered, by the name that it was sent to. */
export type HostCheck = (request: IncomingMessage) => boolean;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');
/** What machines call themselves in their list of hosts. */
const LOOPBACK_NAME =
  /^(?:(?:.+\.)?localhost|localhost[46]?(?:\.localdomain[46]?)?|ip6-(?:localhost|loopback))\.?$/i;

/** Whether what an endpoint is bound to is reached from this machine alone, however it is written: `127.1` and `0:0:0:0:0:0:0:1` are such addresses too. */
function isLoopback(bound: string): boolean {
  // Browsers and resolvers write short and hexadecimal addresses out.
  const { hostname } = quietly(() => new URL(`http://${isIP(bound) === 6 ? `[${bound}]` : bound}`)) ?? {
    hostname: bound,
  };
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const version = isIP(address);
  return version === 0
    ? LOOPBACK_NAME.test(address)
    : LOOPBACK.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Refuses requests that were sent to the name of a stranger. A browser on this machine that has loaded a page of `evil.example` can be made to take
 * 127.0.0.1 for that name (DNS rebinding), and then lets the page read what is served there; the name in `Host` is what gives it away.
 * Undefined, for all are answered, where the endpoint is not on loopback and nobody said which names it has. Addresses are no names.
 */
export function hostCheck(bound: string, allowed: readonly string[] | undefined): HostCheck | undefined {
  if (allowed === undefined && !isLoopback(bound)) return undefined;
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
