import { nameOf, type YamlRule } from '../../rules/rule.ts';
import { rules, sloRules } from '../rules.ts';
import { hours } from '../world/time.ts';
import {
  at,
  type Dice,
  EARLIER,
  HOURS,
  type Labels,
  last,
  type Past,
  type Sheet,
  type Table,
  table,
} from './table.ts';
import { isScrapedTwice, lastWordOf, START, tellTarget } from './targets.ts';
import { subjectsBy } from './totals.ts';

/** What is scraped now, or what ended some minutes ago, in two samples that differ. */
function scraped(dice: Dice, value: () => number, isEnded = dice.maybe(0.4)): Past {
  if (!isEnded) return dice.maybe(0.8) ? [[0, value()]] : [];
  const latest = dice.one(120, 240, 240, 360, 480);
  return [
    [latest + 120, value()],
    [latest, value()],
    [latest - 120, 'stale'],
  ];
}

/** Targets, the processes on them, and which of these are told of: those that are there, or their last words where none is. */
function tellStarts(sheet: Sheet, value: () => number) {
  const { dice } = sheet;
  const instances = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  const targets = ['j', 'k'].flatMap((job) => instances.map((instance) => ({ job, instance })));
  return targets.map((target) => {
    const endings = dice.one<readonly boolean[]>(
      [],
      [false],
      [true],
      [true],
      [false, true],
      [true, true],
      [false, false],
    );
    const pids = ['p', 'q', 'r', 's', 't', 'u', 'v', 'w'];
    const starts = endings.map((isEnded) => {
      const [pid] = pids.splice(Math.floor(dice.next() * pids.length), 1) as [string];
      return { pid, past: scraped(dice, value, isEnded) };
    });
    const { isThere, spoken } = tellTarget(sheet, target, starts);
    return { ...target, isThere, spoken };
  });
}

/** Each process once: where it is scraped twice, where its start is the larger. */
function tellBegun(sheet: Sheet): void {
  let next = 100;
  const targets = tellStarts(sheet, () => sheet.dice.one(1, 2, 3) * 1_000 + next++);
  const pids = new Set(targets.flatMap(({ spoken }) => spoken.map(({ pid }) => pid)));
  for (const process_id of pids) {
    const its = targets.flatMap(({ job, instance, spoken }) =>
      spoken
        .filter(({ pid }) => pid === process_id)
        .map(({ past }) => ({ labels: { process_id, job, instance }, start: lastWordOf(past)! })),
    );
    const first = its.reduce((most, each) => (each.start > most.start ? each : most));
    sheet.expect(first.labels, first.start);
  }
}

/** Another process than before, or one that began a quarter of an hour ago at most. */
const tellFresh =
  (begun: string) =>
  (sheet: Sheet): void => {
    const { dice, now } = sheet;
    for (const job of ['j', 'k'])
      for (const instance of Array.from({ length: 16 }, (_, i) => `i${i}`)) {
        const starts = [600, 855, 900, 945, 1_020, 3_000].map((ago) => now - ago);
        const isKnown = dice.maybe();
        const processes = ['p', 'q']
          .filter(() => dice.maybe())
          .map((process_id) => {
            const start = dice.one(...starts);
            const before = isKnown ? dice.one(undefined, start, start, start + 1) : undefined;
            sheet.tell(begun, { process_id, job, instance }, start);
            sheet.tell(`${begun}_before`, { process_id, job, instance }, before);
            return { start, isSame: before === start, wasThere: before !== undefined };
          });
        const gone = isKnown && dice.maybe(0.3);
        sheet.tell(`${begun}_before`, { process_id: 'gone', job, instance }, gone ? 7 : undefined);
        const wasThere = gone || processes.some((each) => each.wasThere);
        const fresh = processes.some(({ start, isSame }) => !isSame && (wasThere || start > now - 900));
        sheet.expect({ job, instance }, fresh ? 1 : undefined);
      }
  };

interface Matcher {
  readonly name: string;
  readonly values: readonly string[];
  isMatch(value: string): boolean;
}

const PATTERNS: { readonly [pattern: string]: readonly string[] } = {
  '/(api/)?admin(/.*)?': ['/admin', '/admin/jobs', '/api/admin', '/prices'],
  '5..': ['500', '503', '404'],
};

/** What a database answers with, and what says that it does not. */
const DATABASE_ERRORS = ['', '23505', '235', 'ER_DUP_ENTRY', 'BUSYGROUP', '53300', 'ECONNREFUSED'];

