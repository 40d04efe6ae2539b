export const CENSOR = '[redacted]';

/**
 * A text without credentials: passwords in URLs (`postgres://user:password@host`, whatever characters the password has), values behind the names of
 * secrets (`password=…`, `"token":"…"`, `(secret)=(…)`, `<password>…</password>`, `PASSWORD '…'` of SQL), headers (`Authorization`, `Cookie`), and what is known by its form (JWTs, private keys,
 * tokens of the large services). Where a text can be read in two ways the safe one is taken, so a harmless word may be gone too.
 * In linear time, and a second time changes nothing.
 */
export function redactText(text: string): string {
  const separated = SEPARATOR.test(text);
  if (!separated && text.length < SHORTEST_TOKEN) return text;
  let clean = text;
  if (text.includes('@')) {
    clean = withoutUrlPasswords(clean).replace(BARE_PASSWORD, (found, name: string) =>
      NO_USER.has(name.toLowerCase().replace(/^\/\//, '')) ? found : `${name}:${CENSOR}@`,
    );
  }
  if (text.includes('%')) clean = clean.replace(ENCODED_URL_PASSWORD, `$1${CENSOR}%40`);
  if (separated) {
    clean = clean.replace(AUTHORIZATION, (_, head: string, scheme = '') => `${head}${scheme}${CENSOR}`);
    clean = clean.replace(COOKIE, `$1${CENSOR}`);
    clean = withoutNamedValues(clean);
  }
  clean = clean.replace(SCHEME_AND_CREDENTIALS, (found, head: string, value: string) =>
    isCredential(head, value) ? `${head}${CENSOR}` : found,
  );
  for (const form of KNOWN_FORMS) clean = clean.replace(form, CENSOR);
  return clean;
}

// Each expression below begins where nothing of it can begin twice, and repeats without bound only what it then has taken: that makes it linear.

/** What stands between the name of a secret and its value, or begins an option of a command line or ends an element. */
const SEPARATOR = /[:=,-]|%3[AD]|<\/|\b(?:password|by)\s{1,3}['"]|\bpassword\s{0,3}\(\s{0,3}['"]/i;
/** No token that is known by its form alone is shorter. */
const SHORTEST_TOKEN = 12;
/** `%3A%2F%2Fuser%3Apassword%40`: a URL within a URL. */
const ENCODED_URL_PASSWORD = /(%3A%2F%2F[\w.~-]{0,100}%3A)(?:(?!%40|%3A%2F%2F)[\w.~%+*!-]){1,200}%40/gi;
/** `user:password@host` without a scheme, as MySQL drivers of other languages and `curl -u` write it. */
const BARE_PASSWORD = /(?<![\w.+%/:@-])((?:\/\/)?[a-z_][\w.+-]{0,63}):[^\s:@/"'`<>]{1,128}@(?=[\w[(.-])/gi;
const NO_USER = new Set(
  'npm jsr workspace catalog link file git data urn mailto sip sips acct xmpp sha256 http https'.split(' '),
);
/** The header, in raw text, JSON, JSON within JSON, or as Node prints an object. An unknown scheme is hidden to the end of its line. */
const AUTHORIZATION =
  /\b((?:proxy-?)?authorization\\{0,3}["'`]?\s{0,3}[:=,]\s{0,3}\\{0,3}["'`]?)(?:((?:bearer|basic|token|negotiate|ntlm|apikey)[ ]{1,3})[^\s"'`\\,]+|(?:digest |[\w-]{1,40} [\w-]{1,40}=\\{0,3}["'])[^\r\n]+|[^\r\n"'`\\]+)/gi;
const COOKIE =
  /\b((?:set-)?cookies?\\{0,3}["'`]?\s{0,3}[:=](?!\s{0,3}[[\\"'`]{0,5}\[redacted)\s{0,3}[[\\"'`]{0,5})[^\r\n"'`\\]+/gi;
/** A scheme and its credentials that stand in a text by themselves. */
const SCHEME_AND_CREDENTIALS = /\b((?:bearer|basic|api-token|ssws)(?: {1,3}|%20))([\w.~+/-]{8,}=*)/gi;
const KNOWN_FORMS = [
  /(?<![\w-])eyJ[\w-]{8,}\.(?:[\w-]{8,}(?:\.[\w-]*){0,3}|(?:\.[\w-]{8,}){1,3})/g, // JSON web tokens, signed or encrypted
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}-----|$)/g,
  /\b(?:SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{20,}|hv[sb]\.[\w-]{20,}|shp(?:at|ca|pa|ss)_[a-f\d]{32}|hf_[a-zA-Z]{30,}|do[opr]_v1_[a-f\d]{40,}|whsec_[\w+/]{16,}|pypi-[\w-]{20,}|GOCSPX-[\w-]{16,}|AGE-SECRET-KEY-1[A-Z\d]{40,})/g,
  /(?<=\/api\/webhooks\/\d{1,20}\/)[\w-]+/g,
  /(?<=\/bot\d{1,20}:)[\w-]{30,}/g,
  /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_\w{30,}|xox[a-z]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z\d]{16}|AIza[\w-]{30,}|[sr]k_(?:live|test)_\w{10,}|sk-[\w-]{20,})/g,
  /(?<=hooks\.slack\.com\/services\/)[\w/]+/g,
];

/** "Bearer authentication failed" and "Basic understanding" are prose. */
function isCredential(head: string, value: string): boolean {
  if (/^basic/i.test(head)) return /[A-Z\d=+/]/.test(value);
  return !/^(?:authentication|authorization|credentials?|required|token|scheme|challenge)s?$/i.test(value);
}

const SCHEME_END = /:(?:\/\/|\\\/\\\/)/g;
const SCHEME = /[a-z][a-z\d+.-]*$/i;
const LONGEST_SCHEME = 40;
/** Schemes whose URLs are read by the rules of browsers: an unescaped slash ends the host, so what follows a port is no password. */
const WEB = /^(?:[a-z]+\+)?(?:https?|wss?|nats)$/i;
/** What ends a URL. A quote, a bracket or a comma inside of a password is a character like any other. */
const URL_END = /["'`<>](?=[\s,;:)\]}>]|$)|\s|[,;|](?=[a-z][a-z\d+.-]{0,30}:\/\/)/gi;
/** How far the `@` may be behind a blank in a password. */
const LONGEST_BEHIND_BLANK = 100;
/** A user name as long as this is a token, where it stands alone or at a web server. */
const TOKEN_LENGTH = 20;

function withoutUrlPasswords(text: string): string {
  const urls = [...text.matchAll(SCHEME_END)].map(({ index, 0: { length } }) => {
    const scheme = SCHEME.exec(text.slice(Math.max(0, index - LONGEST_SCHEME), index))?.[0] ?? '';
    return { scheme, begins: index - scheme.length, from: index + length };
  });
  let clean = '';
  let done = 0;
  // Where the current URL ends, and the first and last @ in it: each is looked for once, however many URLs stand in each other.
  let end = -1;
  let firstAt = -1;
  let until = -1;
  let lastAt = -1;
  let following = 0;
  for (const { scheme, from } of urls) {
    if (scheme === '' || from < done) continue;
    if (end < from) end = endOfUrl(text, from);
    if (firstAt !== Number.POSITIVE_INFINITY && firstAt < from) firstAt = positionOf(text.indexOf('@', from));
    // A URL in a URL begins anew, unless there was no @ yet: then it may be a part of the password.
    while (following < urls.length && urls[following]!.begins <= Math.min(firstAt, end)) following++;
    const stop = Math.min(end, urls[following]?.begins ?? end);
    if (stop !== until && firstAt < stop) {
      until = stop;
      lastAt = text.lastIndexOf('@', stop - 1);
    }
    const hidden =
      firstAt < stop
        ? passwordIn(text, from, lastAt, WEB.test(scheme))
        : WEB.test(scheme)
          ? undefined
          : passwordWithBlanks(text, from, end);
    if (hidden === undefined) continue;
    clean += text.slice(done, hidden.from) + CENSOR;
    done = hidden.to;
  }
  return clean + text.slice(done);
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const positionOf = (index: number) => (index < 0 ? Number.POSITIVE_INFINITY : index);

function endOfUrl(text: string, from: number): number {
  URL_END.lastIndex = from;
  return URL_END.exec(text)?.index ?? text.length;
}

/** What is to be hidden before the `@` of a URL. Names are kept, since they tell who could not log in, unless they may be tokens themselves. */
function passwordIn(text: string, from: number, at: number, web: boolean): Span | undefined {
  const colon = positionOf(text.indexOf(':', from));
  const name = text.slice(from, Math.min(colon, at));
  if (/[/?#]/.test(name) || name.startsWith('[')) return undefined; // The @ is in the path.
  if (colon > at) return name !== '' && (web || name.length >= TOKEN_LENGTH) ? { from, to: at } : undefined;
  if (web && /^\d{1,5}[/?#]/.test(text.slice(colon + 1, colon + 7))) return undefined;
  const password = text.slice(colon + 1, Math.min(at, colon + 20));
  if (web && (password === '' || password === 'x-oauth-basic' || name.length >= TOKEN_LENGTH))
    return { from, to: at };
  return password === '' ? undefined : { from: colon + 1, to: at };
}

/** `postgres://user:my password@host`: an unescaped blank, so the URL seems to end before its `@`. */
function passwordWithBlanks(text: string, from: number, end: number): Span | undefined {
  const behind = /^[ \t][^\r\n@"'`]*@/.exec(text.slice(end, end + LONGEST_BEHIND_BLANK));
  const begun = /^[^/?#:@[]*:(?!\d{1,5}(?:[/?,]|$))/.exec(text.slice(from, end));
  if (behind === null || begun === null || behind[0].includes('://')) return undefined;
  return { from: from + begun[0].length, to: end + behind[0].length - 1 };
}

/** The name of a secret and what stands between it and its value. The short ones only where they can't be words of a sentence. */
const NAMED =
  /(?:(?:passw(?:or)?ds?|passphrase|passcode|requirepass|secrets?|credentials?|tokens?|(?:api|access|account|private|secret|shared|signing|encryption|master|subscription|application|license|session|storage|webhook|deploy|ssh|hmac|client|auth|functions|instrumentation)[-_ ]?keys?|(?<![a-z\d])(?:pwd|pw|creds|jwt|otp|x-auth|x-honeycomb-team|(?:db|user|my|pg|sql|smtp|mail|redis|admin|root|login)[-_]?pass))(?:[-_]?(?:hash|value|text|plain|again|confirm(?:ation)?|\d{1,3}))?(?:\\{0,3}["'`)\]]{0,2}|%5D|%22)\s{0,12}(?:=>|[:=]|%3[AD])|(?<![a-z\d])(?:auth|pass|sig|signature|sid|(?:php|j|asp\.net_)?sess(?:ion)?(?:[-_]?id)?|(?<=[?&])(?:key|code))(?:=|\\{0,3}["'`]\s{0,3}:\s{0,3}(?=\\{0,3}["'`]))|(?:\bpassword|\bidentified\s{1,3}by)(?=\s{1,3}['"])|\bpassword(?=\s{0,3}\(\s{0,3}['"]))\s{0,12}/gi;
const NO_SECRET = /^(?:null|undefined|true|false|none|\d{1,3}(?=[\s,;)\]}]|$))(?![^\s,;)\]}&])/i;
/** `<password>hunter2</password>`, with a prefix and attributes. */
const XML_ELEMENT =
  /(<(?:[\w-]{1,30}:)?(?:password|passwd|passphrase|secret|token|api-?key|access-?key|private-?key)(?:\s[^<>]{0,200})?>)[^<>]+(?=<\/)/gi;
/** `curl -u svc:hunter2`; `docker run -u 1000:1000` has none. */
const USER_FLAG =
  /(?<![\w-])((?:-u|-U|--(?:proxy-)?user)(?: {1,3}|=)[^\s:"'`/]{1,64}:)(?!\d{1,6}(?!\S))[^\s"'`]+/g;
/** A name and a command-line flag: `--password hunter2`. */
const FLAG =
  /(?<![\w-])(--?[\w-]{0,40}(?:password|passwd|secret|token|api-?key)) {1,3}([^\s"'`-][^\s"'`]*)/gi;

/** Programs whose flag of one letter is followed by a password, as what could not be run is told of: `mysql -u root -phunter2`, `sshpass -p hunter2`, `redis-cli -a hunter2`. */
const PROGRAM_FLAG =
  /\b((?:(?:mysql|mariadb)(?:-?(?:dump|admin|import|check))?(?=\s)[^\r\n;|&]{0,100}? -p|sshpass -p ?|redis-cli(?=\s)[^\r\n;|&]{0,100}? -a {1,3})["']?)[^\s"']+/g;
/** `jdbc:oracle:thin:scott/tiger@host`, `sqlplus scott/tiger@db`. */
const ORACLE_LOGIN = /\b((?:jdbc:oracle:\w{1,10}:|sqlplus {1,3})[\w$#-]{1,40}\/)[^\s@]{1,128}(?=@)/gi;

function withoutNamedValues(text: string): string {
  let clean = '';
  let done = 0;
  NAMED.lastIndex = 0;
  for (let found = NAMED.exec(text); found !== null; found = NAMED.exec(text)) {
    const from = NAMED.lastIndex;
    const hidden = valueAt(text, from, found[0].trimEnd().endsWith('='));
    if (hidden === undefined) continue;
    clean += text.slice(done, hidden.from) + CENSOR;
    done = hidden.to;
    NAMED.lastIndex = done;
  }
  clean = (clean + text.slice(done)).replace(FLAG, `$1 ${CENSOR}`).replace(USER_FLAG, `$1${CENSOR}`);
  clean = clean.replace(PROGRAM_FLAG, `$1${CENSOR}`).replace(ORACLE_LOGIN, `$1${CENSOR}`);
  return clean.includes('</') ? clean.replace(XML_ELEMENT, `$1${CENSOR}`) : clean;
}

const OPENING = /(\\{0,7})(["'`])/y;
const CLOSING_BRACKET: { readonly [opening: string]: string } = { '(': ')', '[': ']', '{': '}' };
const LONGEST_IN_BRACKETS = 500;

/** Where the value that begins at `from` begins and ends, without its quotes; undefined when there is none, or it is hidden already. */
function valueAt(text: string, from: number, assigned: boolean): Span | undefined {
  if (text.startsWith(CENSOR, from)) return undefined;
  OPENING.lastIndex = from;
  const opening = OPENING.exec(text);
  if (opening !== null) {
    const begins = OPENING.lastIndex;
    const to = endOfQuoted(text, begins, opening[2]!, opening[1]!.length);
    return to === begins || text.slice(begins, to) === CENSOR ? undefined : { from: begins, to };
  }
  const bracket = CLOSING_BRACKET[text[from] ?? ''];
  if (bracket !== undefined) {
    if (text.startsWith(CENSOR, from + 1)) return undefined;
    const length = text.slice(from + 1, from + LONGEST_IN_BRACKETS).indexOf(bracket);
    if (length >= 0) return length === 0 ? undefined : { from: from + 1, to: from + 1 + length };
  }
  if (NO_SECRET.test(text.slice(from, from + 12))) return undefined;
  const to = endOfUnquoted(text, from, assigned);
  return to === from ? undefined : { from, to };
}

/** The quote that closes; one with a backslash more than the one that opened is a part of the value. To the end where it is missing. */
function endOfQuoted(text: string, from: number, quote: string, backslashes: number): number {
  let before = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') before++;
    else {
      if (text[i] === quote && (backslashes === 0 ? before % 2 === 0 : before <= backslashes))
        return i - before;
      before = 0;
    }
  }
  return text.length;
}

const UNQUOTED_END =
  /[\s]|["'`<>](?=[\s,;:)\]}>]|$)|[&;](?=$|\s|[\w.-]{1,40}[ \w]{0,20}=)|[,)}](?=$|\s)|\\[nr]/g;
/** The rest of a value with blanks, in a connection string: `Password=my words;Server=db`. */
const TO_SEMICOLON = /[ \t][^;=\r\n"'`&]{0,100}(?=;)/y;

function endOfUnquoted(text: string, from: number, assigned: boolean): number {
  UNQUOTED_END.lastIndex = from;
  const end = UNQUOTED_END.exec(text)?.index ?? text.length;
  if (!assigned || end === from) return end;
  TO_SEMICOLON.lastIndex = end;
  return TO_SEMICOLON.test(text) ? TO_SEMICOLON.lastIndex : end;
}
