import { givenOptions, unknownNames } from '../../base/index.ts';
import { DeclarationError } from '../../catalog/index.ts';
import { type BoundCounter, processStore } from '../../store/index.ts';
import { eventsReceived } from './metrics.ts';

/** The kinds of events that a service takes in. */
export interface EventOptions<K extends string = string> {
  /** Names from your code, such as `['page_view', 'click']`: each is a series, born at 0. What comes in as none of them counts as `other`. */
  readonly kinds: readonly K[];
}

/** Counts the events that a service takes in. */
export interface Events<K extends string = string> {
  /**
   * Counts `events` (default 1) of one kind, in `events_received_total`. A kind that was not declared, such as one that a client made up, counts as `other`, so that no
   * client can make series. Never throws.
   */
  received(kind: NoInfer<K> | 'other' | (string & {}), events?: number): void;
}

const SUBJECT = 'The events';
const OTHER = 'other';

/**
 * Declares the kinds of events that this service takes in, each born at zero in `events_received_total`, with `other` for the rest. It counts what arrives; what becomes of it is
 * counted by the queue that works it off (`declareQueue` of `@sightglass/worker`). Declaring it again adds kinds. Throws a `DeclarationError` that lists every problem.
 *
 * ```ts
 * const events = declareEvents({ kinds: ['page_view', 'click'] });
 * events.received('page_view');
 * events.received(body.type, body.items.length);
 * ```
 */
export function declareEvents<const K extends string>(options: EventOptions<K>): Events<K> {
  try {
    return declare(options);
  } catch (error) {
    throw DeclarationError.from(error, SUBJECT);
  }
}

function declare<K extends string>(options: EventOptions<K>): Events<K> {
  const { kinds } = givenOptions(options, ['kinds']) ?? {};
  const problems = [
    ...(isListOfNames(kinds)
      ? []
      : ["kinds must list the names of the kinds of events, such as ['page_view']"]),
    ...(typeof options === 'object' && options !== null ? unknownNames(options, ['kinds']) : []),
  ];
  if (problems.length > 0) throw new DeclarationError(SUBJECT, problems);
  const counter = processStore().counter(eventsReceived);
  const handles = new Map<string, BoundCounter>();
  for (const event_type of [...kinds!, OTHER]) handles.set(event_type, counter.bind({ event_type }));
  const other = handles.get(OTHER)!;
  return {
    received: (kind, events) => (handles.get(kind) ?? other).add(events),
  };
}

const isListOfNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string' && each !== '');
