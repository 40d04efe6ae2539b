import { shipped } from '@sightglass/rules/mixins';
import { inParallel } from '@sightglass/test-tools';
import { seenBy } from '@sightglass/test-tools/seen';
import { beforeAll, expect, test } from 'vitest';
import { dependsOf, JUDGES } from './depends.ts';
import { closureOf, nameOf, rules, rulesNamed, sloRules, type YamlRule } from './rules.ts';
import { evaluate, type Outcome } from './scenarios.ts';
import { type Played, play, type Script } from './story.ts';
import { dagRuns, declareDag, type PlayedDag } from './world/dag.ts';
import { declareMeasurements, Table } from './world/dataset.ts';
import { declareJob, type JobRun, runs, type ScheduledJob, SIX_HOURLY } from './world/job.ts';
import type { Stage } from './world/stage.ts';
import { hours, minutes, type Pace } from './world/time.ts';

/**
 * The pages of an outage of half a day, by the real helpers: one, however long it lasts, and none as it ends (S26). And none of a job that has said
 * nothing but its interval and whose runs are long and short in turn (S20).
 */

/** Nothing said but its interval, so that all promises are the defaults. */
const HOURLY = { name: 'pricing-sync', intervalSeconds: hours(1) } as const;

/** An hourly job that says how long its runs may take, so that one that hangs is told of. */
const QUICK = { ...HOURLY, durationObjectiveSeconds: 60 } as const;

/** Evaluations are less than five minutes apart, so that each finds by both Prometheus which alerts fired at the one before. */
const PACE: Pace = { scrape: minutes(2), evaluation: minutes(4) };

type Options = typeof HOURLY | typeof QUICK | typeof SIX_HOURLY;
type Trouble<T = ScheduledJob> = (s: Stage, work: T) => Promise<void>;

const declared = async (s: Stage, options: Options): Promise<ScheduledJob> =>
  declareJob(s, await s.start(), options);

interface Outage {
  readonly title: string;
  readonly page: string;
  readonly options: Options;
  readonly trouble: Trouble;
  /** What ends it. */
  readonly by: 'itself' | 'a restart';
}

/** Well for three runs, then in trouble for two intervals and twelve hours, then back and well again: by the same process, or by another. */
const outage =
  ({ options, trouble, by }: Outage): Script =>
  async (s) => {
    const job = await declared(s, options);
    await runs(s, job, 3);
    await s.seen();
    const end = s.now + 2 * job.intervalSeconds + hours(12);
    await trouble(s, job);
    await s.until(end);
    await runs(s, by === 'itself' ? job : await declared(s, options), 2);
    await s.wait(hours(1));
  };

const dies = async (s: Stage) => s.die();
const standsStill = async () => {};
const hangs: Trouble = async (s, job) => {
  await s.untilNext(job.intervalSeconds);
  void job.run({ ends: 'never' });
};
const fails: Trouble = async (s, job) => runs(s, job, 2 + hours(12) / job.intervalSeconds, badly);
const badly: JobRun = { ends: 'badly' };

const outages: readonly Outage[] = [
  {
    title: 'an hourly job whose process is dead',
    page: 'JobGone',
    options: HOURLY,
    trouble: dies,
    by: 'a restart',
  },
  {
    title: 'an hourly job that its scheduler does not start',
    page: 'JobStopped',
    options: HOURLY,
    trouble: standsStill,
    by: 'itself',
  },
  {
    title: 'an hourly job that hangs, and says how long it may take, until its process is restarted',
    page: 'JobStuck',
    options: QUICK,
    trouble: hangs,
    by: 'a restart',
  },
  {
    title: 'an hourly job that hangs and has not said how long it may take',
    page: 'JobStopped',
    options: HOURLY,
    trouble: hangs,
    by: 'a restart',
  },
  {
    title: 'an hourly job that fails',
    page: 'JobFailing',
    options: HOURLY,
    trouble: fails,
    by: 'itself',
  },
  {
    title: 'the job of 002 whose process is dead',
    page: 'JobGone',
    options: SIX_HOURLY,
    trouble: dies,
    by: 'a restart',
  },
  {
    title: 'the job of 002 that fails',
    page: 'JobFailing',
    options: SIX_HOURLY,
    trouble: fails,
    by: 'itself',
  },
];

