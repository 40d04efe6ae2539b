import { asPostgres, nameOf, Tokens } from './sql-tokens.ts';

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
/** What a query, a subquery and the end of a `WITH` begin with. */
const READS = new Set(['SELECT', 'VALUES', 'TABLE']);
const WRITES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);
/** What may stand between a command and its table. */
const FILLER = new Set(['INTO', 'FROM', 'ONLY', 'TABLE', 'LOW_PRIORITY', 'IGNORE', '(']);
const TARGETS = new Set([...WRITES, 'TRUNCATE', 'COPY', 'REPLACE']);
/** What ends the list of a `FROM`. */
const ENDS_FROM = new Set(
  'WHERE GROUP HAVING WINDOW UNION INTERSECT EXCEPT ORDER LIMIT OFFSET FETCH FOR SELECT RETURNING'.split(' '),
);

/** A query of more has no one table, whatever its `WITH` turns out to name. */
const MOST_TABLES = 100;
const KEPT_STATEMENTS = 1_000;
const KEPT_CHARACTERS = 2_000;

/** The command and the table of a statement, of the first where there are several. The same text is read once. Never throws. */
export const statementOf = readOnce((sql) => sql);

/** The same of a statement of MySQL. */
export const mysqlStatementOf = readOnce(asPostgres);

/** Reads each text once, as what `standard` makes of it. */
function readOnce(standard: (sql: string) => string): (sql: string) => Statement {
  const kept = new Map<string, Statement>();
  return (sql) => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    const statement = read(standard(sql));
    if (sql.length <= KEPT_CHARACTERS) {
      // Texts with values in them never come again: they must not fill the memory.
      if (kept.size >= KEPT_STATEMENTS) kept.clear();
      kept.set(sql, statement);
    }
    return statement;
  };
}

function read(sql: string): Statement {
  const tokens = new Tokens(sql);
  while (tokens.word === ';') tokens.move();
  const reader = new QueryReader(tokens);
  const command = reader.command();
  if (!COMMANDS.has(command)) return { operation: OTHER, collection: '' };
  if (TARGETS.has(command)) return { operation: command, collection: targetOf(command, tokens) };
  if (!READS.has(command)) return { operation: command, collection: '' };
  return { operation: command, collection: reader.onlyTable() };
}

/** The table that a command changes: the name after it. */
function targetOf(command: string, tokens: Tokens): string {
  do tokens.move();
  while (FILLER.has(tokens.word) && !(command === 'COPY' && tokens.word === '('));
  const target = nameOf(tokens.token);
  if (command !== 'TRUNCATE') return target;
  for (; tokens.word !== '' && tokens.word !== ';'; tokens.move()) if (tokens.word === ',') return '';
  return target;
}

/** What is open while a query is read: itself, and each parenthesis in it. */
interface Frame {
  /** A query; tables in parentheses, as in `FROM (a JOIN b)`; or anything else: arguments, columns, a condition. */
  readonly kind: 'query' | 'tables' | 'other';
  /** Before its first word. */
  isFresh: boolean;
  /** In the list of a `FROM`, where a comma is followed by a table. */
  inFrom: boolean;
  /** Where the next name is a table. */
  expectsTable: boolean;
  /** Tables that are read here; a name may turn out to be of a `WITH`. */
  readonly tables: Set<string>;
  /** Tables that are read in queries of the `WITH`, which can not be the names that it gives. */
  readonly certain: Set<string>;
  /** The names that a `WITH` has given so far, and the one that it is about to; undefined when there is none, or none any more. */
  readonly names: Set<string>;
  with: { name: string; readonly isRecursive: boolean } | undefined;
}

/** Finds the command of a statement and the tables that a query reads. */
class QueryReader {
  readonly #tokens: Tokens;
  readonly #frames: Frame[] = [newFrame('query')];
  /** True when there is no telling what the statement is about: a query of a `WITH` changes a table, a comma joins one to others, or there are too many. */
  #isVague = false;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  /** Moves to the command: after opening parentheses, and after the queries of a `WITH`. Gives it in capitals; empty when the text ends before. */
  command(): string {
    const tokens = this.#tokens;
    for (; tokens.word === '('; tokens.move()) this.#frames.push(newFrame('query'));
    if (tokens.word !== 'WITH') return tokens.word;
    const depth = this.#frames.length;
    do this.#step();
    while (!this.#isAtEnd && !(this.#frames.length === depth && (this.#isMain || this.#isMainInParentheses)));
    while (tokens.token === '(') this.#step();
    return tokens.word;
  }

  /** Whether what a `WITH` is for begins here. A name that it gives may be a word of the language: `WITH update AS (…)`. */
  get #isMain(): boolean {
    return isMain(this.#tokens.word) && !BEFORE_NAME.has(this.#tokens.previous);
  }

  /** Behind the last query of a `WITH`: `WITH a AS (…) (SELECT …)`. */
  get #isMainInParentheses(): boolean {
    return this.#tokens.word === '(' && this.#tokens.previous === ')';
  }