/** The matchers of a selector, with values that match and one that does not. */
const matchersOf = (text = ''): Matcher[] =>
  [...text.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(([, name, operator, value]) => {
    const pattern = value!;
    const isSo = (each: string) =>
      operator!.endsWith('~') ? new RegExp(`^(?:${pattern})$`).test(each) : each === pattern;
    return {
      name: name!,
      values:
        PATTERNS[pattern] ??
        (pattern.includes('SQLITE_') ? DATABASE_ERRORS : [...pattern.split('|'), 'none-of-these']),
      isMatch: (each: string) => isSo(each) !== operator!.startsWith('!'),
    };
  });

/** What each process counts of each thing, scraped or said last, of those that are counted here. */
const tellProcess =
  (rule: YamlRule, group: string) =>
  (sheet: Sheet): void => {
    const { dice } = sheet;
    const [, each, counter, selected] = /^sum by \(([^)]*)\) \(\s*\(([\w:]+)(?:\{([^}]*)\})? or/.exec(
      rule.expr,
    )!;
    const by = each!.split(', ').slice(2);
    const matchers = matchersOf(selected);
    const targets = tellStarts(sheet, () => dice.one(100, 200)).map((target) => {
      const { job, instance, spoken } = target;
      const isTwice = isScrapedTwice(sheet, target, { group, value: 100, isHere: 0.6 }, spoken);
      if (dice.maybe(0.3))
        sheet.tell(`process_id_job_instance:${START}:${group}`, { process_id: 'x', job, instance }, 100);
      return { ...target, isTwice };
    });
    const chosen = matchers.find(({ name }) => by.includes(name));
    const subjects =
      chosen === undefined
        ? subjectsBy(by).slice(0, 9)
        : chosen.values.map((value) => ({ [chosen.name]: value }));
    const free = matchers.filter(({ name }) => !by.includes(name));
    const extras = free.reduce<Labels[]>(
      (all, { name, values }) =>
        all.flatMap((labels) => values.map((value) => ({ ...labels, [name]: value }))),
      [{ kind: 'u' }, { kind: 'v' }],
    );
    for (const { job, instance, isThere, isTwice } of targets)
      for (const subject of subjects) {
        if (!dice.maybe(0.4)) continue;
        let sum: number | undefined;
        for (const extra of extras) {
          if (!dice.maybe(extras.length > 6 ? 0.35 : 0.7)) continue;
          const labels = { job, instance, ...subject, ...extra };
          const past = scraped(dice, () => dice.one(1, 2, 4, 8, 16, 32));
          sheet.tell(counter!, labels, past);
          const value = at(past) ?? (isThere ? undefined : lastWordOf(past));
          const isCounted = matchers.every(({ name, isMatch }) => isMatch((labels as Labels)[name]!));
          if (value !== undefined && isCounted && !isTwice) sum = (sum ?? 0) + value;
        }
        sheet.expect({ job, instance, ...subject, ...(rule.labels ?? {}) }, sum);
      }
  };

/** What was recorded before this evaluation, in the last six hours. */
const tellBefore =
  (rule: YamlRule) =>
  (sheet: Sheet): void => {
    const { dice } = sheet;
    const read = nameOf(rule).replace(/_before$/, '');
    for (const labels of subjectsBy(['process_id', 'job'])) {
      const agos = new Set([
        dice.one(0, 120),
        dice.one(120, 3_600, 10_200),
        dice.one(11_400, 20_400),
        dice.one(22_800, 30_000),
        39_600,
      ]);
      const past: Past = [...agos].filter(() => dice.maybe()).map((ago) => [ago, dice.one(1, 2, 3, 4)]);
      sheet.tell(read, { ...labels, ...(rule.labels ?? {}) }, past);
      sheet.expect({ ...labels, ...(rule.labels ?? {}) }, last(past, hours(6), EARLIER));
      if (rule.labels !== undefined) sheet.tell(read, { ...labels, slo: 'other' }, [[120, 9]]);
    }
  };

const all = [...rules, ...sloRules];
const groups = all.flatMap(
  (rule) => /^job_instance:sightglass_process_is_new:(\w+)$/.exec(nameOf(rule))?.[1] ?? [],
);

/** What is known of processes in each group of counters, and what each of them has counted. */
export const processTables: readonly Table[] = groups.flatMap((group) => {
  const begun = `process_id_job_instance:${START}:${group}`;
  return all.flatMap((rule) => {
    const name = nameOf(rule);
    const by = (tell: (sheet: Sheet) => void, seeds = [1, 2, 3, 4]) =>
      seeds.map((seed) => table(rule, { reach: HOURS, seed }, tell));
    if (name === begun) return by(tellBegun);
    if (name === `job_instance:sightglass_process_is_new:${group}`)
      return by(tellFresh(begun), [1, 2, 3, 4, 5, 6]);
    if (name.endsWith(`:${group}_before`)) return by(tellBefore(rule), [1]);
    if (name.endsWith(`:${group}`) && rule.expr.startsWith('sum by (job, instance'))
      // That of the matchers of one SLO has the most to be told of.
      return by(
        tellProcess(rule, group),
        rule.labels === undefined ? [1, 2, 3, 4] : [1, 2, 3, 4, 5, 6, 7, 8],
      );
    return [];
  });
});