/** A data set that is loaded every hour, and may be two hours old: its loads end, its process dies, or nobody can read it. */
interface DatasetOutage {
  readonly title: string;
  readonly page: string;
  readonly begins: (s: Stage, table: Table) => void;
  readonly ends: (s: Stage, table: Table) => Promise<void> | void;
}

const start = async (s: Stage, table: Table) =>
  void declareMeasurements(await s.start(), { newest: table.read, freshnessObjectiveSeconds: hours(2) });

const datasetOutages: readonly DatasetOutage[] = [
  {
    title: 'a data set that is not loaded any more',
    page: 'DatasetStale',
    begins: () => {},
    ends: () => {},
  },
  {
    title: 'a data set whose process is dead, until it is restarted and has loaded',
    page: 'DatasetUnseen',
    begins: (s) => s.die(),
    ends: start,
  },
  {
    title: 'a data set that can not be read, as its database is down',
    page: 'DatasetUnseen',
    begins: (_, table) => {
      table.isReachable = false;
    },
    ends: (_, table) => {
      table.isReachable = true;
    },
  },
];

const datasetOutage =
  ({ begins, ends }: DatasetOutage): Script =>
  async (s) => {
    const table = new Table(s);
    await start(s, table);
    const loads = async (times: number) => {
      for (let i = 0; i < times; i++) {
        await s.untilNext(hours(1));
        table.grows();
      }
    };
    await loads(3);
    await s.seen();
    begins(s, table);
    await s.wait(hours(14));
    await ends(s, table);
    // What ended the trouble loads an hour later at most.
    await s.wait(minutes(30));
    await loads(2);
    await s.wait(hours(1));
  };

const UNEVEN = 'an hourly job whose runs take eight and forty-five minutes in turn';
const uneven: Script = async (s) => {
  const job = await declared(s, HOURLY);
  for (let i = 0; i < 10; i++) {
    await runs(s, job, 1, { takes: minutes(8) });
    await runs(s, job, 1, { takes: minutes(45) });
  }
};

/** An hourly DAG, done ten minutes later. */
const DAG = { schedule: '0 * * * *', slaSeconds: minutes(10), freshnessObjectiveSeconds: hours(3) } as const;
const UNPROMISED = { ...DAG, slaSeconds: undefined as never };

interface DagOutage {
  readonly title: string;
  readonly page: string;
  readonly options?: typeof DAG | typeof UNPROMISED;
  readonly trouble: Trouble<PlayedDag>;
  readonly by: 'itself' | 'a restart';
}

const dagOutage =
  ({ options = DAG, trouble, by }: DagOutage): Script =>
  async (s) => {
    const dag = declareDag(s, await s.start(), options);
    await dagRuns(s, dag, 3);
    await s.seen();
    const end = s.now + hours(13) - minutes(10);
    await trouble(s, dag);
    await s.until(end);
    const next = by === 'itself' ? dag : declareDag(s, await s.start(), options);
    // By hand, and for a while.
    await next.run({ trigger: 'manual', takes: minutes(9) });
    await dagRuns(s, next, 2);
    await s.wait(minutes(20));
  };

const dagHangs: Trouble<PlayedDag> = async (s, dag) => {
  await s.untilNext(hours(1));
  void dag.run({ ends: 'never' });
};

const dagOutages: readonly DagOutage[] = [
  { title: 'a DAG whose process is dead', page: 'DagGone', trouble: dies, by: 'a restart' },
  {
    title: 'a DAG that its scheduler does not start',
    page: 'DagSlaMissed',
    trouble: standsStill,
    by: 'itself',
  },
  { title: 'a DAG that hangs', page: 'DagSlaMissed', trouble: dagHangs, by: 'a restart' },
  {
    title: 'a DAG that is not started, and whose process then dies',
    page: 'DagSlaMissed',
    trouble: async (s) => {
      await s.wait(hours(2));
      s.die();
    },
    by: 'a restart',
  },
  {
    title: 'a DAG without an SLA that hangs',
    page: 'DagStopped',
    options: UNPROMISED,
    trouble: dagHangs,
    by: 'a restart',
  },
  {
    title: 'a DAG that fails',
    page: 'DagFailed',
    trouble: (s, dag) => dagRuns(s, dag, 12, { ends: 'badly' }),
    by: 'itself',
  },
];

