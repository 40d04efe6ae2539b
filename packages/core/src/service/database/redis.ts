import { errorMonitor } from 'node:events';
import { errorTypeOf } from '../../base/index.ts';
import { DeclarationError } from '../../catalog/index.ts';
import { processStore } from '../../store/index.ts';
import { guarded } from '../channel.ts';
import { recordDatabaseOperation } from './operation.ts';
import { type Ended, type Method, measured, timed, wrapMethod } from './wrap-method.ts';

/** The part of a client of ioredis or node-redis that is used. */
export interface RedisClientLike {
  sendCommand: Method;
  on(event: never, listener: never): unknown;
  off(event: never, listener: never): unknown;
}

const SUBJECT = 'The Redis instrumentation';
const SYSTEM = 'redis';

/** They wait for something to come, for as long as the caller says: their time says nothing of Redis. */
const WAITING =
  /^(BLPOP|BRPOP|BRPOPLPUSH|BLMOVE|BLMPOP|BZPOPMIN|BZPOPMAX|BZMPOP|WAIT|WAITAOF|MONITOR|XREAD|XREADGROUP)$/;
/** What a client says of itself as it connects; an older Redis refuses some of it. */
const GREETING = /^(HELLO|CLIENT)$/;
/** Commands of Redis, and of its modules (`JSON.GET`). */
const COMMAND = /^[A-Z]{2,24}(\.[A-Z]{2,24})?$/;
/** How an error of the server begins: `WRONGTYPE Operation against a key …`. */
const REPLY_ERROR = /^([A-Z]{2,24}) /;

/**
 * Measures the commands of one client of ioredis (5 and newer; a cluster too) or node-redis (4 and newer), through the public methods of that object: `db_client_operation_duration_seconds` by
 * command, with the word that an error of the server begins with (`WRONGTYPE`, `OOM`), or the code or class of another. No key and no value is kept. A connection that fails counts as the operation `connect`.
 * Commands that wait for something to come (`BLPOP`, `XREAD`, …) are not measured. With node-redis, a transaction is one operation, `MULTI`, and with ioredis each of its commands is one.
 *
 * Doing it again changes nothing. Throws a `DeclarationError` when it is no such client. Returns the function that ends it.
 * @example
 * const redis = new Redis();
 * instrumentRedis(redis);
 */
export function instrumentRedis(client: RedisClientLike): () => void {
  try {
    if (typeof client?.sendCommand !== 'function' || typeof client.on !== 'function') {
      throw new DeclarationError(SUBJECT, ['it must be given a client of ioredis or of node-redis']);
    }
    if (!processStore().enabled) return () => {};
    return measured(client, () => measureClient(client));
  } catch (error) {
    throw DeclarationError.from(error, SUBJECT);
  }
}

function measureClient(client: RedisClientLike): () => void {
  const stops = [followConnection(client)];
  if ('status' in client) stops.push(measureIoredis(client));
  else stops.push(...measureNodeRedis(client));
  return () => {
    for (const stop of stops) stop();
  };
}

/** Failures to connect, and connections that break. It is no listener for errors: whether the host has one decides what becomes of them. */
function followConnection(client: RedisClientLike): () => void {
  const onError = guarded('A failure of a Redis connection', (error: unknown) =>
    recordDatabaseOperation({ system: SYSTEM, operation: 'connect', durationSeconds: 0, error }),
  );
  client.on(errorMonitor as never, onError as never);
  return () => void client.off(errorMonitor as never, onError as never);
}

/** A command of ioredis: an object that is settled by its own methods. */
interface IoredisCommand {
  readonly name: string;
  resolve: (value: unknown) => unknown;
  reject: (error: unknown) => unknown;
}

/**
 * A command is measured by the functions that settle it: the promise and the callback of the host are left as they are. One that is sent again
 * after a connection was lost goes on.
 */
function measureIoredis(client: RedisClientLike): () => void {
  const underWay = new WeakSet<object>();
  const begin = guarded('A command of ioredis', (command: IoredisCommand) => {
    if (underWay.has(command)) return;
    const end = timed(() => ended(command.name));
    if (end === undefined) return;
    underWay.add(command);
    const { resolve, reject } = command;
    command.resolve = (value) => {
      end();
      return resolve(value);
    };
    command.reject = (error) => {
      end(error ?? new Error());
      return reject(error);
    };
  });
  return wrapMethod(client, 'sendCommand', (command) => {
    begin(command as IoredisCommand);
    return undefined;
  });
}

type Methods = { [name: string]: Method };

function measureNodeRedis(client: RedisClientLike): readonly (() => void)[] {
  // What `createClient` gives inherits from the client, whose methods call each other.
  const self = ((client as { readonly _self?: unknown })._self ?? client) as RedisClientLike & Methods;
  const whole = (name: string) =>
    typeof self[name] === 'function' ? [wrapMethod(self, name, () => ended('MULTI'))] : [];
  const stops = [
    wrapMethod(self, 'sendCommand', (args) => (Array.isArray(args) ? ended(String(args[0])) : undefined)),
    ...['_executeMulti', '_executePipeline', 'multiExecutor'].flatMap(whole),
  ];
  // Until 4 no command goes through the method that sends them.
  if (typeof self._executeCommand !== 'function')
    for (const [name, command] of commandsOf(self)) stops.push(wrapMethod(self, name, () => ended(command)));
  return stops;
}

/** The methods of node-redis 4 that are commands, and the command of each: `SCRIPT_LOAD` and `scriptLoad` are both `SCRIPT`. */
function commandsOf(client: Methods): ReadonlyMap<string, string> {
  const letters = (name: string) => name.toUpperCase().replace(/[_-]/g, '');
  const names: string[] = [];
  for (const name in client) if (typeof client[name] === 'function') names.push(name);
  const commands = names.filter((name) => /^[A-Z]{2}/.test(name) && name !== 'MULTI');
  const byLetters = new Map(commands.map((name) => [letters(name), name.split(/[_-]/)[0]!]));
  return new Map(
    names.flatMap((name) => {
      const command = byLetters.get(letters(name));
      return command === undefined ? [] : [[name, command]];
    }),
  );
}

/** What is to be recorded of a command when it has ended; undefined for one that is not measured. */
function ended(sent: string): Ended | undefined {
  const name = sent.toUpperCase();
  if (WAITING.test(name) || GREETING.test(name)) return undefined;
  const operation = COMMAND.test(name) ? name : '_OTHER';
  return (error) => ({
    system: SYSTEM,
    operation,
    error: error === undefined ? undefined : { name: kindOf(error) },
  });
}

function kindOf(error: unknown): string {
  const kind = errorTypeOf(error);
  // Both clients have classes for what the server answers, and leave its kind in the message.
  if (kind !== 'ReplyError' && kind !== 'Error') return kind;
  const failure = error as Error;
  return REPLY_ERROR.exec(failure.message)?.[1] ?? errorTypeOf({ name: failure.constructor.name });
}
