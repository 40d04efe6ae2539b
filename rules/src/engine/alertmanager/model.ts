import type { Duration } from '../promql/duration.ts';

/** Labels that an alert must have, each with this value. */
export interface AlertMatchers {
  readonly [label: string]: string;
}

/** One step on the way of an alert. What is left out is taken from the route above. */
export interface Route {
  /** Absent on the root, which takes every alert. */
  readonly matchers?: AlertMatchers;
  readonly receiver: string;
  readonly groupBy?: readonly string[];
  readonly groupWait?: Duration;
  readonly groupInterval?: Duration;
  readonly repeatInterval?: Duration;
  readonly routes?: readonly Route[];
}

/** Somebody who is told, by any of these ways. Whether the end of an alert is told too is said each time, since defaults differ. */
export interface Receiver {
  readonly name: string;
  readonly webhooks?: readonly { readonly url: string; readonly sendResolved: boolean }[];
  readonly slack?: readonly {
    readonly apiUrlFile: string;
    readonly channel: string;
    readonly sendResolved: boolean;
  }[];
  readonly pagerduty?: readonly {
    readonly routingKeyFile: string;
    readonly sendResolved: boolean;
    /** Where events are posted. Default: PagerDuty's US service region. */
    readonly url?: string;
  }[];
  readonly email?: readonly {
    readonly to: string;
    readonly from: string;
    /** Host and port of the mail server. TLS is required, unless it is on Alertmanager's own machine. */
    readonly server: string;
    /** Default: the server asks for none. */
    readonly login?: { readonly username: string; readonly passwordFile: string };
    readonly sendResolved: boolean;
  }[];
}

/** While one of `sources` fires, none of `targets` is told where the `equal` labels are the same; all of these alerts must have them. */
export interface Inhibition {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly equal: readonly string[];
}
