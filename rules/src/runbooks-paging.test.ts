import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { metricsToldIn } from './engine/check/index.ts';
import { type Alert, checkQuery, problemText, shippedAlerts, shippedCatalog, thresholds } from './index.ts';

/* What whoever is woken reads: each alert that pages has a section that is whole, and what it says in figures is what the rules compare with. */

const folder = new URL('../runbooks/', import.meta.url);
const runbooks = new Map(
  readdirSync(folder).map((file) => [file.replace('.md', ''), readFileSync(new URL(file, folder), 'utf8')]),
);
const paging = (shippedAlerts as readonly Alert[]).filter(({ severity }) => severity === 'critical');
const sectionOf = (runbook: string, alert: string) =>
  runbooks
    .get(runbook)!
    .split(/^## /m)
    .find((part) => part.startsWith(`${alert}\n`))!
    .slice(alert.length);

const PARTS = ['**First check.**', '**First action.**', '**Escalate**', '**It ends**'] as const;
/** What follows a mark, up to the next one or the end. */
const part = (section: string, mark: (typeof PARTS)[number]) =>
  section
    .split(mark)[1]!
    .split(/^\*\*(?:First|Escalate|It ends)/m)[0]!
    .trim();

/** The one promise on pages: the guide, the runbooks and this test say the same. */
const RESPONSE = { acknowledge: 15, cause: 30 } as const;

const minutes = (duration: { readonly durationSeconds: number }) => {
  const count = duration.durationSeconds / 60;
  return `${count} minute${count === 1 ? '' : 's'}`;
};

test('alerts of every kind page', () => expect(paging.length).toBeGreaterThan(10));

describe.each(paging)('$alert', ({ alert, runbook, action, for: held, keepFiringFor }) => {
  const section = sectionOf(runbook!, alert);

  test('says what it means, and then has each part once, in order', () => {
    const at = PARTS.map((mark) => section.indexOf(mark));
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at[0]).toBeGreaterThan(60);
    for (const mark of PARTS) expect(section.split(mark), mark).toHaveLength(2);
  });

  test('first checks what is still known when the service is dead', () => {
    const [query, ...others] = [...part(section, PARTS[0]).matchAll(/^```promql\n([\s\S]*?)\n```$/gm)].map(
      ([, text]) => text!,
    );
    expect(others).toEqual([]);
    expect(checkQuery(query!, { catalog: shippedCatalog() }).map(problemText)).toEqual([]);
    expect(metricsToldIn(query!).filter((name) => !outlives(name, query!))).toEqual([]);
  });

  test('first does what the alert says', () => expect(part(section, PARTS[1])).toBe(action));

  test('escalates in time, and to somebody', () => {
    const text = part(section, PARTS[2]);
    expect(text).toMatch(
      new RegExp(
        `^after ${RESPONSE.cause} minutes without a cause to the (developer|owner) of .+; at once\\b.* to .+\\.$`,
      ),
    );
  });

  test('says when it is over, and how long it waits', () => {
    const text = part(section, PARTS[3]);
    expect(text).toMatch(/^(when|with) .+\. The alert waits /);
    const after = keepFiringFor === undefined ? '' : `, and goes on for ${minutes(keepFiringFor)} after`;
    expect(text.endsWith(`The alert waits ${minutes(held!)} before it speaks${after}.`)).toBe(true);
  });
});

/** Whether a series is there when no process of the service is: what rules remember or count, what Prometheus and Alertmanager say, or what is looked up in the past. */
function outlives(name: string, query: string): boolean {
  if (/:(last_known|total)$|^slo:|^up$|^(prometheus|alertmanager)_/.test(name)) return true;
  return new RegExp(`last_over_time\\(${name}(?:\\{[^}]*\\})?\\[\\d+[dw]\\]\\)`).test(query);
}

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const word = (count: number) => (count === 20 ? 'twenty' : (WORDS[count] ?? String(count)));
const SHARES: { readonly [share: string]: string } = {
  '0.1': 'a tenth',
  '0.333': 'a third',
  '0.5': 'half',
  '0.667': 'two thirds',
  '0.9': 'nine tenths',
};
const share = (value: number) => SHARES[String(Number(value.toFixed(3)))] ?? String(value);
const valueOfKey = (key: string): number => {
  const { value } = thresholds.thresholds.find(({ thresholdKey }) => thresholdKey === key)!;
  return typeof value === 'number' ? value : value.durationSeconds;
};
const inMinutes = (key: string) => word(valueOfKey(key) / 60);

