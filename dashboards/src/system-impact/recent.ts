import { raw } from '@sightglass/rules';

/** What happens all the time, such as requests: over a few scrapes before each point, and never so short that a long view skips any. */
export const RECENT = raw('$__rate_interval');
