import * as units from '@grafana/grafana-foundation-sdk/units';

/** Grafana's own palette names; they follow the theme. */
export type Color = 'green' | 'yellow' | 'red' | 'blue';

/** The units that panels use, by Grafana's identifiers. */
export const unit = {
  seconds: units.Seconds,
  ratio: units.PercentUnit,
  count: units.Short,
  perSecond: units.OpsPerSecond,
  perMinute: units.CountsPerMinute,
  rowsPerSecond: units.RowsPerSecond,
  requestsPerSecond: units.RequestsPerSecond,
  /** In powers of ten, as the thresholds of the rules are. */
  bytes: units.BytesSI,
  bytesPerSecond: units.BytesPerSecondSI,
} as const;

export type Unit = (typeof unit)[keyof typeof unit];

/** Every unit that Grafana knows. */
export const grafanaUnits: ReadonlySet<string> = new Set(
  Object.values<unknown>(units).filter((value) => typeof value === 'string'),
);
