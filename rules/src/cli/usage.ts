const HEAD = `A module sightglass.config.ts (or .mts, .js, .mjs, .cjs) in this folder says what is rendered: which mixins, your own among them, and where
the files go. Without one, everything that ships is. What the command line says goes before it. --config FILE names another for any command.`;

const EXIT = 'Exit status: 0 done, 1 something is wrong, 2 wrong usage.';

/** What each command is for, and its options. */
const COMMANDS = {
  render: `  render             Write the rule files for Prometheus, the configuration of Alertmanager, dashboards and OpenSLO documents, all or none.
    --out DIR                  The folder that the others are in. Default: that of the config module. Without one it is needed: DIR has the rules,
                               DIR/alertmanager the configuration of Alertmanager, DIR/openslo the SLOs as OpenSLO documents.
    --check                    Write nothing: 1 when what is there is not what would be written. For CI.
    --thresholds FILE          Other thresholds: JSON or YAML, key to number, times in seconds. Keys: see "list".
    --selector LABEL=VALUE     Read only series with this label, and put it on alerts. May be given several times.
    --scope LABEL              A target label that tells one estate from another; nothing of two estates is mixed. May be given several
                               times; "none" for no label. Default: cluster, namespace, environment. The labels of --selector belong to it.
    --target MATCHERS          Targets that must be there, such as 'job="offload"'.
    --preset NAME[=THING]      The alerts on some things under other names: pricing-sync, of a job; air-quality, of a data set and a DAG, as
                               air-quality=dataset=NAME,dag_id=NAME. May be given several times.
    --routing FILE             Channels, addresses and the folder of secrets: JSON or YAML with secretsFolder, criticalChannel,
                               warningChannel, criticalRepeat, warningRepeat, heartbeatUrl, pagerdutyUrl, emailTo, emailFrom, smtpServer,
                               smtpUsername, receivers, routes, owners, components, timeIntervals.
    --runbook-base-url URL     Where the runbooks are served.
    --dashboard-base-url URL   Where Grafana is.
    --scale N                  Make all times N times shorter, for tests. Without OpenSLO documents, which have no times that short.`,
  check: `  check              Say everything that is wrong with what would be rendered: expressions, texts, links, dashboards. Writes nothing.
                     Takes the options of render.`,
  list: `  list               Print alerts, thresholds and recorded series.`,
  doctor: `  doctor URL         Read the metrics of a service and say which alerts and panels can work with them.
    --prometheus URL           Say too which names several services share there, and which target label would tell them apart; then the
                               URL of a service may be left out.
    --scope LABEL              The scope that the rules were rendered with.
    --dashboards DIR           Grafana JSON to look at. Default: that of @sightglass/dashboards, where it is installed.
    --all                      Name each alert and panel that is for other services, too, instead of counting them.`,
  'slo-report': `  slo-report --prometheus URL   Write what each SLO promised and attained, from a Prometheus that has loaded the rules. Exits with 1 where nothing was measured.
    --period day|week|month    How far back. Default week.
    --at TIME                  When the period ends: ISO 8601 or Unix seconds. Default now.
    --format md|html           Default md.
    --selector LABEL=VALUE     The selector that the rules were rendered with.
    --scope LABEL              The scope that the rules were rendered with.
    --out FILE                 Default: standard output, unless it is mailed.
    --mail-to ADDRESS          Mail it, as text and HTML; may be given several times. Needs the package nodemailer.
    --mail-from ADDRESS        Default: the first that it goes to.
    --smtp URL                 The mail server: smtp://USER@HOST:587, which must offer TLS unless it is this machine, or smtps://USER@HOST.
    --smtp-password-file FILE  Its password. Default: SIGHTGLASS_SMTP_PASSWORD in the environment.`,
  backtest: `  backtest --prometheus URL --query EXPR   Say how often a rule on anomalies would have fired over the history of a metric, and how well it finds faults.
    --range 28d                How far back; three weeks before it are what is learned from. From 1d to 366d.
    --at TIME                  When it ends: ISO 8601 or Unix seconds. Default now.
    --by LABEL,LABEL           Sum by these labels. Default: the series of the query as they are, 20 at most.
    --method METHOD            z, robust or seasonal. May be given several times. Default: all.
    --sensitivity N            Spreads beyond which an hour is unusual. Default 4, as the rules have it.
    --counts                   It is a number of events an hour, which scatter by chance.
    --least N                  The smallest spread, in the unit of the metric.
    --plot FILE.svg            Draw the history, what was expected, and the unusual hours.`,
  'monitor-data-quality': `  monitor-data-quality --prometheus URL   Print what is stale, empty, wrong, incomplete or not checked, from a Prometheus that has loaded the rules. Exit
                     status: 0 nothing is, 1 something is, 2 it could not be told.
    --layer NAME               Only data sets of this layer. May be given several times.
    --dataset NAME             Only this data set. May be given several times.
    --severity warning|critical   What counts as wrong. Default warning: what would wake nobody counts too.
    --format table|json        Default table.
    --selector LABEL=VALUE     The selector that the rules were rendered with.
    --scope LABEL              The scope that the rules were rendered with.`,
} as const;

export type Command = keyof typeof COMMANDS;

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly Command[];

export const isCommand = (name: string | undefined): name is Command =>
  name !== undefined && Object.hasOwn(COMMANDS, name);

/** All commands. */
export const USAGE = `Usage: sightglass <command>

${HEAD}

${Object.values(COMMANDS).join('\n')}
  --help             Print this, or what one command takes: sightglass render --help.

${EXIT}
`;

/** One of them. */
export const usageOf = (command: Command): string => `Usage: sightglass ${command} [options]

${HEAD}

${COMMANDS[command]}

${EXIT}
`;

/** A command line that can't be understood. */
export class UsageError extends Error {}
