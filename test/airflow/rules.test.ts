import { createSocket, type Socket } from 'node:dgram';
import { buildRules, ruleFilesOf } from '@sightglass/rules';
import { airflow, dags, statsdMapping } from '@sightglass/rules/mixins';
import { waitUntil } from '@sightglass/test-tools';
import { seenBy } from '@sightglass/test-tools/seen';
import { beforeAll, describe, expect, test } from 'vitest';
import type { YamlRule } from '../rules/rule.ts';
import { parseSamples } from '../scenario/promtool/labels.ts';
import { answersIn, runPromtool } from '../scenario/promtool/run.ts';
import { SeriesHistory } from '../scenario/world/series-history.ts';
import { hours, minutes, USUAL_PACE } from '../scenario/world/time.ts';
import { type StatsdExporter, startStatsdExporter } from './statsd-exporter.ts';

/*
 * A day of a DAG of Airflow, sent line by line over UDP, scraped from what reads the mapping, and judged by promtool with the rules that ship: the series that `declareDag()` would export, and the alerts on
 * them.
 */

const SLA = hours(2);
const HOURLY = hours(1);
const mixin = airflow({
  job: 'airflow',
  dags: [{ id: 'sales', intervalSeconds: HOURLY, slaSeconds: SLA, owner: 'team-sales', tasks: ['extract'] }],
});
const rules: readonly YamlRule[] = buildRules({ mixins: [mixin, dags], scope: [] }).flatMap(({ groups }) =>
  groups.flatMap((group) => group.rules as readonly YamlRule[]),
);

const { scrape } = USUAL_PACE;

/** What Airflow sends, and when; its scheduler beats each scrape unless it hangs. */
class Day {
  readonly #exporter: StatsdExporter;
  readonly #socket: Socket = createSocket('udp4');
  readonly #history = new SeriesHistory();
  now = 0;
  #sent = 0;
  beats = true;

  constructor(exporter: StatsdExporter) {
    this.#exporter = exporter;
  }

  async send(line: string): Promise<void> {
    this.#sent++;
    await new Promise<void>((done) =>
      this.#socket.send(line, this.#exporter.port, '127.0.0.1', () => done()),
    );
  }

