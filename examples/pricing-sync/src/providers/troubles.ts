import type { Trouble } from './provider.ts';

/** What can be broken at the providers, and how. */
export const PROVIDER_FAULTS = {
  'provider-outage': 'connections to `provider` are refused; without one, to all',
  'slow-provider': '`provider` takes `seconds` to answer a request; without one, all do',
  'rate-limit': '`provider` takes one request in `seconds` and answers the others 429; without one, all do',
  malformed: 'the JSON of `provider` breaks off in the middle; without one, of all',
  'few-models': '`provider` lists three models; without one, all do',
  'new-provider': 'a provider that nobody has heard of, `provider`, appears in the directory',
  'retired-provider': '`provider` leaves the directory and closes',
} as const;

export type ProviderFault = keyof typeof PROVIDER_FAULTS;

/** The trouble that a fault means for one provider; undefined for those that strike the directory. */
export function troubleOf(fault: ProviderFault, seconds: number): Trouble | undefined {
  switch (fault) {
    case 'provider-outage':
      return { outage: true };
    case 'slow-provider':
      return { slowSeconds: seconds };
    case 'rate-limit':
      return { rateLimitSeconds: seconds };
    case 'malformed':
      return { malformed: true };
    case 'few-models':
      return { models: 3 };
    default:
      return undefined;
  }
}
