/*
 * What the SLO document says that is no data: how people use the figures. Numbers in it are those of the error-budget policy and of reference
 * system 002, and do not follow from the declarations.
 */

import { percent } from './block.ts';

export const INTRODUCTION = `What is promised for every job, sync and admin endpoint, how it is measured, how much may go wrong, and what is done when too much does. For whoever is
paged by an SLO alert, for those who own a promise, and for those who rely on one.

Paged just now? The alert's runbook is [slo.md](../../rules/runbooks/slo.md); each alert has a section there. What is left of each budget:

\`\`\`promql
sort(slo:error_budget_remaining:ratio)
\`\`\`

An *objective* is the share that should be good. The *error budget* is the rest: what may go wrong within the *window*, which always ends now. The *indicator* is
the query that tells good from bad. Each job, route and source is a *subject* with a budget of its own.`;

export const OBJECTIVES = `What a job promises is declared beside its code, and exported as a metric: \`successObjectiveRatio\`, \`durationObjectiveSeconds\`, \`freshnessObjectiveSeconds\`
and the interval of its schedule ([Scheduled jobs](../jobs.md)). The rules read them, so no job needs rules of its own. The reasons stand with each SLO.`;

export const BUDGETS = `Budgets count events: requests, runs, or slices of time. So a quiet night weighs as much as happens in it. A bad event stops counting when it is older than the window; nothing is reset
at the end of a month, and nobody corrects the figures by hand.

Events are counted once a minute into totals that never end (\`slo:events:total\`, \`slo:bad_events:total\`); a window is what its total grew by. So a restart, a new replica, a gap of up to six
hours or a run that pushes its counts loses nothing, and a counter that is first seen after having counted elsewhere adds nothing. Of time, the budget is that of the whole window also for a
subject that is younger: 30 days at 99 % allow 7.2 hours from the first day on.`;

export const EDGES = `In reference system 002 neighbouring levels share their edges: is 75 % normal, or to be watched? Here each level includes its lower edge. 75 % is normal operation, 25 %
still asks for reliability work only, and 0 % is a promise just kept; the post-mortem is due below it. The rest is rounded to a millionth before it is compared, so that one bad run
of 20 at 95 %, which leaves exactly nothing, does not fall below the edge by the last binary digit.

The level is that of the worst subject of an SLO that a team owns: five jobs with a full budget do not make up for the sixth. Who owns the SLO decides by it; who owns the roadmap is
told at level 3. A freeze ends when the budget is back above its edge, which takes until enough bad events are older than the window: for a burnt month, weeks. Ending it earlier is an
[exception](#exceptions), and is written down as one.`;

export const COMPOSITES = `One figure for several SLOs of the same subject, for reports and for whoever does not want to read four. No alert and no policy hangs on it: it says that something is wrong,
and the SLO below says what. A product shows each weakness, and is below the weakest of its parts; a weighted mean says what users feel. An SLO without data does not count.`;

/** `objective` is that of each source. */
export const dependencies = (
  objective: number,
): string => `What others run is not ours to promise, and is the ceiling of what we can. It is measured so that three questions have answers: whose fault was it, can our promise hold on what
it stands on, and which source is worth replacing. Nobody is paged for a dependency: there is nothing to repair at night. A warning goes to the channel, and its figures to the
provider.

A promise that needs all of several sources can not be better than their product. Three sources at ${percent(objective)} that fail independently are all fresh for ${percent(Number((objective ** 3).toFixed(2)))} of the time, so the freshness of
the whole sync counts its last success and is not held up by one source; a source that is missing makes the run partial and counts against its success.

The database and the platform have no SLO here: where they fail, requests and runs fail, and count.`;

export const DASHBOARD = `Generated from the same declarations, in [\`dashboards/grafana/sightglass-slo.json\`](../../dashboards/grafana/sightglass-slo.json). What a dashboard of SLOs must answer: what is left of each budget and what the policy asks
for (first, without scrolling), what was attained beside what was promised, how fast each budget burns beside the rate at which an alert comes, and whether Prometheus keeps enough. Each
alert links to the panel that plots what it compares.`;

export const REPORTING = `A report is made from a Prometheus that has loaded the rules; \`PROMETHEUS\` is its address. For each SLO and subject it says what was promised, attained and left, the
level of the policy and the worst days; then the composites. Markdown is for a ticket or a channel; the HTML page has a plot of each budget, loads nothing and can be sent as it is. A period in the past
works as far back as samples are kept.`;

