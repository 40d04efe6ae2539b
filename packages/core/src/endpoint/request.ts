import type { IncomingMessage } from 'node:http';

/**
 * The path that a request asks for, as it was sent: nothing is decoded and nothing resolved, so `/%6detrics` and `/x/../metrics` are not `/metrics`.
 * Understands the absolute form (`GET http://host/metrics`), which RFC 9112 asks every server to take.
 */
export function pathOf(request: IncomingMessage): string {
  const target = request.url ?? '';
  const path = (/^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1] ?? target).split(/[?#]/, 1)[0]!;
  return path === '' ? '/' : path;
}

/** Whether `Accept-Encoding` asks for gzip: named, or by `*`, with a weight over 0. Absent or unreadable means no. */
export function wantsGzip(header: string | undefined): boolean {
  let wildcard = false;
  for (const item of (header ?? '').toLowerCase().split(',')) {
    const [coding, ...parameters] = item.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const wanted = weight === undefined || Number(weight) > 0;
    if (coding === 'gzip' || coding === 'x-gzip') return wanted;
    if (coding === '*') wildcard = wanted;
  }
  return wildcard;
}
