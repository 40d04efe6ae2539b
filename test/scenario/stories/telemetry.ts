import { alertStories } from '../story.ts';
import { cycles, QUARTER_HOURLY } from '../world/offload.ts';
import { servingThread } from '../world/processes.ts';
import { TARGET } from '../world/stage.ts';
import { days, hours, minutes, SLOW_PACE } from '../world/time.ts';

const { job } = TARGET;

export const targetAbsent = alertStories(
  'SightglassTargetAbsent',
  {
    severity: 'warning',
    summary: 'Prometheus has no target for a service that should be scraped.',
    runbook: 'telemetry.md#sightglasstargetabsent',
  },
  {
    'fires five minutes after the target has left the configuration, until it is back': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      s.other('neighbour', '');
      await s.wait(minutes(10));
      s.discover(false);
      await s.seen();
      await s.wait(minutes(5));
      s.fires({ job });
      await s.wait(hours(1));
      s.discover(true);
      await s.seen();
      s.resolves({ job });
      await s.wait(minutes(10));
    },
    'fires for a service that has jobs only, and for one that has nothing but the library': [
      async (s) => {
        const { scheduler } = await s.start();
        scheduler.declareJob({ name: 'sync', intervalSeconds: hours(1) });
        s.other('neighbour', '');
        await s.wait(minutes(10));
        s.discover(false);
        await s.seen();
        await s.wait(minutes(5));
        s.fires({ job });
        await s.wait(minutes(5));
      },
      async (s) => {
        s.labelled({ job: 'library-only' });
        await s.start();
        await s.wait(minutes(10));
        s.discover(false);
        await s.seen();
        await s.wait(minutes(5));
        s.fires({ job: 'library-only' });
        await s.wait(minutes(5));
      },
    ],
    'stays quiet while the target is configured, up or down': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      await s.wait(minutes(10));
      s.die();
      await s.wait(minutes(30));
    },
    'stays quiet when one of two replicas is taken away, and about jobs that never were ours': [
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload(QUARTER_HOURLY);
        await s.wait(minutes(10));
        s.discover(false);
        await s.wait(minutes(30));
      },
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload(QUARTER_HOURLY);
        await s.wait(minutes(40));
      },
    ],
    'is reminded for a week': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          const { pipeline } = await s.start();
          pipeline.declareOffload(QUARTER_HOURLY);
          await s.wait(hours(1));
          s.discover(false);
          const gone = s.now;
          await s.until(gone + minutes(10));
          s.fires({ job });
          await s.until(gone + days(7));
          s.resolves({ job });
          await s.wait(hours(1));
        },
      ],
    },
  },
);

