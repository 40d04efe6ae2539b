/** The methods that the conventions know, and the name for all others, so that a client can't make series. */
export const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  'QUERY',
  '_OTHER',
] as const;

export type Method = (typeof METHODS)[number];

const KNOWN: ReadonlySet<string> = new Set(METHODS);

export function methodOf(method: string | undefined): Method {
  return method !== undefined && KNOWN.has(method) ? (method as Method) : '_OTHER';
}
