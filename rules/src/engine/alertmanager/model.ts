import type { Duration } from '../promql/duration.ts';

/** Labels that an alert must have, each with this value or one of these. */
export interface AlertMatchers {
  readonly [label: string]: string | readonly string[];
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

/**
 * While one of `sources` fires, none of `targets` is told where the `equal` labels are the same; all of these alerts must have them. The labels of
 * the scope are always compared as well: nothing of one estate holds back what another has to tell.
 */
export interface Inhibition {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly equal: readonly string[];
}

/** Alerts whose incidents are told apart by these labels alone: see `AlertOptions.incident`. */
export interface SharedCause {
  readonly alerts: readonly string[];
  readonly labels: readonly string[];
}

/** What tells one incident from another. PagerDuty takes what is grouped together for one: while it is acknowledged, nobody is woken again. */
export interface Incidents {
  /** Every label by which a critical alert names its thing. A label that an alert does not have makes no difference to it. */
  readonly things: readonly string[];
  /** Alerts of which many have one cause. */
  readonly sharedCauses: readonly SharedCause[];
}
