import type { Script } from '../story.ts';
import { declareDag, type PlayedDag } from '../world/dag.ts';
import { serve } from '../world/http.ts';
import { declareJob, runs, SIX_HOURLY, TEN_MINUTELY } from '../world/job.ts';
import { cycle, cycles, moved, QUARTER_HOURLY } from '../world/offload.ts';
import { say } from '../world/process-facts.ts';
import type { Stage } from '../world/stage.ts';
import { declareSync } from '../world/sync.ts';
import { at, hours, minutes, seconds } from '../world/time.ts';

/* What no alert may take for trouble. */

const every =
  (interval: number, count: number, takes: number): Script =>
  async (s) => {
    const { pipeline } = await s.start();
    const offload = pipeline.declareOffload({
      ...QUARTER_HOURLY,
      intervalSeconds: interval,
      lagObjectiveSeconds: 2 * interval,
    });
    const run = moved({ takes, rows: 20_000 * takes });
    await cycles(s, offload, count, { trades: run, quotes: run });
    await s.wait(interval / 2);
  };

/** A job and a sync side by side; both have never run before. */
const jobAndSync =
  (options: typeof TEN_MINUTELY | typeof SIX_HOURLY, count: number): Script =>
  async (s) => {
    const app = await s.start();
    const job = declareJob(s, app, { ...options, name: 'cleanup' });
    const sync = declareSync(s, app, { ...options, sources: ['openrouter', 'groq'], itemsObjective: 50 });
    for (let i = 0; i < count; i++) {
      await runs(s, job, 1);
      await sync.run({ openrouter: 40, groq: 20 });
    }
    await s.wait(job.intervalSeconds / 2);
  };

/** Its data may be as old as a run that fails makes it. */
const oneFailedRun: Script = async (s) => {
  const sync = declareSync(s, await s.start(), {
    ...SIX_HOURLY,
    freshnessObjectiveSeconds: hours(14),
    sources: ['openrouter', 'groq'],
  });
  for (let i = 0; i < 6; i++) {
    await s.untilNext(hours(6));
    await sync.run(i === 3 ? { openrouter: 'fails', groq: 'fails' } : { openrouter: 40, groq: 20 });
  }
  await s.wait(hours(3));
};

/** When each of five replicas lives: one grows to five, and five shrink to the last two. */
const END = at(2, 30);
const LIVES = [
  { from: at(0, 0), to: at(1, 30) },
  { from: at(0, 25), to: at(1, 30) },
  { from: at(0, 25), to: at(1, 30) },
  { from: at(0, 25), to: END },
  { from: at(0, 25), to: END },
] as const;

const alive = (time: number) => LIVES.flatMap(({ from, to }, i) => (from <= time && time < to ? [i] : []));

/** What each replica does; it waits to be born, says that it stops, and dies. `start` gives what it does at each time of the schedule. */
const scaled = (
  start: (
    s: Stage,
    isFirst: boolean,
  ) => Promise<{
    readonly run: (isMine: boolean) => Promise<void>;
    readonly stop: () => void;
  }>,
): readonly Script[] =>
  LIVES.map(({ from, to }, i) => async (s) => {
    await s.until(from);
    const { run, stop } = await start(s, i === 0);
    for (let at = Math.ceil((from + 1) / minutes(10)) * minutes(10); at < to; at += minutes(10)) {
      await s.until(at);
      const replicas = alive(at);
      await run(replicas[(at / minutes(10)) % replicas.length] === i);
    }
    await s.until(to);
    if (to === END) return;
    stop();
    await s.wait(seconds(20));
    s.die();
    await s.until(END);
  });

