import { beforeEach, expect, test } from 'vitest';
import { DeclarationError } from '../../catalog/index.ts';
import { forget, seriesOf } from '../series.support.ts';
import { declareEvents } from './events.ts';
import { eventsReceived } from './metrics.ts';

beforeEach(() => forget(eventsReceived));

test('003-M3: every kind of events is born at zero, and counts as it comes in', () => {
  const events = declareEvents({ kinds: ['page_view', 'click'] });
  expect(seriesOf(eventsReceived)).toEqual({
    'event_type=page_view': 0,
    'event_type=click': 0,
    'event_type=other': 0,
  });
  events.received('page_view');
  events.received('click', 3);
  events.received('click', 2);
  expect(seriesOf(eventsReceived)).toEqual({
    'event_type=page_view': 1,
    'event_type=click': 5,
    'event_type=other': 0,
  });
});

test('what a client made up is counted, and makes no series', () => {
  const events = declareEvents({ kinds: ['click'] });
  for (let i = 0; i < 10_000; i++) events.received(`made-up-${i}`);
  events.received(undefined as never);
  events.received('click', -1);
  events.received('click', Number.NaN);
  expect(seriesOf(eventsReceived)).toEqual({ 'event_type=click': 0, 'event_type=other': 10_001 });
});

test('another declaration adds kinds and takes none away', () => {
  declareEvents({ kinds: ['click'] }).received('click');
  declareEvents({ kinds: ['click', 'scroll'] }).received('click');
  expect(seriesOf(eventsReceived)).toEqual({
    'event_type=click': 2,
    'event_type=scroll': 0,
    'event_type=other': 0,
  });
});

test('a wrong declaration is refused with all that is wrong', () => {
  expect(() => declareEvents({ kinds: [] })).toThrow(DeclarationError);
  expect(() => declareEvents({ kinds: [''] })).toThrow(/kinds must list/);
  expect(() => declareEvents({ kind: ['a'] } as never)).toThrow(/kinds must list.*\n.*did you mean kinds\?/);
  expect(() => declareEvents(undefined as never)).toThrow(/kinds must list/);
});