  async until(time: number): Promise<void> {
    for (; this.now < time; this.now += scrape) {
      if (this.beats) await this.send('airflow.scheduler_heartbeat:1|c');
      await waitUntil(() => this.#exporter.received() === this.#sent, { what: 'the lines', pollMs: 1 });
      this.#history.scraped(this.now / scrape, `up 1\n${this.#exporter.exposition()}`);
    }
  }

  async run(status: 'success' | 'failed', seconds: number): Promise<void> {
    await this.send('airflow.dagrun.schedule_delay.sales:2000|ms');
    await this.until(this.now + seconds);
    await this.send(`airflow.ti.finish.sales.extract.${status}:1|c`);
    await this.send(`airflow.dagrun.duration.${status}.sales:${seconds * 1_000}|ms`);
  }

  /** The exporter is started anew. */
  restart(): void {
    this.#exporter.restart();
  }

  series() {
    return this.#history.inputSeries({ job: 'airflow', instance: 'statsd:9102' });
  }

  async end(): Promise<void> {
    expect(this.#exporter.refused).toEqual([]);
    this.#socket.close();
    await this.#exporter.stop();
  }
}

let day: Day;
beforeAll(async () => {
  day = new Day(await startStatsdExporter(statsdMapping('legacy')));
  await day.until(hours(1));
  await day.run('success', minutes(10));
  await day.until(hours(2));
  await day.run('failed', minutes(5));
  await day.until(hours(3));
  await day.run('failed', minutes(5));
  await day.until(hours(3.5));
  day.restart();
  await day.until(hours(4));
  // The third in a row hangs until after its SLA, and fails then.
  await day.run('failed', hours(2.5));
  await day.until(hours(7));
  await day.run('success', minutes(12));
  day.beats = false;
  await day.until(hours(8));
  await day.end();
});

const SALES = { dag_id: 'sales' };

const expected = [
  [
    'before the first run',
    'dag_runs_total',
    hours(0.5),
    [
      [{ ...SALES, status: 'failed' }, 0],
      [{ ...SALES, status: 'success' }, 0],
    ],
  ],
  [
    'the first failure is seen, as its counter was there at zero',
    'increase(dag_runs_total{status="failed"}[30m]) > bool 0',
    hours(2.25),
    [[{ ...SALES, status: 'failed' }, 1]],
  ],
  ['what is promised', 'dag_sla_seconds', hours(1), [[SALES, SLA]]],
  ['how long the last run took', 'dag_last_run_duration_seconds', hours(1.5), [[SALES, 600]]],
  ['when it was', 'dag_last_success_timestamp_seconds', hours(3), [[SALES, hours(1) + minutes(10)]]],
  [
    'failures in a row, over a restart of the exporter',
    'dag_consecutive_failures',
    hours(3.75),
    [[SALES, 2]],
  ],
  ['a run that is under way', 'dag_running', hours(5), [[SALES, 1]]],
  ['since when it is', 'dag_run_started_timestamp_seconds', hours(5), [[SALES, hours(4)]]],
  ['an SLA is kept until it is not', 'dag_sla_missed_total', hours(5.9), [[SALES, 0]]],
  ['an SLA is missed while the run is under way, and once', 'dag_sla_missed_total', hours(6.4), [[SALES, 1]]],
  ['three failures', 'dag_consecutive_failures', hours(6.75), [[SALES, 3]]],
  ['and a success ends them', 'dag_consecutive_failures', hours(7.5), [[SALES, 0]]],
  ['who answers for it', 'dag_owner_info', hours(1), [[{ ...SALES, owner: 'team-sales' }, 1]]],
  [
    'what became of a task',
    'dag_task_runs_total{status="failed"}',
    hours(3.25),
    [[{ ...SALES, task_id: 'extract', status: 'failed' }, 2]],
  ],
  [
    'a task has not failed yet',
    'dag_task_runs_total{status="failed"}',
    hours(1.5),
    [[{ ...SALES, task_id: 'extract', status: 'failed' }, 0]],
  ],
  [
    'the last time the scheduler came round',
    'time() - dag_scheduler_heartbeat_timestamp_seconds > bool 2400',
    hours(8) - 30,
    [[{ scheduler: 'airflow' }, 1]],
  ],
] as const;

/** Which alerts fire at a time, with what they speak of. */
const firing = [
  ['none before the first run', hours(0.9), []],
  ['none while all is well', hours(1.5), []],
  ['a run has failed', hours(2.25), ['DagFailed']],
  [
    'a run is under way that will hardly keep its SLA',
    hours(5.75),
    ['DagFailed', 'DagSlaApproaching', 'DagStale'],
  ],
  ['it has not kept it', hours(6.4), ['DagFailed', 'DagSlaMissed', 'DagStale']],
  ['it is over, and failed', hours(6.75), ['DagFailed', 'DagStale']],
  ['a run was well, and the scheduler is silent since', hours(7.5), ['DagSchedulerDown']],
] as const;

const FIRING = 'ALERTS{alertstate="firing",alertname!="Watchdog"}';

/** What is asked at a time, and what must be the answer. The same question at another time is another one, by a comment. */
const claim = (title: string, question: string, time: number, told: readonly unknown[]) => ({
  title,
  expr: `${question} # ${time}`,
  time,
  told,
});
type Claim = ReturnType<typeof claim>;
const ofSeries = expected.map(([title, expr, time, told]) => claim(title, expr, time, told));
const ofAlerts = firing.map(([title, time, names]) => claim(title, FIRING, time, [...names].sort()));

const seen = seenBy(import.meta.url, ['test/scenario/promtool', 'test/tools/programs.ts']);
const keys = new Map<Claim, string>();
let answers: ReadonlyMap<string, string>;
beforeAll(async () => {
  const series = day.series();
  for (const one of [...ofSeries, ...ofAlerts]) keys.set(one, seen.key([rules, series, one]));
  const queries = [...keys].flatMap(([one, key]) => (seen.has(key) ? [] : [one]));
  answers = answersIn(
    queries.length === 0 ? '' : await runPromtool(rules, [{ series, queries }], USUAL_PACE),
  );
});

const answered = ({ expr }: Claim) => parseSamples(answers.get(expr) ?? '');
const holds = (one: Claim, check: () => void) => seen.holds(keys.get(one)!, check);

describe('what Airflow sends becomes what declareDag() exports', () => {
  test.each(ofSeries)('$title', (one) =>
    holds(one, () => {
      const told = answered(one).map(({ labels: { __name__: _, ...labels }, value }) => [labels, value]);
      expect(told).toEqual(one.told);
    }),
  );
});

describe('the alerts on DAGs tell of Airflow', () => {
  test.each(ofAlerts)('$title', (one) =>
    holds(one, () => {
      const names = answered(one).map(({ labels }) => labels.alertname);
      expect(names.sort()).toEqual(one.told);
    }),
  );
});

test('a rule file is rendered that passes the checker', () => {
  expect(ruleFilesOf([mixin]).map(({ file }) => file)).toContain('airflow.yml');
});
