/**
 * Mutants that no series can tell from their rule, each with the proof. By title; a title that no mutant has any more fails the test, so the
 * proof is read again when its rule changes.
 */
export const EQUIVALENT: ReadonlyMap<string, string> = new Map([
  ...[['">=" became ">"'], ['"0" became "1"'], ['"0" became "-1"']].map(
    ([change]) =>
      [
        `offload_rows_per_second: ${change}`,
        'The comparison takes out NaN, the quantile of an empty histogram, which compares with nothing. The smallest other value is 50: the half of the first bucket, from 0 to 100, in which the lowest of these quantiles can be.',
      ] as const,
  ),
  ...['watermark_updated_timestamp_seconds', 'consecutive_failures'].map(
    (metric) =>
      [
        `layer_table:offload_${metric}:last_known: ", table" (2 of 3) was left out`,
        'A living process exports both this and the objective of each of its tables, and the register has no other tables of its layer. So what is carried on belongs to layers of which nothing is exported, and for those it is the same whether the table is compared.',
      ] as const,
  ),
  ...['cycles', 'rows'].flatMap((what) =>
    ['">" became ">="', '"0" became "1"', '"0" became "-1"'].map(
      (change) =>
        [
          `${what === 'rows' ? 'layer' : 'layer_status'}:offload_${what}:rate_window: ${change}`,
          'A window is 900 seconds at least; the comparison only says that the divisor is not 0.',
        ] as const,
    ),
  ),
  ...[
    'layer:offload_cycles_success:ratio_window: "sum" (1 of 3)',
    'iceberg_offload:duration_avg:5m: "sum"',
  ].map(
    (place) =>
      [
        `${place} became "max"`,
        'One status of a layer is one series: the sum only takes the status off.',
      ] as const,
  ),
  [
    'layer:offload_cycles_success:ratio_window: "sum" (2 of 3) became "max"',
    'It is multiplied by 0; only its labels count.',
  ],
  [
    'layer_table:offload_lag_objective_seconds:last_known: ", table" (2 of 2) was left out',
    'What is carried on belongs to layers of which nothing is exported, and for those it is the same whether the table is compared.',
  ],
  [
    'job:sightglass_targets:count: "count" became "sum"',
    'A target that exports our series was scraped, so its `up` is 1.',
  ],
  [
    'layer:offload_cycle_duration_seconds:latest: ">" became ">="',
    'When the two are equal, the left one stands for the right one, with the same value and labels.',
  ],
  [
    'IcebergOffloadSuccessRateLow: ">=" became ">"',
    'The left side counts whole cycles; it is stretched by at most one scrape of the window where series begin or end, and so is never one and a half.',
  ],
  ...[
    'SightglassCardinalityOverflow: "sum"',
    'SightglassMeasurementsDropped: "sum"',
    'SightglassRulesFailing: "sum"',
  ].map(
    (place) =>
      [
        `${place} became "max"`,
        'Increases are never negative: their sum is above 0 exactly when the largest of them is.',
      ] as const,
  ),
  ...['1 of 2', '2 of 2'].map(
    (which) =>
      [
        `SightglassNotificationsLost: "sum" (${which}) became "max"`,
        'Increases are never negative: their sum is above 0 exactly when the largest of them is.',
      ] as const,
  ),
  ...['2', '0'].map(
    (value) =>
      [
        `Watchdog: "1" became "${value}"`,
        'An alert fires for each series of its expression, whatever its value.',
      ] as const,
  ),
  [
    'Watchdog: keep_firing_for none became a minute',
    'The expression never ends, so there is nothing to outlast.',
  ],
]);
