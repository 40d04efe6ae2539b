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
  const { bearerToken, username, password } = read(auth);
  if (bearerToken !== undefined) {
    if (username !== undefined || password !== undefined)
      return ['auth must have a bearerToken, or a username and a password, not both'];
    return filled(bearerToken) && /^[!-~]+$/.test(bearerToken)
      ? []
      : [
          'auth.bearerToken must be a non-empty string of ASCII letters, digits and signs, without spaces: a header carries no other',
        ];
  }
  const problems: string[] = [];
  if (!filled(username) || username.includes(':'))
    problems.push('auth.username must be a non-empty string without a colon');
  if (!filled(password)) problems.push('auth.password must be a non-empty string');
  if (![username, password].every(isSendable))
    problems.push(
      'auth.username and auth.password must have no control characters and no halves of characters',
    );
  return problems;
}

/** A guard for sound `auth`; without it everyone is allowed. */
export function guardOf(auth: EndpointAuth | undefined): Guard {
  if (auth === undefined) return { allows: () => true, challenge: '' };
  const { bearerToken, username, password } = read(auth);
  const bearer = bearerToken !== undefined;
  const expected = digest(bearer ? String(bearerToken) : `${username}:${password}`);
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

/** What RFC 7617 lets a client send: any text of Unicode without control characters. */
function isSendable(value: unknown): boolean {
  return typeof value !== 'string' || (!/\p{Cc}/u.test(value) && !/\p{Cs}/u.test(value));
}

/** What can't be read is taken for absent, and is said as that. */
function read(auth: object): { readonly [name: string]: unknown } {
  try {
    return { ...auth };
  } catch {
    return {};
  }
}
