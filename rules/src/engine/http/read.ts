/** Where something is read, and how it is named in what is printed: a user and a password in it are sent as a header, and shown to nobody. */
export interface HttpAddress {
  readonly url: URL;
  /** Without what may be a secret: no user, no password, no query. */
  readonly shown: string;
  readonly headers: { readonly [name: string]: string };
}

/** How something is asked for, and how much of an answer is taken. */
export interface Asked {
  readonly method?: 'GET' | 'POST';
  readonly body?: URLSearchParams;
  readonly timeoutMs: number;
}

/** No page of metrics and no answer of Prometheus is larger; what is would fill the memory, as an answer does that never ends or was packed to a thousandth. */
const MOST_BYTES = 256 * 1024 * 1024;

/** An http or https address; undefined for any other text. */
export function httpAddress(text: string): HttpAddress | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const shown = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  if (username === '' && password === '') return { url, shown, headers: {} };
  const said = Buffer.from(`${plain(username)}:${plain(password)}`).toString('base64');
  return { url, shown, headers: { authorization: `Basic ${said}` } };
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Reads what is at an address. Throws in a sentence, which has no secret, when that can't be read, takes too long or is too much. */
export async function read(
  { url, shown, headers }: HttpAddress,
  { method = 'GET', body, timeoutMs }: Asked,
  mostBytes = MOST_BYTES,
): Promise<{ readonly status: number; readonly isOk: boolean; readonly text: string }> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { method, headers, signal, ...(body === undefined ? {} : { body }) });
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of response.body ?? []) {
      bytes += piece.length;
      if (bytes > mostBytes) throw new Error(`it is larger than ${Math.floor(mostBytes / 1024 / 1024)} MiB`);
      pieces.push(piece);
    }
    return { status: response.status, isOk: response.ok, text: Buffer.concat(pieces).toString('utf8') };
  } catch (error) {
    throw new Error(`${shown} can not be read: ${because(error, signal, timeoutMs)}`);
  }
}

function because(error: unknown, signal: AbortSignal, timeoutMs: number): string {
  if (signal.aborted) return `it has not answered within ${timeoutMs / 1000} s`;
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
