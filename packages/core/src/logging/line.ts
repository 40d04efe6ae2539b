import { format } from 'node:util';
import { cleanError } from './fields.ts';
import type { LogFields, Logger } from './port.ts';
import { isError, redact, redactText } from './redact.ts';

/** A line before a logger has it: no credential is left in it. */
export interface Line {
  readonly message: string;
  readonly fields: LogFields;
  /** What `cleanError` made of an error; undefined when there is none. */
  readonly err: unknown;
}

/** Reads a call in any of the ways in which loggers are called: `(message)`, `(fields, message)`, `(error, message)`, `(message, error)`, `(message, ...values)`. */
export function lineOf(given: readonly unknown[]): Line {
  const [first, ...rest] = given;
  if (typeof first === 'string') return textFirst(first, rest);
  const message = typeof rest[0] === 'string' ? format(...rest) : undefined;
  if (isError(first))
    return { message: redactText(message ?? first.message), fields: {}, err: cleanError(first) };
  const { err, ...fields } = fieldsOf(first);
  const said = message ?? (isError(err) ? err.message : '');
  return { message: redactText(said), fields: redact(fields) as LogFields, err: cleanError(err) };
}

function textFirst(message: string, rest: readonly unknown[]): Line {
  const error = rest.find(isError);
  const objects = rest.filter((value) => typeof value === 'object' && value !== error);
  const { err = error, ...fields } = Object.assign({}, ...objects.map(fieldsOf)) as LogFields;
  const texts = rest.filter((value) => typeof value !== 'object');
  const said =
    message.includes('%') && rest.length > 0 ? format(message, ...rest) : [message, ...texts].join(' ');
  return { message: redactText(said), fields: redact(fields) as LogFields, err: cleanError(err) };
}

function fieldsOf(value: unknown): LogFields {
  if (typeof value !== 'object' || value === null) return { value };
  try {
    return { ...value };
  } catch {
    // A getter that throws costs itself, and not the line.
    const clean = redact(value);
    return typeof clean === 'object' && clean !== null ? { ...clean } : { fields: clean };
  }
}

/** Arguments for a method of a logger, in the order in which it takes them. */
type Order = (line: Line) => unknown[];

/** pino, bunyan, and what is written for our `Logger`: fields, then the message. Where the first argument is made a text after all, it tells message and error. */
const fieldsFirst: Order = ({ message, fields, err }) => {
  if (err === undefined && Object.keys(fields).length === 0) return [message];
  const given = { ...fields, ...(err === undefined ? {} : { err }) };
  Object.defineProperty(given, 'toString', { value: () => inOneText(message, err), configurable: true });
  return [given, message];
};

/** The console, log4js, loglevel, consola and others that print what they are given, one after the other. */
const messageFirst: Order = ({ message, fields, err }) => {
  const rest = [...(Object.keys(fields).length === 0 ? [] : [fields]), ...(err === undefined ? [] : [err])];
  return rest.length === 0 ? [message] : [message.replaceAll('%', '%%'), ...rest];
};

/** winston, LogTape: the message, then one object. winston adds the message of that object to its own, and prints its stack where the host's format does. */
const messageAndMeta: Order = ({ message, fields, err }) => {
  if (err === undefined && Object.keys(fields).length === 0) return [message];
  const error = isError(err) ? { message: err.message, stack: err.stack } : {};
  // Among a message's %s winston takes the object for one of their values: then all goes into one object.
  const inOne = /%[scdjifoO%]/.test(message);
  const meta = { ...fields, ...(err === undefined ? {} : { err }), ...error };
  return inOne ? [{ ...meta, message: inOneText(message, err) }] : [message, meta];
};

function inOneText(message: string, err: unknown): string {
  return err === undefined
    ? message
    : `${message} ${isError(err) ? `${err.name}: ${err.message}` : String(err)}`;
}

/** In which order a logger takes its arguments, by what only loggers of its kind have; fields first when that can't be read. */
export function orderOf(logger: Logger): Order {
  try {
    return orderBySigns(logger);
  } catch {
    return fieldsFirst;
  }
}

function orderBySigns(logger: Logger): Order {
  const has = (...names: string[]) =>
    names.every((name) => typeof (logger as unknown as Record<string, unknown>)[name] === 'function');
  const { transports, category } = logger as { transports?: unknown; category?: unknown };
  if (has('child', 'bindings') || has('child', 'addStream')) return fieldsFirst; // pino; bunyan
  if ((transports !== undefined && has('log', 'add')) || has('createLogger')) return messageAndMeta; // winston
  if (Array.isArray(category) && has('getChild')) return messageAndMeta; // LogTape
  const printsInTurn =
    has('table', 'trace', 'dir') || // the console
    has('isLevelEnabled', 'addContext') || // log4js
    has('setLevel', 'getLevel') || // loglevel
    has('addReporter') || // consola
    has('attachTransport') || // tslog
    has('appendKeys') || // AWS Lambda Powertools
    has('await', 'success', 'fatal'); // signale
  return printsInTurn ? messageFirst : fieldsFirst;
}