export const collectorFailing = alertStories(
  'SightglassCollectorFailing',
  {
    severity: 'warning',
    summary: 'A metric that is read at each scrape can not be read.',
    runbook: 'telemetry.md#sightglasscollectorfailing',
  },
  {
    'fires when a watermark can not be read for five minutes, until it can': async (s) => {
      const { core, pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      let broken = false;
      pipeline.trackLag({
        table: 'trades',
        watermark: () => {
          if (broken) throw new Error('no connection');
          return s.now;
        },
      });
      core.gauge('queue_depth', { help: 'Depth.' }).observe(() => 1, {});
      await s.wait(minutes(10));
      broken = true;
      await s.seen();
      await s.wait(minutes(5));
      s.fires({ job, collector: 'offload_watermark_timestamp_seconds' });
      await s.wait(minutes(10));
      broken = false;
      await s.seen();
      s.resolves({ job, collector: 'offload_watermark_timestamp_seconds' });
      await s.wait(minutes(10));
    },
    'stays quiet while every reading succeeds': async (s) => {
      const { core } = await s.start();
      core.gauge('queue_depth', { help: 'Depth.' }).observe(() => 1, {});
      await s.wait(minutes(20));
    },
    'fires when one of two replicas can not read': [
      async (s) => {
        const { core } = await s.start();
        core.gauge('queue_depth', { help: 'Depth.' }).observe(() => Number.NaN, {});
        await s.seen();
        await s.wait(minutes(5));
        s.fires({ job, collector: 'queue_depth' });
        await s.until(s.began + minutes(15));
      },
      async (s) => {
        const { core } = await s.start();
        core.gauge('queue_depth', { help: 'Depth.' }).observe(() => 1, {});
        await s.until(s.began + minutes(15));
      },
    ],
  },
);

export const cardinalityOverflow = alertStories(
  'SightglassCardinalityOverflow',
  {
    severity: 'warning',
    summary: 'A metric has more label values than it may keep.',
    runbook: 'telemetry.md#sightglasscardinalityoverflow',
  },
  {
    'fires for the first measurement that ever overflowed, and again for a later one': async (s) => {
      const { core } = await s.start();
      const orders = core.counter('orders_total', { help: 'Orders.', labels: ['customer'], maxSeries: 2 });
      for (const customer of ['a', 'b']) orders.add(1, { customer });
      await s.wait(minutes(10));
      orders.add(1, { customer: 'c' });
      await s.seen();
      const first = s.now;
      await s.wait(minutes(5));
      s.fires({ job, metric: 'orders_total' });
      await s.until(first + minutes(15 + 15));
      s.resolves({ job, metric: 'orders_total' });
      await s.wait(minutes(30));
      orders.add(1, { customer: 'd' });
      await s.seen();
      const second = s.now;
      await s.wait(minutes(5));
      s.fires({ job, metric: 'orders_total' });
      await s.until(second + minutes(15 + 15));
      s.resolves({ job, metric: 'orders_total' });
      await s.wait(minutes(5));
    },
    'stays quiet while every measurement has its own series, and after a restart': async (s) => {
      for (let i = 0; i < 2; i++) {
        const { core } = await s.start();
        const orders = core.counter('orders_total', { help: 'Orders.', labels: ['customer'], maxSeries: 2 });
        for (const customer of ['a', 'b', 'a']) orders.add(1, { customer });
        await s.wait(minutes(20));
      }
    },
  },
);

export const measurementsDropped = alertStories(
  'SightglassMeasurementsDropped',
  {
    severity: 'warning',
    summary: 'Measurements are dropped because they are not valid.',
    runbook: 'telemetry.md#sightglassmeasurementsdropped',
  },
  {
    'fires for the first measurement that was ever dropped, and again for a later one': async (s) => {
      const { core } = await s.start();
      const labels = { job, metric: 'orders_total', reason: 'not_a_number' };
      const orders = core.counter('orders_total', { help: 'Orders.' });
      await s.wait(minutes(10));
      orders.add(Number.NaN);
      await s.seen();
      const first = s.now;
      await s.wait(minutes(5));
      s.fires(labels);
      await s.until(first + minutes(15 + 15));
      s.resolves(labels);
      await s.wait(minutes(30));
      orders.add(Number.NaN);
      await s.seen();
      const second = s.now;
      await s.wait(minutes(5));
      s.fires(labels);
      await s.until(second + minutes(15 + 15));
      s.resolves(labels);
      await s.wait(minutes(5));
    },
    'counts one process once, though it is scraped under two addresses': async (s) => {
      s.scrapedAlsoAs({ instance: 'pod-1:8000' });
      const { core } = await s.start();
      const orders = core.counter('orders_total', { help: 'Orders.' });
      await s.wait(minutes(10));
      orders.add(Number.NaN);
      await s.seen();
      const first = s.now;
      await s.wait(minutes(5));
      s.fires({ job, metric: 'orders_total', reason: 'not_a_number' });
      await s.until(first + minutes(15 + 15));
      s.resolves({ job, metric: 'orders_total', reason: 'not_a_number' });
      await s.wait(minutes(5));
    },
    'counts what was dropped while nobody could scrape, and what a process dropped before it was scraped first':
      async (s) => {
        const labels = { job, metric: 'orders_total', reason: 'not_a_number' };
        const { core } = await s.start();
        const orders = core.counter('orders_total', { help: 'Orders.' });
        await s.wait(minutes(10));
        s.discover(false);
        await s.wait(minutes(7));
        orders.add(Number.NaN);
        await s.wait(minutes(3));
        s.discover(true);
        await s.seen();
        const seen = s.now;
        await s.wait(minutes(5));
        s.fires(labels);
        await s.until(seen + minutes(15 + 15));
        s.resolves(labels);
        await s.wait(minutes(5));
        s.die();
        await s.wait(minutes(5));
        (await s.start()).core.counter('orders_total', { help: 'Orders.' }).add(Number.NaN);
        await s.seen();
        const begun = s.now;
        await s.wait(minutes(5));
        s.fires(labels);
        await s.until(begun + minutes(15 + 15));
        s.resolves(labels);
        await s.wait(minutes(5));
      },
    'says nothing of what a service had dropped before Prometheus knew it': async (s) => {
      const { core } = await s.start();
      s.discover(false);
      core.counter('orders_total', { help: 'Orders.' }).add(Number.NaN);
      await s.wait(hours(1));
      s.discover(true);
      await s.wait(minutes(30));
    },
    'stays quiet while everything that is recorded is valid': async (s) => {
      const { pipeline } = await s.start();
      await cycles(s, pipeline.declareOffload(QUARTER_HOURLY), 3);
    },
  },
);

export const clockSkewed = alertStories(
  'SightglassClockSkewed',
  {
    severity: 'warning',
    summary: 'The clock of a process and that of Prometheus differ.',
    runbook: 'telemetry.md#sightglassclockskewed',
  },
  {
    'fires when a clock is four minutes behind, and when it is six minutes ahead, until it is right': [
      async (s) => {
        await s.start();
        await s.wait(minutes(10));
        s.setClock(-minutes(4));
        // For two minutes nobody can know whether it stands still.
        await s.wait(minutes(2));
        await s.seen();
        await s.wait(minutes(5));
        s.fires({ job, instance: 'host-1:8000' });
        s.setClock(minutes(4));
        await s.seen();
        s.resolves({ job, instance: 'host-1:8000' });
        await s.until(s.began + minutes(30));
      },
      async (s) => {
        await s.start();
        await s.wait(minutes(10));
        s.setClock(minutes(6));
        await s.seen();
        await s.wait(minutes(5));
        s.fires({ job, instance: 'host-2:8000' });
        await s.until(s.began + minutes(30));
      },
    ],
    'is quiet at a minute, and fires beyond it': async (s) => {
      await s.start();
      s.setClock(minutes(1));
      await s.wait(minutes(20));
      s.setClock(0.5);
      await s.seen();
      await s.wait(minutes(5));
      s.fires({ job, instance: 'host-1:8000' });
      await s.wait(minutes(5));
    },
    'stays quiet about clocks that agree, and about what a gateway shows of a process that has ended': async (
      s,
    ) => {
      await s.start();
      await s.wait(minutes(10));
      await s.push();
      await s.wait(minutes(40));
    },
  },
);

export const processesMissing = alertStories(
  'SightglassProcessesMissing',
  {
    severity: 'warning',
    summary: 'Processes whose metrics another one serves are not heard of.',
    runbook: 'telemetry.md#sightglassprocessesmissing',
  },
  {
    'fires when a thread has been frozen for five minutes, until it goes on': async (s) => {
      await s.start();
      await servingThread(s, async (thread) => {
        await s.wait(minutes(5));
        await thread.freeze();
        await s.seen();
        await s.wait(minutes(5));
        s.fires({ job });
        await s.wait(minutes(5));
        await thread.thaw();
        await s.seen();
        s.resolves({ job });
        await s.wait(minutes(5));
      });
    },
    'stays quiet while all are heard of, when one is frozen for three minutes, and when it has ended': async (
      s,
    ) => {
      await s.start();
      await servingThread(s, async (thread) => {
        await s.wait(minutes(10));
        await thread.freeze();
        await s.wait(minutes(3));
        await thread.thaw();
        await s.wait(minutes(5));
      });
      await s.wait(minutes(10));
    },
  },
);
