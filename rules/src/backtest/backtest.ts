import type { AnomalyMethod } from '../engine/anomalies/index.ts';
import { BETWEEN_FAULTS, FAULTS, type Fault } from './faults.ts';
import { type Hours, isUnusual, type Judgement, type JudgeOptions, judge } from './judge.ts';

/** How well a method finds one kind of fault. */
export interface Detection {
  readonly fault: Fault;
  /** How many were put into the history, each alone. */
  readonly injected: number;
  /** In how many of them an hour became unusual. */
  readonly found: number;
  /** Hours until the first of these had ended, in the median; undefined where none was found. */
  readonly delayHours: number | undefined;
}

/** What a rule by one method would have said of a history. */
export interface MethodReport {
  readonly method: AnomalyMethod;
  readonly judgedHours: number;
  readonly unusualHours: number;
  /** Unusual hours in a row are one alarm. */
  readonly alarms: number;
  /** Alarms a week of what is judged: false ones, where nothing was wrong. Undefined where nothing is judged. */
  readonly alarmsPerWeek: number | undefined;
  readonly detections: readonly Detection[];
  /** Of each hour from `from` on. */
  readonly judgement: Judgement;
}

const WEEK = 168;

/** What a rule by this method would have said of the hours from `from` on; those before are what it learns from. */
export function backtest(
  hours: Hours,
  from: number,
  method: AnomalyMethod,
  options: JudgeOptions = {},
): MethodReport {
  const all = judge(hours, method, options);
  const judgement = all.slice(from);
  const verdicts = judgement.map((each) => isUnusual(each, options));
  const judgedHours = verdicts.filter((each) => each !== undefined).length;
  const alarms = verdicts.filter((each, i) => each === true && verdicts[i - 1] !== true).length;
  return {
    method,
    judgedHours,
    unusualHours: verdicts.filter((each) => each === true).length,
    alarms,
    alarmsPerWeek: judgedHours === 0 ? undefined : (alarms * WEEK) / judgedHours,
    detections: FAULTS.map((fault) => detect(hours, all, from, method, fault, options)),
    judgement,
  };
}

function detect(
  hours: Hours,
  usual: Judgement,
  from: number,
  method: AnomalyMethod,
  fault: Fault,
  options: JudgeOptions,
): Detection {
  const delays: number[] = [];
  let injected = 0;
  for (let at = from; at + fault.hours <= hours.length; at += BETWEEN_FAULTS) {
    // What is not judged could not be found; a rule that judges nothing says so by its hours.
    if (hours[at] === undefined || usual[at]?.score === undefined) continue;
    injected++;
    const end = at + fault.hours;
    const faulty = hours.map((hour, i) =>
      i < at || i >= end || hour === undefined ? hour : fault.apply(hour, i - at),
    );
    const judged = judge(faulty, method, options, usual, at, end);
    const first = judged.findIndex(
      (each, i) => i >= at && isUnusual(each, options) === true && isUnusual(usual[i]!, options) !== true,
    );
    if (first >= 0) delays.push(first - at + 1);
  }
  delays.sort((a, b) => a - b);
  return { fault, injected, found: delays.length, delayHours: delays[delays.length >> 1] };
}
