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
  {
    title: /^job_instance:sightglass_process_is_new:slo: "process_id, " \(3 of 4\) was left out$/,
    proof:
      'A process that is the same as before says that its target had one before. Then every new one of that target is told by the first branch, whose process is compared in full; the second adds to targets that had none, of which none is the same.',
  },
  {
    title: /^slo:explained:bool\{slo="source-freshness"\}: ", source" \(1 of 2\) was left out$/,
    proof:
      'An alert that explains is one of the job: while it fires, the first branch tells all sources of the job that have a slice, and the second can add none of them, as it tells those alone that have a slice, too; while none fires, the first branch tells no source of the job.',
  },
  {
    title: /^slo:events:total\{slo="admin-availability"\}: "7d" \(2 of 3\) became "1209600000ms"$/,
    proof:
      'It only takes from what the left side remembers, which is of seven days: of a total that has a copy so young, the newest copy of fourteen days is that one.',
  },
];
