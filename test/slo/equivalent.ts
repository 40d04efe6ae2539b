/** Mutants that no series can tell from the rule, each family with the proof. A proof of no mutant any more fails the test. */
export const EQUIVALENT: readonly { readonly title: RegExp; readonly proof: string }[] = [
  {
    title:
      /^slo:window:seconds\{slo="job-success"\}: ("and" lost its right side|"job_name" \(2 of 2\) was left out)$/,
    proof:
      'All jobs that have an interval are judged by their success, and their windows are told by their intervals.',
  },
  {
    title: /^slo:reliability:ratio_window(?:\{[^}]*\})?: (">" became ">="|"0" \(5 of 5\) became "-1")$/,
    proof:
      'A composite refuses a weight that is not above 0, so the sum of those that are there is above 0. The comparison only says that the divisor is not 0.',
  },
];
