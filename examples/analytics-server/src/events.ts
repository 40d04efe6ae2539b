/** The tools whose use is counted: a closed set, so that nobody can make routes, rows or series without end. */
export const TOOLS = [
  'build',
  'check',
  'clean',
  'deploy',
  'diff',
  'docs',
  'format',
  'init',
  'lint',
  'publish',
  'run',
  'search',
  'test',
  'watch',
] as const;
export type Tool = (typeof TOOLS)[number];

/** One use of a tool. It says nothing of who used it. */
export interface ToolEvent {
  /** Chosen by the client, so that what it sends again is counted once. */
  readonly id: string;
  readonly tool: Tool;
  readonly version: string;
  readonly durationMs: number;
  readonly ok: boolean;
}

/** An event that waits in the queue, since when, and which attempt to write it comes next. */
export interface QueuedEvent {
  readonly event: ToolEvent;
  /** Unix seconds. */
  readonly enqueuedAt: number;
  readonly attempt: number;
}

/** What is wrong with a request; the message says what. */
export class BadRequest extends Error {}

const MOST_EVENTS = 1_000;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const VERSION = /^\d{1,4}\.\d{1,4}\.\d{1,4}$/;

/** Reads the body of a request. @throws BadRequest at the first thing that is no event */
export function readEvents(body: string): readonly ToolEvent[] {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    throw new BadRequest('the body must be JSON');
  }
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_EVENTS)
    throw new BadRequest(`the body must be a list of 1 to ${MOST_EVENTS} events`);
  return given.map(readEvent);
}

function readEvent(given: Partial<Record<keyof ToolEvent, unknown>> | null): ToolEvent {
  const { id, tool, version, durationMs, ok } = given ?? {};
  if (typeof id !== 'string' || !ID.test(id)) throw new BadRequest('id must be a UUID');
  if (!isTool(tool)) throw new BadRequest(`tool must be one of ${TOOLS.join(', ')}`);
  if (typeof version !== 'string' || !VERSION.test(version))
    throw new BadRequest('version must be like 1.2.3');
  if (!Number.isInteger(durationMs) || (durationMs as number) < 0 || (durationMs as number) > 2 ** 31 - 1)
    throw new BadRequest('durationMs must be a whole number of milliseconds');
  if (typeof ok !== 'boolean') throw new BadRequest('ok must be true or false');
  return { id, tool, version, durationMs: durationMs as number, ok };
}

export const isTool = (given: unknown): given is Tool => TOOLS.includes(given as Tool);
