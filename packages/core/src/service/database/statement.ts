/** What the labels say of an SQL statement. */
export interface Statement {
  /** Its command in capitals, `_OTHER` when it is none that is known. */
  readonly operation: string;
  /** The table that it is about; empty when there is none, several, or no telling. */
  readonly collection: string;
}

const OTHER = '_OTHER';
const COMMANDS = new Set(
  `ABORT ALTER ANALYZE BEGIN CALL CHECKPOINT CLOSE CLUSTER COMMENT COMMIT COPY CREATE DEALLOCATE DECLARE DELETE DISCARD DO DROP END EXECUTE
  EXPLAIN FETCH GRANT IMPORT INSERT LISTEN LOAD LOCK MERGE MOVE NOTIFY PREPARE REASSIGN REFRESH REINDEX RELEASE REPLACE RESET REVOKE ROLLBACK
  SAVEPOINT SECURITY SELECT SET SHOW START TABLE TRUNCATE UNLISTEN UPDATE USE VACUUM VALUES`.split(/\s+/),
);
/** What a `WITH` may end in. */
const MAIN = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'VALUES', 'TABLE']);
/** What may stand between a command and its table. */
const FILLER = new Set(['INTO', 'FROM', 'ONLY', 'TABLE', 'LOW_PRIORITY', 'IGNORE']);
/** After these, a name that follows is not a table. */
const NOT_A_TABLE = new Set(['SELECT', 'LATERAL', 'UNNEST', 'ROWS', 'VALUES', 'ONLY']);
const ENDS_FROM = new Set(
  'WHERE GROUP HAVING WINDOW UNION INTERSECT EXCEPT ORDER LIMIT OFFSET FETCH FOR JOIN SELECT RETURNING'.split(
    ' ',
  ),
);

/** Comments, strings (with backslashes after an E) and dollar-quoted bodies; a quoted name is matched first, and kept. Nothing of a value may pass for a name. */
const NOISE =
  /("(?:[^"]|"")*")|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\b[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|'(?:[^']|'')*(?:'|$)|(\$\w*\$)[\s\S]*?(?:\2|$)/g;
const TOKEN =
  /(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)(?:\s*\.\s*(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*))*|[(),;]/gu;

/** Enough for the command and its tables; the values of a long insert are not read. */
const READ_CHARACTERS = 4_096;
const KEPT_STATEMENTS = 1_000;
const KEPT_CHARACTERS = 2_000;
const kept = new Map<string, Statement>();

/** The command and the table of a statement, of the first where there are several. The same text is read once. Never throws. */
export function statementOf(sql: string): Statement {
  const known = kept.get(sql);
  if (known !== undefined) return known;
  const statement = read(sql);
  if (sql.length <= KEPT_CHARACTERS) {
    // Texts with values in them never come again: they must not fill the memory.
    if (kept.size >= KEPT_STATEMENTS) kept.clear();
    kept.set(sql, statement);
  }
  return statement;
}

function read(sql: string): Statement {
  const text = sql.slice(0, READ_CHARACTERS).replace(NOISE, (_, name?: string) => name ?? ' ');
  const all: readonly string[] = text.match(TOKEN) ?? [];
  const end = all.indexOf(';');
  const tokens = end === -1 ? all : all.slice(0, end);
  const start = commandAt(tokens);
  const command = tokens[start]?.toUpperCase() ?? '';
  if (!COMMANDS.has(command)) return { operation: OTHER, collection: '' };
  return { operation: command, collection: tableOf(command, tokens, start) };
}

/** Where the command stands: after opening parentheses, and after the queries of a `WITH`. */
function commandAt(tokens: readonly string[]): number {
  const first = tokens.findIndex((token) => token !== '(');
  if (tokens[first]?.toUpperCase() !== 'WITH') return first;
  let depth = 0;
  for (let i = first + 1; i < tokens.length; i++) {
    if (tokens[i] === '(') depth++;
    else if (tokens[i] === ')') depth--;
    else if (depth === 0 && MAIN.has(tokens[i]!.toUpperCase())) return i;
  }
  return first;
}

function tableOf(command: string, tokens: readonly string[], start: number): string {
  switch (command) {
    case 'SELECT':
      return onlyTableRead(tokens);
    case 'INSERT':
    case 'UPDATE':
    case 'DELETE':
    case 'MERGE':
    case 'TRUNCATE':
    case 'COPY':
    case 'REPLACE': {
      const at = tokens.findIndex((token, i) => i > start && !FILLER.has(token.toUpperCase()));
      return command === 'TRUNCATE' && listsSeveral(tokens, at) ? '' : nameOf(tokens[at]);
    }
    default:
      return '';
  }
}

/** The table of all `FROM` and `JOIN` of a query, if there is exactly one. */
function onlyTableRead(tokens: readonly string[]): string {
  const found = new Set<string>();
  /** For each open parenthesis, whether it holds a query rather than a function's arguments: `extract(epoch FROM at)`. */
  const queries = [true];
  for (let i = 0; i < tokens.length; i++) {
    const word = tokens[i]!.toUpperCase();
    if (word === '(') queries.push(/^(SELECT|WITH)$/i.test(tokens[i + 1] ?? ''));
    else if (word === ')') queries.pop();
    else if (
      word === 'JOIN' ||
      (word === 'FROM' && queries.at(-1) && tokens[i - 1]?.toUpperCase() !== 'DISTINCT')
    ) {
      if (listsSeveral(tokens, i + 1)) return '';
      const next = tokens[i + 1]?.toUpperCase() === 'ONLY' ? i + 2 : i + 1;
      const isFunction = tokens[next + 1] === '(';
      if (!isFunction) found.add(nameOf(tokens[next]));
    }
  }
  for (let i = 0; i < tokens.length; i++) {
    // `name AS (` of a WITH is no table.
    if (tokens[i + 1]?.toUpperCase() === 'AS' && tokens[i + 2] === '(') found.delete(nameOf(tokens[i]));
  }
  found.delete('');
  return found.size === 1 ? [...found][0]! : '';
}

/** Whether a comma follows in the list of a `FROM`. */
function listsSeveral(tokens: readonly string[], from: number): boolean {
  let depth = 0;
  for (let i = from; i < tokens.length; i++) {
    const word = tokens[i]!.toUpperCase();
    if (word === '(') depth++;
    else if (word === ')' && --depth < 0) return false;
    else if (depth === 0 && word === ',') return true;
    else if (depth === 0 && ENDS_FROM.has(word)) return false;
  }
  return false;
}

/** A name as the database keeps it: folded to lower case unless quoted. Empty when it is none. */
function nameOf(token: string | undefined): string {
  if (token === undefined || /^[(),;]$/.test(token) || NOT_A_TABLE.has(token.toUpperCase())) return '';
  return token
    .split(/\s*\.\s*/)
    .map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase()))
    .join('.');
}