/** An API whose requests and queries mostly succeed, whose clients are sometimes wrong, and which is deployed anew in between. */
const api: Script = async (s) => {
  for (let deployed = 0; deployed < 2; deployed++) {
    const app = await s.start();
    app.core.healthCheck('database', () => true);
    say(s, { heap: [200, 1_000], container: [300, 1_000], files: [80, 1_000], late: 0.02 });
    const { observeConnections, recordDatabaseOperation } = app.service;
    observeConnections({ name: 'main' }, () => ({ used: 7, idle: 1, max: 10, pending: 0 }));
    const { askEvery } = await serve(s, app);
    for (let i = 0; i < 10; i++) {
      recordDatabaseOperation({ system: 'postgresql', operation: 'SELECT', durationSeconds: 0.02 });
      recordDatabaseOperation({
        system: 'postgresql',
        operation: 'INSERT',
        durationSeconds: 0.02,
        error: new Error('23505'),
      });
      const some = { count: 12, takes: 0.2 };
      await askEvery(
        30,
        s.now + minutes(2.75),
        some,
        { count: 3, status: 404 },
        { route: 'none', status: 404 },
      );
      await askEvery(15, s.now + 15, { count: 9 }, { status: 500 });
    }
    s.die();
    await s.wait(30);
  }
};

/** Every run goes to the replica that gets the lock. */
const underALock = scaled(async (s) => {
  const job = declareJob(s, await s.start(), TEN_MINUTELY);
  return { run: (isMine) => job.run(isMine ? {} : { takes: 0, ends: 'locked' }), stop: job.stop };
});

/** Each cycle is that of the replica that is elected; the others stand by. */
const elected = scaled(async (s, isFirst) => {
  const offload = (await s.start()).pipeline.declareOffload({
    ...QUARTER_HOURLY,
    intervalSeconds: minutes(10),
  });
  if (!isFirst) offload.standBy();
  return {
    run: async (isMine) => {
      if (!isMine) return offload.standBy();
      offload.enable();
      await cycle(s, offload);
    },
    stop: offload.stop,
  };
});

/** For twenty minutes the process lives for half a minute at a time; what is due each minute is done by the one that lives then, or starts next. */
const crashLoop: Script = async (s) => {
  let due = s.now + minutes(1);
  const live = async (until: number) => {
    const app = await s.start();
    const job = declareJob(s, app, { ...TEN_MINUTELY, intervalSeconds: minutes(1) });
    const offload = app.pipeline.declareOffload({ ...QUARTER_HOURLY, intervalSeconds: minutes(1) });
    const run = moved({ takes: 1 });
    for (; due < until - seconds(4); due += minutes(1)) {
      if (due > s.now) await s.until(due);
      await job.run({ takes: seconds(2) });
      await cycle(s, offload, { trades: run, quotes: run });
    }
    await s.until(until);
    s.die();
    await s.wait(seconds(4));
  };
  await live(s.now + minutes(20));
  for (let i = 0; i < 36; i++) await live(s.now + seconds(30));
  await live(s.now + minutes(40));
  await s.seen();
};

/** A job that is started anew each time pushes to a gateway, which restarts twice and forgets what it had. */
const forgetfulGateway: Script = async (s) => {
  s.labelled({ job: 'push', instance: '' });
  for (let i = 1; i <= 12; i++) {
    await s.untilNext(minutes(10));
    await declareJob(s, await s.start(), TEN_MINUTELY).run();
    await s.push();
    s.die();
    await s.wait(minutes(4));
    if (i % 5 === 0) s.restartGateway();
  }
  await s.wait(minutes(5));
};

/** Begins a run. Returns what ends it. */
function begin(dag: PlayedDag, ends: 'well' | 'badly' = 'well'): () => Promise<void> {
  let end = () => {};
  const ended = dag.run({
    ends,
    during: () =>
      new Promise((resolve) => {
        end = resolve;
      }),
  });
  return () => {
    end();
    return ended;
  };
}

/**
 * DAGs of a service that has lived before Prometheus first scrapes it (S17), twice (S23): all that went wrong is over. One runs more often than it is scraped (S16), the runs of two are long and
 * short in turn (S20), one is a timer's, and a deploy lies between.
 */
