import type { YamlRule } from '../../rules/rule.ts';
import { days, minutes } from '../world/time.ts';
import {
  at,
  type Labels,
  last,
  type Past,
  type Reach,
  ruleOf,
  type Sheet,
  type Table,
  table,
} from './table.ts';
import { subjectsBy } from './totals.ts';

/* By how much totals have grown within the window that was chosen for each thing. */

/** Longer than what is read, with something on both sides of each window. */
const LONG: Reach = { name: 'weeks', step: 300, now: days(20) };

const SECONDS = { m: 60, h: 3_600, d: 86_400 } as const;

/** The windows of a rule, and the series that says which is chosen. */
function windowsOf({ expr }: YamlRule): { readonly selected: string; readonly windows: readonly number[] } {
  const [, selected] = /\(([\w:]+:selected) == \d+\)/.exec(expr)!;
  const windows = [...expr.matchAll(/\[15m\] offset (\d+)([mhd])/g)].map(
    ([, count, unit]) => Number(count) * SECONDS[unit as 'm' | 'h' | 'd'],
  );
  return { selected: selected!, windows };
}

/** What a total is now, and was around the far end of each window. */
function pastOf({ dice }: Sheet, windows: readonly number[]): { readonly self: Past; readonly copies: Past } {
  const value = () => dice.one(10, 20, 30, 40);
  const self = new Map<number, number>();
  const copies = new Map<number, number>();
  if (dice.maybe(0.9)) self.set(0, dice.one(0, 0, 25, 50, 50));
  // One that nobody had before.
  if (dice.maybe(0.15)) return { self: [...self], copies: [] };
  for (const window of windows) {
    // One of which nothing but an old copy is left.
    const isOld = dice.maybe(0.2);
    for (const more of isOld ? [] : [0, 300, 600, 1_200, 1_800])
      if (dice.maybe(more < 900 ? 0.5 : 0.3)) self.set(window + more, value());
    for (const more of [4_500, days(2), days(4), days(6.5), days(7.5)])
      if (dice.maybe(isOld && more < days(7) ? 0 : 0.3)) copies.set(window + more, value());
  }
  // The generations of Prometheus differ in what they make of a sample just at the edge of a range, such as one of five minutes ago.
  if (!self.has(0)) self.delete(300);
  for (const window of windows) self.delete(window + minutes(15));
  return { self: [...self], copies: [...copies] };
}

/** Things by `labels`, and by `status` where only some count. */
const tell =
  (record: string, labels: readonly string[], counted: readonly string[]) =>
  (sheet: Sheet): void => {
    const { dice } = sheet;
    const { selected, windows } = windowsOf(ruleOf(`${record}:increase_window`));
    for (const subject of subjectsBy(labels).slice(0, 60)) {
      const chosen = dice.one(undefined, 7, ...windows, ...windows);
      sheet.tell(selected, subject, chosen);
      for (const status of counted.length === 0 ? [undefined] : [...counted, 'missed']) {
        const its: Labels = status === undefined ? subject : { ...subject, status };
        const { self, copies } = pastOf(sheet, windows);
        sheet.tell(`${record}:total`, its, self);
        sheet.tell(`${record}:total_hourly`, its, copies);
        const now = at(self);
        if (now === undefined || chosen === undefined || !windows.includes(chosen) || status === 'missed')
          continue;
        const before = last(self, minutes(15), chosen) ?? last(copies, days(7), chosen) ?? 0;
        sheet.expect(its, Math.max(0, now - before));
      }
    }
  };

const ROUTE = ['job', 'http_route'];
const SERVER = ['job', 'server_address'];
const DATABASE = ['job', 'db_system_name'];

const COUNTED: readonly (readonly [
  record: string,
  labels: readonly string[],
  statuses?: readonly string[],
])[] = [
  ['job_http_route:http_server_requests', ROUTE],
  ['job_http_route:http_server_failures', ROUTE],
  ['job_server_address:http_client_requests', SERVER],
  ['job_server_address:http_client_failures', SERVER],
  ['job_db_system_name:db_client_operations', DATABASE],
  ['job_db_system_name:db_client_failures', DATABASE],
  ['dag_id_status:dag_runs', ['dag_id'], ['success', 'failed', 'timeout']],
];

/** What happened within a window, over what was counted in it and the copies from before it. */
export const increaseTables: readonly Table[] = COUNTED.flatMap(([record, labels, statuses = []]) =>
  [1, 2, 3, 4].map((seed) =>
    table(ruleOf(`${record}:increase_window`), { reach: LONG, seed }, tell(record, labels, statuses)),
  ),
);