export const REVIEW = `| when | who | what | result |
| --- | --- | --- | --- |
| weekly | owners, on call | the report of the week: which budgets fell, and by which days; alerts that came too late, too early or for nothing | work items; the level that holds |
| monthly | owners, those who rely on it | the report of the month; exceptions; runbooks and thresholds that were wrong | changes to rules and runbooks |
| quarterly | owners, roadmap, users | is each objective what users need, and what the system can give? | objectives kept, raised, lowered or dropped |
| after a broken promise | owner, on call | the post-mortem, within five working days: what happened, why it could, what changes | work items with an owner and a date |

Rules of the quarterly review:

- **Raise** an objective when users need more and the budget was hardly touched for two quarters. A budget that nobody uses hides a better promise, or costs work that nobody asked for.
- **Lower** it when it was broken twice in a row although the work was done, and users do not mind. An objective that is always red is read by nobody.
- **Drop** an SLO when nobody decided anything by it.
- An objective is changed in the declaration, with the reason in the same change: that of a job in its code, a shipped one in \`rules/src/slo\`. Then the rules, the dashboard, this page and
  the OpenSLO documents are generated again. A declaration whose alert could never fire is refused, with what to change.
- The past is judged by the objective of today: the budget is computed from events, and the window is rolling. Say so in the report of that month.`;

export const EXCEPTIONS = `What the indicators leave out by themselves, because it is in the declaration:

| what | counts for | does not count for |
| --- | --- | --- |
| a job that is disabled on purpose | nothing, while it is: JobDisabled says so | availability and freshness |
| a limit that was changed, as by a shorter interval | all that comes after it | what was before: nothing is late until the new limit has passed once |
| a run that somebody cancelled | freshness | success |
| a run that was skipped, for a lock or an overlap, or was missed | availability and freshness, by its absence | success and duration: it never began |
| a run that failed | success | duration: to fail early is not to be quick |
| a request with a status of 4xx | all requests | failures: the caller's |
| a source that was retired | nothing more: it is forgotten at once | everything |
| time in which Prometheus itself was down | runs and requests, over a gap of up to six hours; after a longer one nobody knows when they were | slices, which were not taken |

Everything else is an exception that people make. It changes what is done, and never a figure: no series is deleted, no silence hides a budget, and the report shows what it shows.

- Who may: the owner of the SLO, with the consent of one who relies on it. Never who is on call alone, at night.
- For what: an outage of a provider or platform that has a dependency SLO or a public report of its own; maintenance that was announced two working days before; a fault of the measuring.
- How: an entry beside the report of the month with the SLO and subject, from when until when, how much of the budget, the reason, what level would hold without it, who decided.
- How long: until the bad events have left the window. An exception that is made twice for the same cause is a work item.
- Maintenance: disable the job, so that its availability stands still, or silence its alerts with an end (\`amtool silence add --duration=…\`). A silence changes who is told, not what is
  counted.`;

export const COLLECTION = `Everything is measured by Prometheus from what the services export; nothing is pushed into it by hand. The series below are those that remain when the indicators are followed
through the recording rules; the example of a complete set-up is [\`examples/stack\`](../../examples/stack).`;

export const OPENSLO = `The same SLOs stand in [\`rules/openslo\`](../../rules/openslo) as [OpenSLO](https://openslo.com) v1 documents, for tools that read those: a file for each SLO with its SLI, alert policies and conditions, and one each
for services and notification targets. \`sightglass render --out DIR\` writes them into \`DIR/openslo\` with an installation's own selector and thresholds. Runs and requests
are budgeted by \`Occurrences\`, freshness by \`Timeslices\` of a minute. What OpenSLO v1 has no field for:

| here | there |
| --- | --- |
| a budget for each subject | the annotation \`sightglass/subject\` names the labels |
| an objective that the job declares | the default objective; \`sightglass/target-per-subject\` names the series |
| a longer window for rare runs | the shorter one; \`sightglass/window-of-rare-runs\` |
| two windows of a burn-rate alert, and the fewest bad events | the long one; the description says what else is asked for |
| composites, and the levels of the policy as a series | left out; the level at which somebody must act is an alert condition |`;

/** What Prometheus must be set to: how far back the windows look, how long samples must be kept, and the longest scrape interval, in seconds. */
export const prometheusSettings = (
  longest: string,
  needed: string,
  longestScrape: number,
): string => `| setting | value | why |
| --- | --- | --- |
| \`scrape_interval\` | 15 s; ${longestScrape} s at most | the windows are made for 15 s, and the shortest of them, five minutes, must hold four scrapes. The 30 s of 002 will do |
| evaluation | by group, below | each group names its own interval, whatever \`evaluation_interval\` says |
| \`--storage.tsdb.retention.time\` | ${needed} or more | the longest window looks back ${longest}, and blocks of up to three days are dropped whole. SloRetentionTooShort tells of less |
| \`--storage.tsdb.retention.size\` | unset, or room for ${needed} | whichever is reached first drops data |
| longer than that | a store behind Prometheus, by remote write | one Prometheus has one retention and keeps no coarser copy (TR-80); of SLOs, the series \`slo:.*\` are enough |`;