/** What the mixin of DAGs says of one alert that holds back others. */
const heldBack = new Map(
  shipped
    .find(({ name }) => name === 'dags')!
    .inhibitions!.flatMap(({ sources, targets }) => sources.map((source) => [source, targets] as const)),
);

const isPage =
  (component: string) =>
  ({ labels = {} }: YamlRule): boolean =>
    labels.severity === 'critical' && labels.component === component;

const seen = seenBy(import.meta.url, JUDGES);
const outcomes = new Map<string, Outcome>();
const keys = new Map<string, string>();

// No limit: it takes as long as the rules of every page.
beforeAll(async () => {
  await judge('job', [...outages.map((each) => [each.title, outage(each)] as const), [UNEVEN, uneven]]);
  await judge(
    'dataset',
    datasetOutages.map((each) => [each.title, datasetOutage(each)] as const),
  );
  await judge(
    'dag',
    dagOutages.map((each) => [each.title, dagOutage(each)] as const),
  );
}, 0);

/** Plays scripts, and has those judged by every page of a part of the system of which anything has changed. */
async function judge(
  component: string,
  scripts: readonly (readonly [title: string, script: Script])[],
): Promise<void> {
  const played: Played[] = [];
  for (const [title, script] of scripts)
    played.push(await play({ alert: undefined, title, scripts: [script], pace: PACE }));
  const pages = [...rules, ...sloRules].filter(isPage(component)).map(nameOf);
  const concerned = closureOf(pages).flatMap(rulesNamed);
  for (const each of played) keys.set(each.story.title, seen.key(dependsOf(each, concerned)));
  const asked = played.filter(({ story }) => !seen.has(keys.get(story.title)!));
  const lengths = [...new Set(asked.map(({ end }) => end))];
  // Those of one length together, as each is evaluated to the end of the longest.
  await inParallel(
    lengths.map((length) => asked.filter(({ end }) => end === length)),
    async (batch) => {
      for (const [i, outcome] of (await evaluate(concerned, batch)).entries())
        outcomes.set(batch[i]!.story.title, outcome);
    },
  );
}

test.each([...outages, ...datasetOutages])('$title wakes somebody once: $page', ({ title, page }) =>
  seen.holds(keys.get(title)!, () => {
    const { firings } = outcomes.get(title)!;
    expect([...firings.keys()]).toEqual([page]);
    const histories = [...firings.get(page)!.values()];
    expect(histories).toHaveLength(1);
    const { first, last, count } = histories[0]!;
    expect(count).toBe((last - first) / PACE.evaluation + 1);
  }),
);

test.each(dagOutages)('$title wakes somebody once: $page', ({ title, page }) =>
  seen.holds(keys.get(title)!, () => {
    const { firings } = outcomes.get(title)!;
    // Another one may fire, as long as one that fires before and after it holds it back.
    const told = [...firings].filter(([target, histories]) =>
      [...histories.values()].some(
        ({ first, last }) =>
          ![...firings].some(
            ([source, others]) =>
              (heldBack.get(source) ?? []).includes(target) &&
              [...others.values()].some((other) => other.first < first && other.last >= last),
          ),
      ),
    );
    expect(told.map(([alert]) => alert)).toEqual([page]);
    const histories = [...firings.get(page)!.values()];
    expect(histories).toHaveLength(1);
    const { first, last, count } = histories[0]!;
    expect(count).toBe((last - first) / PACE.evaluation + 1);
  }),
);

test(`${UNEVEN} wakes nobody`, () =>
  seen.holds(keys.get(UNEVEN)!, () => expect([...outcomes.get(UNEVEN)!.firings.keys()]).toEqual([])));
