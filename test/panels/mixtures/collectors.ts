import type { SqlCollector } from '@sightglass/pipeline';
import { Dice } from '../../scenario/tables/table.ts';
import { Database, declareCollector } from '../../scenario/world/collector.ts';
import type { Stage } from '../../scenario/world/stage.ts';
import { minutes } from '../../scenario/world/time.ts';
import type { Look, PanelStory } from '../told.ts';
import { EACH_MINUTE, Moods, quarters, story } from './moods.ts';

/* Collectors of two processes, of which some poll what the other polls too. */

const MOODS = ['well', 'well', 'well', 'one fails', 'all fail', 'empty', 'slow', 'late', 'away'] as const;

const collectorsOf =
  (seed: number, names: readonly string[], look?: Look) =>
  async (s: Stage): Promise<void> => {
    const dice = new Dice(seed);
    const moods = new Moods(dice, MOODS, EACH_MINUTE);
    const begins = async (): Promise<(readonly [database: Database, collector: SqlCollector])[]> => {
      const app = await s.start();
      app.core.gauge('process_start_time_seconds', { help: 'Start.' }).set(s.now);
      const collectors: (readonly [database: Database, collector: SqlCollector])[] = [];
      for (const name of names.filter(() => dice.maybe(0.9))) {
        const database = new Database(s);
        const collector = declareCollector(app, database, { name, intervalSeconds: dice.one(60, 120, 300) });
        // It polls as soon as it is declared: here before anything else happens.
        await collector.poll();
        collectors.push([database, collector]);
      }
      return collectors;
    };
    await quarters(s, dice, look, begins, async (collectors) => {
      for (const [, collector] of collectors) {
        // It would poll at once when it is enabled again, which nobody waits for: a new process does that.
        if (dice.maybe(0.05)) collector.disable();
      }
      const end = s.now + minutes(9);
      while (s.now < end) {
        for (const [database, collector] of collectors) {
          const mood = moods.of(collector.name);
          database.mends();
          database.takesSeconds = { slow: 0.08, late: 0.06 }[mood as string] ?? 0.01 + dice.next() / 100;
          if (mood === 'one fails') database.breaks(dice.one('57014', 'ECONNREFUSED'), ['scores']);
          if (mood === 'all fail') database.breaks();
          if (mood === 'empty') database.empties('rows');
          if (mood !== 'away') await collector.poll();
        }
        await s.wait(minutes(1));
      }
    });
  };

export const collectors: readonly PanelStory[] = [
  story(
    'collector',
    ['sightglass-collectors'],
    [
      (s, look) => collectorsOf(12, ['quality', 'orders', 'prices', 'users'], look)(s),
      collectorsOf(13, ['users', 'quality', 'logs']),
    ],
  ),
];
