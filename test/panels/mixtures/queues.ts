import { Dice } from '../../scenario/tables/table.ts';
import type { Process } from '../../scenario/world/process.ts';
import { Items } from '../../scenario/world/queue.ts';
import type { Stage } from '../../scenario/world/stage.ts';
import { minutes } from '../../scenario/world/time.ts';
import type { Look, PanelStory } from '../told.ts';
import { EACH_MINUTE, Moods, quarters, story } from './moods.ts';

/* Queues that two processes share, or that are in the memory of one. */

type Queue = ReturnType<Process['worker']['declareQueue']>;

const NAMES = ['mails', 'events', 'images', 'bills', 'webhooks', 'exports', 'imports'];
const MOODS = [
  'well',
  'well',
  'fails',
  'some fail',
  'slow',
  'stands',
  'fills',
  'idle',
  'held up',
  'dead',
] as const;

const queuesOf =
  (seed: number, names: readonly string[], look?: Look) =>
  async (s: Stage): Promise<void> => {
    const dice = new Dice(seed);
    const moods = new Moods(dice, MOODS, EACH_MINUTE);
    const items = new Map(names.map((name) => [name, new Items(s)]));
    const begins = async (): Promise<Queue[]> => {
      const app = await s.start();
      app.core.gauge('process_start_time_seconds', { help: 'Start.' }).set(s.now);
      return names
        .filter(() => dice.maybe(0.9))
        .map((name) =>
          app.worker.declareQueue({
            name,
            capacity: dice.one(60, 200),
            depth: items.get(name)!.read,
            shared: name === 'mails' || name === 'events',
            ...(dice.maybe(0.3) ? {} : { maxWaitSeconds: minutes(dice.one(3, 6)) }),
            ...(dice.maybe(0.3) ? {} : { durationObjectiveSeconds: dice.one(1, 20) }),
            errorObjectiveRatio: dice.one(0.1, 0.3),
            concurrency: dice.one(2, 5),
          }),
        );
    };
    await quarters(s, dice, look, begins, async (queues) => {
      for (const queue of queues) {
        const what = dice.next();
        if (what < 0.06) queue.disable();
        else if (what < 0.3) queue.enable();
      }
      const end = s.now + minutes(9);
      while (s.now < end) {
        for (const queue of queues) work(dice, queue, items.get(queue.name)!, moods.of(queue.name));
        await s.wait(minutes(1));
      }
    });
  };

/** A minute of a queue, by its mood. */
function work(dice: Dice, queue: Queue, items: Items, mood: (typeof MOODS)[number]): void {
  const size = 2 + Math.floor(dice.next() * 9);
  if (mood === 'idle') return;
  queue.enqueued(size);
  items.change(size);
  items.deferred = mood === 'held up' ? 7 : 0;
  if (mood === 'stands') return;
  if (mood !== 'fills') items.change(-Math.min(items.read().ready, size + dice.one(0, 3, 9)));
  const failed = { fails: size, 'some fail': 1 }[mood as string] ?? 0;
  queue.observeBatch({ size, durationSeconds: mood === 'slow' ? 30 : 0.5 + dice.next(), failed });
  queue.recordEvent({ durationSeconds: mood === 'slow' ? 25 : 0.4, waitSeconds: dice.one(1, 8, 90, 400) });
  if (mood === 'some fail')
    queue.recordEvent({ outcome: dice.one('timed_out', 'stalled'), durationSeconds: 6, attempt: 2 });
  if (mood === 'fails') queue.recordError(dice.one('database_insert', 'aggregation_update'));
  if (mood === 'dead') queue.deadLettered(dice.one(1, 2));
  if (dice.maybe(0.05)) queue.redriven(1);
}

export const queues: readonly PanelStory[] = [
  story(
    'queue',
    ['sightglass-queues'],
    [
      (s, look) => queuesOf(10, NAMES.slice(0, 5), look)(s),
      queuesOf(11, ['mails', 'events', ...NAMES.slice(5)]),
    ],
  ),
];
