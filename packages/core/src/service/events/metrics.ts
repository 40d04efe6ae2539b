import { describe } from '../../catalog/index.ts';

export const eventsReceived = describe('counter', 'events_received_total', {
  help: 'Events that were taken in, by kind; before they are worked off.',
  labels: ['event_type'],
  unit: '{event}',
});