/** How a section says the figures of its rule. A figure that changes there must change here. */
const FIGURES: readonly (readonly [alert: string, phrase: string])[] = [
  [
    'IcebergOffloadConsecutiveFailures',
    `failed ${word(valueOfKey('offload_consecutive_failures_critical'))} times or more`,
  ],
  ['IcebergOffloadSuccessRateLow', `at least\n${word(valueOfKey('offload_unsuccessful_cycles'))} did not`],
  ['IcebergOffloadLagElevated', `beyond ${share(valueOfKey('offload_lag_elevated_ratio'))} of its objective`],
  ['IcebergOffloadCycleSlow', `beyond ${share(valueOfKey('offload_cycle_slow_ratio'))} of the objective`],
  [
    'IcebergOffloadThroughputLow',
    `less than ${word(valueOfKey('offload_throughput_work_seconds'))} seconds of work`,
  ],
  [
    'IcebergOffloadWatermarkStale',
    `for ${word(valueOfKey('offload_watermark_stale_seconds') / 3_600)} hour, or for ${word(valueOfKey('offload_watermark_stale_intervals'))} intervals`,
  ],
  [
    'JobStopped',
    `its interval and ${share(valueOfKey('job_late_end_share'))} (${inMinutes('job_late_end_seconds')} minutes at least)`,
  ],
  ['JobStuck', `${word(valueOfKey('job_stuck_ratio'))} times the \`durationObjectiveSeconds\``],
  ['JobFailing', `${word(valueOfKey('job_failures_in_a_row'))} runs in a row`],
  [
    'JobFailing',
    `more than ${share(valueOfKey('job_failed_ratio'))} of the runs in the job's window did, at least ${word(valueOfKey('job_failed_runs'))}`,
  ],
  [
    'JobLate',
    `${share(valueOfKey('job_late_ratio'))} of the interval or ${inMinutes('job_late_longest_seconds')} minutes`,
  ],
  [
    'QueueStalled',
    `or ${valueOfKey('queue_stalled_durations') === 2 ? 'twice' : valueOfKey('queue_stalled_durations')} as long as a piece of work may take, ${inMinutes('queue_stalled_shortest_seconds')} minutes at least`,
  ],
  ['QueueNearCapacity', `more than ${share(valueOfKey('queue_near_capacity_ratio'))} of the`],
  ['QueueDepthCritical', `more than ${share(valueOfKey('queue_depth_critical_ratio'))} of the capacity`],
  ['QueueDepthHigh', `more than ${share(valueOfKey('queue_depth_high_ratio'))} of the capacity`],
  ['QueueFailing', `more than ${share(valueOfKey('queue_failing_ratio'))} of the attempts`],
  ['QueueFailing', `at least ${word(valueOfKey('queue_error_items'))} were made`],
  ['QueueErrorsHigh', `at least ${word(valueOfKey('queue_error_items'))} were made`],
  [
    'QueueWorkStuck',
    `more than ${word(valueOfKey('queue_stuck_ratio'))} times the \`durationObjectiveSeconds\``,
  ],
  [
    'DagSchedulerDown',
    `${word(valueOfKey('dag_scheduler_beats'))} of its heartbeats, ${inMinutes('dag_scheduler_least_seconds')} minutes at least`,
  ],
  ['DagStuck', `more than ${word(valueOfKey('dag_stuck_ratio'))} times the SLA`],
  [
    'DagStopped',
    `its interval and ${share(valueOfKey('dag_late_end_share'))} (${inMinutes('dag_late_end_seconds')} minutes at least)`,
  ],
  ['DagSlaMissed', `for ${inMinutes('dag_sla_missed_kept_seconds') === '15' ? 'fifteen' : '?'} minutes`],
  [
    'DagSlaApproaching',
    `only ${valueOfKey('dag_sla_approached_ratio') === 0.2 ? 'a fifth' : '?'} of the time is left`,
  ],
  [
    'DagMissedRun',
    `(${valueOfKey('dag_start_tolerance_seconds') === 60 ? 'a minute' : '?'}, or ${share(valueOfKey('dag_start_tolerance_ratio'))} of the interval`,
  ],
  ['DagStale', `older than ${valueOfKey('dag_stale_ratio') === 0.875 ? 'seven eighths' : '?'} of what`],
  [
    'DagLate',
    `${share(valueOfKey('dag_late_ratio'))} of the interval or ${inMinutes('dag_late_longest_seconds')} minutes`,
  ],
  ['DagOverlapping', `${valueOfKey('dag_overlap_intervals') === 1.5 ? 'one and a half' : '?'} intervals`],
  ['JobMemoryHigh', `more than ${valueOfKey('job_memory_bytes') / 1e9} GB`],
  [
    'JobOverlapping',
    `${valueOfKey('job_overlap_intervals') === 1.5 ? 'one and a half' : valueOfKey('job_overlap_intervals')} intervals`,
  ],
];