  get #isAtEnd(): boolean {
    return this.#tokens.word === '' || this.#tokens.word === ';';
  }

  /** Reads to the end of the statement and gives the table that it reads, if there is exactly one. */
  onlyTable(): string {
    while (!this.#isAtEnd && !this.#isVague) this.#step();
    while (this.#frames.length > 1 && !this.#isVague) this.#close();
    const found = new Set(tablesOf(this.#frames[0]!));
    return found.size === 1 && !this.#isVague ? [...found][0]! : '';
  }

  #step(): void {
    const tokens = this.#tokens;
    const frame = this.#frames.at(-1)!;
    const { word } = tokens;
    if (word === '(') this.#open(frame);
    else if (word === ')') this.#close();
    else if (frame.kind === 'query' && frame.isFresh && word === 'WITH')
      frame.with = { name: '', isRecursive: tokens.next === 'RECURSIVE' };
    else if (frame.with !== undefined) this.#readWith(frame, frame.with);
    else if (frame.kind !== 'other') this.#readTables(frame);
    frame.isFresh = false;
    tokens.move();
  }

  #open(frame: Frame): void {
    const { previous, next } = this.#tokens;
    const isOfWith = frame.with !== undefined && (previous === 'AS' || previous === 'MATERIALIZED');
    if (isOfWith || READS.has(next) || next === 'WITH') this.#frames.push(newFrame('query'));
    else if (frame.expectsTable) this.#frames.push(newFrame('tables'));
    else this.#frames.push(newFrame('other'));
    frame.expectsTable = false;
  }

  #close(): void {
    if (this.#frames.length === 1) return;
    const closed = this.#frames.pop()!;
    const frame = this.#frames.at(-1)!;
    for (const table of tablesOf(closed)) {
      if (frame.with === undefined || frame.with.isRecursive) frame.tables.add(table);
      else if (!frame.names.has(table)) frame.certain.add(table);
    }
    if (frame.tables.size + frame.certain.size > MOST_TABLES) this.#isVague = true;
    // The query of a name does not know it, unless the list is recursive; those that follow do.
    if (frame.with !== undefined && closed.kind === 'query') frame.names.add(frame.with.name);
  }

  /** In a `WITH`: `name (columns) AS MATERIALIZED (query), …` up to what it is for. */
  #readWith(frame: Frame, list: { name: string }): void {
    const { word, token, next } = this.#tokens;
    if (this.#isMain) {
      frame.with = undefined;
      if (WRITES.has(word)) this.#isVague = true;
      this.#readTables(frame);
    } else if (next === 'AS' || next === '(') {
      if (word !== 'AS' && word !== 'MATERIALIZED') list.name = nameOf(token);
    }
  }

  #readTables(frame: Frame): void {
    const tokens = this.#tokens;
    const { word, previous } = tokens;
    if (word === 'FROM' && frame.kind === 'query') {
      if (previous === 'DISTINCT') return;
      frame.inFrom = true;
      frame.expectsTable = true;
    } else if (word === 'JOIN' || word === 'TABLE' || (word === ',' && frame.inFrom))
      frame.expectsTable = true;
    else if (ENDS_FROM.has(word)) {
      frame.inFrom = false;
      frame.expectsTable = false;
    } else if (WRITES.has(word) && frame.isFresh) this.#isVague = true;
    else if (frame.expectsTable && word !== 'ONLY' && word !== 'LATERAL') {
      frame.expectsTable = false;
      // `ROWS FROM (f(), g())` is of functions alone.
      if (word === 'ROWS' && tokens.next === 'FROM') tokens.move();
      else if (tokens.next !== '(') frame.tables.add(nameOf(tokens.token));
      frame.tables.delete('');
      if (previous === ',' && tokens.next !== '(') this.#isVague = true;
    }
  }
}

/** The tables that a frame reads, without the names that its `WITH` has given. */
const tablesOf = ({ tables, certain, names }: Frame): string[] => [
  ...certain,
  ...[...tables].filter((table) => !names.has(table)),
];

const newFrame = (kind: Frame['kind']): Frame => ({
  kind,
  isFresh: true,
  inFrom: kind === 'tables',
  expectsTable: kind === 'tables',
  tables: new Set(),
  certain: new Set(),
  names: new Set(),
  with: undefined,
});

/** What stands before a name that a `WITH` gives. */
const BEFORE_NAME = new Set(['WITH', 'RECURSIVE', ',']);
const isMain = (word: string) => READS.has(word) || WRITES.has(word);
