import { type SloSet, serviceLevels, thresholds } from '@sightglass/rules';
import { table } from '../markdown.ts';
import { holdOf, levelName, runBudget } from './arithmetic.ts';
import { figure, percent } from './block.ts';

type Slo = SloSet['slos'][number];

const shipped = (name: string): Slo => serviceLevels.shippedSlos.slos.find((each) => each.name === name)!;
const threshold = (key: string) =>
  thresholds.thresholds.find(({ thresholdKey }) => thresholdKey === key)!.value as number;
const short = (share: number): string => percent(Number(share.toFixed(3)));

/** How often the job of reference system 002 runs, in hours. */
const INTERVAL = 6;

/** What the figures mean for a job that runs every six hours, computed from the declarations. */
export const workedExamples = (): string => [rareRuns(), silence(), edges(), average()].join('\n');

/** TR-17. */
function rareRuns(): string {
  const success = shipped('job-success');
  if (success.sli.kind !== 'runs') throw new TypeError('job-success counts runs');
  const { inWindow, allowed, left } = runBudget(success, INTERVAL, success.sli.rareWindowDays);
  const share = percent(1 - success.objective);
  return `### One failure of ${figure(inWindow)} runs

A job that runs every ${INTERVAL} hours runs ${figure(inWindow)} times in ${success.windowDays} days. ${share} of them are ${figure(allowed)} runs: there is no such thing as four tenths of a run, so
one may be bad and two may not. The first uses 1 / ${figure(allowed)} = ${short(1 - left(1))} of the budget and leaves ${short(left(1))} (level ${levelName(success, left(1))}); the second leaves
${short(left(2))} (level ${levelName(success, left(2))}). An error rate over an hour would be 100 % after the first, and gone an hour later.
`;
}

/** TR-18. */
function silence(): string {
  const availability = shipped('job-availability');
  const { objective, windowDays, policy } = availability;
  const budget = (1 - objective) * windowDays * 24;
  const limit = INTERVAL * (1 + threshold('job_late_end_share'));
  const [page] = serviceLevels.pairsFor(windowDays, 'page');
  const first = serviceLevels.detectionSeconds(page!, windowDays, objective) / 3_600;
  const after = (hours: number) =>
    `${Math.floor(hours)} h ${String(Math.round((hours % 1) * 60)).padStart(2, '0')} min`;
  const rows = [
    [after(limit), '100 %', 'the run is late by a third of the interval: slices begin to be bad'],
    [
      after(limit + first),
      percent(1 - page!.budget),
      `the first page: the hour is ${percent(serviceLevels.burnFactor(page!, windowDays) * (1 - objective))} bad. It holds for ${holdOf(availability, 'page')} and is sent`,
    ],
    ...policy
      .slice(0, -1)
      .map(({ from }, level) => [
        after(limit + (1 - from) * budget),
        percent(from),
        `below it level ${level + 1}, ${policy[level + 1]!.name}`,
      ]),
  ];
  return `### A budget of ${figure(budget)} hours and a silence of ${figure(limit)}

${percent(1 - objective)} of ${windowDays} days are ${figure(budget)} hours. An alert on "no run for ${figure(limit)} hours" comes when more than the whole budget is gone, if time counts from the last run. Here time is bad from
the moment that a run is late, and the alert is on how fast the budget burns. After the last run of a job that has stopped:

${table(['after', 'budget left', ''], rows)}`;
}

/** 002-Z17. */
function edges(): string {
  const { policy } = shipped('job-success');
  const rows = policy.slice(0, -1).map(({ from }) => {
    const [at, below] = [from, from - 0.000001].map((rest) => serviceLevels.levelOf(policy, rest));
    return [percent(from), `${at}, ${policy[at!]!.name}`, `${below}, ${policy[below!]!.name}`];
  });
  return `### At the edges of the policy

${table(['budget left', 'exactly', 'a millionth below'], rows)}`;
}

/** TR-19. */
function average(): string {
  const duration = shipped('job-duration');
  const [quick, slow] = [
    { runs: 90, seconds: 10 },
    { runs: 10, seconds: 300 },
  ];
  const runs = quick.runs + slow.runs;
  const mean = (quick.runs * quick.seconds + slow.runs * slow.seconds) / runs;
  const allowed = Number(((1 - duration.objective) * runs).toFixed(6));
  return `### An average that looks well

${quick.runs} runs of ${quick.seconds} s and ${slow.runs} of ${slow.seconds} s take ${figure(mean)} s on average, well within 60 s. ${slow.runs} of ${runs} are slow where ${figure(allowed)} may be: ${short(1 - slow.runs / allowed)} of the budget are left, so the
promise is broken. The p95 is ${slow.seconds} s.
`;
}
