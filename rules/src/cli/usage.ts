export const USAGE = `Usage: sightglass-rules <command>

  render --out DIR   Write the rule files for Prometheus into DIR, the configuration of Alertmanager into DIR/alertmanager, and the
                     SLOs as OpenSLO documents into DIR/openslo.
    --thresholds FILE          Other thresholds: JSON or YAML, key to number, times in seconds. Keys: see "list".
    --selector LABEL=VALUE     Read only series with this label, and put it on alerts. May be given several times.
    --scope LABEL              A target label that tells one estate from another; nothing of two estates is mixed. May be given several
                               times; "none" for no label. Default: cluster, namespace, environment. The labels of --selector belong to it.
    --target MATCHERS          Targets that must be there, such as 'job="offload"'.
    --preset NAME[=JOB]        The alerts on one job under other names: pricing-sync. May be given several times.
    --routing FILE             Channels, addresses and the folder of secrets: JSON or YAML with secretsFolder, criticalChannel,
                               warningChannel, heartbeatUrl, pagerdutyUrl, emailTo, emailFrom, smtpServer, smtpUsername.
    --runbook-base-url URL     Where the runbooks are served.
    --dashboard-base-url URL   Where Grafana is.
    --scale N                  Make all times N times shorter, for tests. Without OpenSLO documents, which have no times that short.
  list               Print alerts, thresholds and recorded series.
  doctor URL         Read the metrics of a service and say which alerts and panels can work with them.
    --prometheus URL           Say too which names several services share there, and which target label would tell them apart; then the
                               URL of a service may be left out.
    --scope LABEL              The scope that the rules were rendered with.
    --dashboards DIR           Grafana JSON to look at. Default: that of @sightglass/dashboards, where it is installed.
  slo-report --prometheus URL   Write what each SLO promised and attained, from a Prometheus that has loaded the rules.
    --period day|week|month    How far back. Default week.
    --at TIME                  When the period ends: ISO 8601 or Unix seconds. Default now.
    --format md|html           Default md.
    --selector LABEL=VALUE     The selector that the rules were rendered with.
    --scope LABEL              The scope that the rules were rendered with.
    --out FILE                 Default: standard output.
  --help             Print this.

Exit status: 0 done, 1 something is wrong, 2 wrong usage.
`;

/** A command line that can't be understood. */
export class UsageError extends Error {}