test.each(FIGURES)('%s says the figures of its rule: %s', (alert, phrase) => {
  const { runbook } = (shippedAlerts as readonly Alert[]).find((one) => one.alert === alert)!;
  const plain = (text: string) => text.replaceAll(/\s+/g, ' ').toLowerCase();
  expect(plain(sectionOf(runbook!, alert))).toContain(plain(phrase));
});

const guide = readFileSync(new URL('../../docs/setup-guide.md', import.meta.url), 'utf8');
const chapter = (text: string, title: string) =>
  text.split(/^## /m).find((one) => one.startsWith(`${title}\n`))!;

test('a page is acknowledged within the same time wherever that is said', () => {
  const said = [guide, ...runbooks.values()].flatMap((text) => [
    ...text.matchAll(/acknowledged? within (\d+) minutes/gi),
  ]);
  expect(said.map(([, time]) => Number(time))).toEqual(said.map(() => RESPONSE.acknowledge));
  for (const title of ['job-stopped', 'job-failing'])
    expect(chapter(runbooks.get(title)!, 'Escalation')).toContain(
      `Acknowledge within ${RESPONSE.acknowledge} minutes.`,
    );
  expect(chapter(guide, 'Responding')).toContain(`1. Acknowledge within ${RESPONSE.acknowledge} minutes`);
});

test('a cause is looked for for the same time wherever that is said', () => {
  const said = [...runbooks.values()].flatMap((text) => [...text.matchAll(/(\d+) minutes without a cause/g)]);
  expect(said.length).toBeGreaterThan(paging.length);
  expect(said.map(([, time]) => Number(time))).toEqual(said.map(() => RESPONSE.cause));
});

test.each(['job-stopped', 'job-failing', 'job-slow'])(
  '%s says who is told, when and with what',
  (runbook) => {
    const rows = chapter(runbooks.get(runbook)!, 'Escalation')
      .split('\n')
      .filter((line) => /^\| (?!when|---)/.test(line));
    expect(rows.length).toBeGreaterThanOrEqual(3);
    for (const row of rows)
      expect(
        row
          .split('|')
          .slice(1, -1)
          .every((cell) => cell.trim().length > 3),
      ).toBe(true);
  },
);

test('what fails in the code is looked up in Sentry too (002-D2)', () =>
  expect(chapter(runbooks.get('job-failing')!, 'Diagnosis')).toMatch(/Sentry/));

test('the guide has work for each week, month and quarter', () => {
  for (const time of ['week', 'month', 'quarter'])
    expect(chapter(guide, 'Maintenance')).toMatch(new RegExp(`${time}[^\\n]*[:*|]`, 'i'));
});

test('commands look at a unit, start it or stop it, and never take it out of service', () => {
  const verbs = [...runbooks.values()].flatMap((text) =>
    [...text.matchAll(/systemctl (\w+)/g)].map(([, verb]) => verb!),
  );
  expect([...new Set(verbs)].sort()).toEqual(['restart', 'show', 'start', 'status', 'stop']);
});

describe('what a path is called is what its commands do', () => {
  const PATHS = [
    [
      'job-stopped',
      '1. Disabled: enable it again',
      /-X POST [^\n]*\/admin\/sync\/enable"/,
      /-X POST [^\n]*disable/,
    ],
    [
      'job-stopped',
      '2. Not running, or not starting runs: restart the application',
      /systemctl restart/,
      /systemctl (?!restart|show)/,
    ],
    ['job-stopped', '4. Not now: start a run by hand', /-X POST [^\n]*\/admin\/sync\/runs"/, /able"/],
    ['job-stopped', '5. A fault in the code: roll back', /systemctl restart/, /systemctl (?!restart)/],
  ] as const;
  test.each(PATHS)('%s: %s', (runbook, title, does, never) => {
    const path = runbooks
      .get(runbook)!
      .split(/^##+ /m)
      .find((one) => one.startsWith(`${title}\n`))!;
    const commands = [...path.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text).join('');
    expect(commands).toMatch(does);
    expect(commands).not.toMatch(never);
  });
});
