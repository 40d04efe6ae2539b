/**
 * Mutants that no series can tell from their rule, each with the proof. By title; a title that no mutant has any more fails the test, so the
 * proof is read again when its rule changes.
 */
export const EQUIVALENT: ReadonlyMap<string, string> = new Map([
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
    'layer:offload_cycle_duration_seconds:latest: ">" became ">="',
    'When the two are equal, the left one stands for the right one, with the same value and labels.',
  ],
  ...['"and" (1 of 2) lost its right side', '"layer" (3 of 7) was left out'].map(
    (change) =>
      [
        `layer:offload_cycle_duration_seconds:latest: ${change}`,
        'Of a layer that no process has, what runs is told in any case: it is longer than the last one, or it is the only one.',
      ] as const,
  ),
  [
    'job_name:job_start_lateness_seconds:last_known: ">" (1 of 3) became ">="',
    'Starts that were not late were late by 0, whichever branch says it.',
  ],
  [
    'layer:offload_cycles_success:ratio_window: "*" became "/"',
    'Where the sum is 0 nothing is recorded: it is divided by a sum above 0.',
  ],
  ...['SightglassRulesFailing: "sum"'].map(
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
  ...[
    ['pricing_last_sync_timestamp', 'max', 'min'],
    ['pricing_sync_interval_hours', 'max', 'min'],
    ['pricing_scheduler_enabled', 'max', 'min'],
    ['pricing_models_synced_total', 'sum', 'max'],
    ['pricing_provider_errors_total', 'sum', 'max'],
    ['pricing_provider_request_duration_seconds_bucket', 'sum', 'max'],
    ['pricing_provider_request_duration_seconds_sum', 'sum', 'max'],
    ['pricing_provider_request_duration_seconds_count', 'sum', 'max'],
    ['pricing_provider_timeouts_total', 'sum', 'max'],
  ].map(
    ([record, from, to]) =>
      [
        `${record}: "${from}" became "${to}"`,
        'All labels of the series but the name of the job are kept, or it is recorded once for each job: the aggregation only takes labels off.',
      ] as const,
  ),
  ...['job_name:job_overlap_timestamp_seconds:last_known: "sum" (1 of 2)'].map(
    (place) =>
      [
        `${place} became "max"`,
        'Increases are never negative: their sum is above 0 exactly when the largest of them is.',
      ] as const,
  ),
]);
