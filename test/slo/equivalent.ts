/** Mutants that no series can tell from the rule, each family with the proof. A proof of no mutant any more fails the test. */
export const EQUIVALENT: readonly { readonly title: RegExp; readonly proof: string }[] = [
  {
    title:
      /^slo:(bad_)?events:increase5m(?:\{[^}]*\})?: ".*(http_route|http_response_status_code)=~.*" \([234] of 5\) was left out$/,
    proof:
      'What stands on the other side of "unless" and of "-" is compared by all labels, the route and the status among them, and the other side of each is matched: a series that only the missing matcher keeps out finds no partner. The matcher keeps Prometheus from reading six hours of all routes.',
  },
  {
    title:
      /^slo:(bad_)?events:increase(30m|1h)(?:\{[^}]*\})?: ".*(http_route|http_response_status_code)=~.*" \(2 of 3\) was left out$/,
    proof:
      'It stands on the right side of "unless", which is compared by all labels, the route and the status among them, and the left side is matched: a series that only the missing matcher keeps out finds no partner. The matcher keeps Prometheus from reading six hours of all routes.',
  },
  {
    title: /^slo:(bad_)?events:increase5m(?:\{[^}]*\})?: "5m" \([13] of 5\) became "600000ms"$/,
    proof:
      'A series with a sample in the last five minutes has the same last sample in the last ten. For one whose last sample is older, the six hours before the last five minutes end with that same sample: "unless" takes it out, and the difference is 0, which is not above 0.',
  },
  {
    title: /^slo:(bad_)?events:increase5m(?:\{[^}]*\})?: "6h" \(2 of 2\) became "43200000ms"$/,
    proof:
      'The difference to an older sample matters only where there is none in the six hours before the slice, and of these series the branch before it has said all: "or" adds no second sample of the same labels.',
  },
  {
    title: /^slo:bad_events:increase(5m|30m|1h)(?:\{[^}]*\})?: "sum" \(2 of 2\) became "max"$/,
    proof: 'Of one SLO, each route has one series: the sum only takes the label of the SLO off.',
  },
  {
    title: /^slo:reliability:ratio_window(?:\{[^}]*\})?: (">" became ">="|"0" \(5 of 5\) became "-1")$/,
    proof:
      'A composite refuses a weight that is not above 0, so the sum of those that are there is above 0. The comparison only says that the divisor is not 0.',
  },
];
