/** Enough for the command and its tables; the values of a long insert are not read. */
const READ_CHARACTERS = 16_384;
const READ_TOKENS = 2_000;

/**
 * The words, names and punctuation of a text, one after the other. Comments are left out; a string, a number or an operator is `?`, so that
 * nothing of a value can pass for a name. Reads no further than it is asked to, each character once.
 */
export class Tokens {
  readonly #text: string;
  #at = 0;
  #left = READ_TOKENS;
  /** The token as it is written; empty at the end. */
  token = '';
  /** The same in capitals; a quoted name keeps its quotes, and is no word. */
  word = '';
  /** The one before. */
  previous = '';
  #next = '';

  constructor(sql: string) {
    this.#text = sql.slice(0, READ_CHARACTERS);
    this.#next = this.#scan();
    this.move();
  }

  /** The next one in capitals. */
  get next(): string {
    return this.#next.toUpperCase();
  }

  move(): void {
    this.previous = this.word;
    this.token = this.#next;
    this.word = this.token.toUpperCase();
    this.#next = this.token === '' || this.#left-- <= 0 ? '' : this.#scan();
  }

  #scan(): string {
    while (this.#at < this.#text.length) {
      if (this.#text.startsWith('/*', this.#at)) {
        this.#at = endOfComment(this.#text, this.#at);
        continue;
      }
      TOKEN.lastIndex = this.#at;
      const { 0: all, groups = {} } = TOKEN.exec(this.#text)!;
      this.#at = TOKEN.lastIndex;
      if (groups.skipped !== undefined) continue;
      if (groups.dollar !== undefined) {
        const end = this.#text.indexOf(all, this.#at);
        this.#at = end < 0 ? this.#text.length : end + all.length;
      }
      return groups.kept === undefined ? '?' : all;
    }
    return '';
  }
}

const QUOTED = '(?:[uU]&)?"[^"]*(?:""[^"]*)*(?:"|$)';
const PLAIN = '[\\p{L}_][\\p{L}\\p{N}_$]*';
/** One token, where the one before has ended. A name is kept with what qualifies it; a backslash means something in a string after an E. */
const TOKEN = new RegExp(
  [
    '(?<skipped>\\s+|--[^\\n]*)',
    "[eE]'(?:[^'\\\\]|\\\\[^]|'')*(?:'|$)",
    "'[^']*(?:''[^']*)*(?:'|$)",
    `(?<dollar>\\$(?:${PLAIN.replace('_$', '_')})?\\$)`,
    `(?<kept>(?:${QUOTED}|${PLAIN})(?:\\s*\\.\\s*(?:${QUOTED}|${PLAIN}))*|[(),;])`,
    '\\$?\\d[\\w.]*',
    '[^]',
  ].join('|'),
  'uy',
);

/** Where a comment ends: they nest. */
function endOfComment(text: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  for (let depth = 0; ; ) {
    const found = mark.exec(text);
    if (found === null) return text.length;
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
}

const PARTS = new RegExp(`${QUOTED}|[^".\\s]+`, 'g');

/** A name as the database keeps it: folded to lower case unless quoted. Empty when it is none. */
export function nameOf(token: string): string {
  if (/^[(),;?]?$/.test(token)) return '';
  const parts = token.match(PARTS) ?? [];
  return parts
    .map((part) => {
      const quote = part.indexOf('"');
      return quote < 0
        ? part.toLowerCase()
        : part
            .slice(quote + 1)
            .replace(/"$/, '')
            .replaceAll('""', '"');
    })
    .join('.');
}

/** What MySQL writes otherwise: strings in either quotes, with backslashes in them; names in back ticks; comments, which do not nest. */
const OF_MYSQL =
  /'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)|`(?<name>[^`]*)(?:`|$)|(?:#|--(?=\s))[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;

/** A text of MySQL so that {@link Tokens} reads it: without its strings and comments, and with names in the quotes of the standard. */
export function asPostgres(sql: string): string {
  return sql.slice(0, READ_CHARACTERS).replace(OF_MYSQL, (all, name: string | undefined) => {
    if (name !== undefined) return `"${name.replaceAll('"', '""')}"`;
    return all.startsWith("'") || all.startsWith('"') ? '?' : ' ';
  });
}
