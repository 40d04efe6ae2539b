import { defineMixin } from '../../engine/mixin/mixin.ts';
import { seconds } from '../../engine/promql/duration.ts';
import { errorRate, read } from './recordings.ts';

export { errorRate } from './recordings.ts';

/** Errors of every kind of work, side by side: for the dashboard that tracks them. */
export const errors = defineMixin({
  name: 'errors',
  about:
    'Errors of every kind of work by service and kind, whatever counts them. No alert: what fails is told of by whatever it is.',
  reads: read,
  groups: () => [{ name: 'sightglass-errors', interval: seconds(30), rules: [errorRate] }],
});