const dagsOfAService: Script = async (s) => {
  s.scrapedAlsoAs({ job: 'again' });
  s.discover(false);
  const often = { id: 'often', schedule: '*/10 * * * * *', slaSeconds: 5 };
  const long = { schedule: '*/20 * * * *', freshnessObjectiveSeconds: hours(2) };
  const declared = async () => {
    const app = await s.start();
    return {
      report: declareDag(s, app),
      often: declareDag(s, app, often),
      uneven: [
        declareDag(s, app, { ...long, id: 'promises', slaSeconds: minutes(20) }),
        declareDag(s, app, { ...long, id: 'promises-nothing', slaSeconds: undefined as never }),
      ],
      timer: declareDag(s, app, {
        id: 'timer',
        schedule: undefined,
        timezone: undefined,
        intervalSeconds: minutes(10),
      } as never),
    };
  };
  let dags = await declared();
  /** What ends after so many times ten seconds. */
  const ends = new Map<number, (() => Promise<void>)[]>();
  for (let passed = 0; passed < 6 * 60; passed++) {
    if (passed === 6 * 15) s.discover(true);
    if (passed === 6 * 45) {
      for (const dag of [dags.report, dags.often, dags.timer, ...dags.uneven]) dag.stop();
      await s.wait(5);
      dags = await declared();
    }
    for (const end of ends.get(passed) ?? []) await end();
    if (passed % 120 === 0)
      ends.set(
        passed + 6 * (passed === 120 ? 15 : 3),
        dags.uneven.map((dag) => begin(dag)),
      );
    if (passed === 0) ends.set(6 * 6, [begin(dags.report, 'badly')]);
    else if (passed === 60) await dags.report.run({ takes: 0, inspiteOf: true });
    else if (passed % 60 === 0) await dags.report.run({ takes: 0 });
    if (passed % 60 === 0) await dags.timer.run({ takes: 0 });
    await dags.often.run({ takes: 1, ends: passed < 60 ? 'badly' : 'well' });
    await s.untilNext(seconds(10));
  }
};

/** Two StatefulSets have pods of the same names, and nothing but a label that the rules do not know tells them apart. */
const samePods: readonly Script[] = ['shop', 'stock'].map((namespace) => async (s) => {
  s.labelled({ job: 'worker', instance: 'worker-0', namespace });
  const app = await s.start();
  const job = declareJob(s, app, TEN_MINUTELY);
  const dag = declareDag(s, app);
  const offload = app.pipeline.declareOffload({ ...QUARTER_HOURLY, intervalSeconds: minutes(10) });
  for (let i = 0; i < 7; i++) {
    await runs(s, job, 1, { takes: 0 });
    await dag.run({ takes: 0 });
    await cycle(s, offload);
  }
  await s.until(s.began + hours(1.25));
});

/** What happens, and the scripts that play it. */
export interface Healthy {
  readonly title: string;
  readonly scripts: readonly Script[];
  /** What is told, rightly, of targets that have ended and that Prometheus still has in its list. Default: nothing. */
  readonly told?: readonly string[];
}

/** At the usual pace. */
export const usual: readonly Healthy[] = [
  { title: 'a pipeline every ten seconds', scripts: [every(seconds(10), 360, 1)] },
  { title: 'a pipeline every fifteen minutes', scripts: [every(minutes(15), 9, 20)] },
  { title: 'a job and a sync every ten minutes', scripts: [jobAndSync(TEN_MINUTELY, 14)] },
];

/** Processes come and go or look the same, and all that is due is done. */
export const turbulent: readonly Healthy[] = [
  { title: 'an API that is deployed anew', scripts: [api] },
  {
    title: 'one, then five, then two replicas of a job with a lock',
    scripts: underALock,
    told: ['HostTargetDown'],
  },
  {
    title: 'one, then five, then two replicas of a pipeline, of which one is elected',
    scripts: elected,
    told: ['HostTargetDown'],
  },
  { title: 'a crash loop in which runs go on', scripts: [crashLoop] },
  {
    title: 'restarts of the gateway to which a job pushes',
    scripts: [forgetfulGateway],
    told: ['HostTargetDown'],
  },
  { title: 'the life of a service of DAGs', scripts: [dagsOfAService] },
  { title: 'the same pods in two namespaces that are not told apart', scripts: samePods },
];

/** Over days. */
export const slow: readonly Healthy[] = [
  { title: 'a pipeline every six hours', scripts: [every(hours(6), 6, 120)] },
  { title: 'a job and a sync every six hours', scripts: [jobAndSync(SIX_HOURLY, 6)] },
  { title: 'a sync every six hours, with one failed run', scripts: [oneFailedRun] },
];
