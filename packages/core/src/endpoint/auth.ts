import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Who may read: whoever has the token, or the name and password. */
export type EndpointAuth =
  | { readonly bearerToken: string }
  | { readonly username: string; readonly password: string };

/** What is asked of a request. */
export interface Guard {
  allows(request: IncomingMessage): boolean;
  /** The value of `WWW-Authenticate` in a refusal. */
  readonly challenge: string;
}

/** Everything wrong with `auth`; empty when it is sound or absent. */
export function authProblems(auth: EndpointAuth | undefined): string[] {
  if (auth === undefined) return [];
  if (typeof auth !== 'object' || auth === null)
    return ['auth must be { bearerToken } or { username, password }'];
  const { bearerToken, username, password } = auth as { [name: string]: unknown };
  if (bearerToken !== undefined) {
    if (username !== undefined || password !== undefined)
      return ['auth must have a bearerToken, or a username and a password, not both'];
    return filled(bearerToken) && !/\s/.test(bearerToken)
      ? []
      : ['auth.bearerToken must be a non-empty string without spaces'];
  }
  const problems: string[] = [];
  if (!filled(username) || username.includes(':'))
    problems.push('auth.username must be a non-empty string without a colon');
  if (!filled(password)) problems.push('auth.password must be a non-empty string');
  return problems;
}

/** A guard for sound `auth`; without it everyone is allowed. */
export function guardOf(auth: EndpointAuth | undefined): Guard {
  if (auth === undefined) return { allows: () => true, challenge: '' };
  const bearer = 'bearerToken' in auth;
  const expected = digest(bearer ? auth.bearerToken : `${auth.username}:${auth.password}`);
  return {
    challenge: bearer ? 'Bearer realm="telemetry"' : 'Basic realm="telemetry", charset="UTF-8"',
    allows: ({ headers }) => {
      const [, scheme = '', credentials = ''] = /^(\w+) +(\S+) *$/.exec(headers.authorization ?? '') ?? [];
      const given = bearer ? credentials : Buffer.from(credentials, 'base64').toString('utf8');
      // Digests have one length, so the comparison takes the same time whatever was sent.
      const same = timingSafeEqual(digest(given), expected);
      return same && scheme.toLowerCase() === (bearer ? 'bearer' : 'basic');
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function filled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
