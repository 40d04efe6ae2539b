/** Something that goes wrong with a metric, put into its history. */
export interface Fault {
  readonly name: string;
  readonly about: string;
  /** How many hours it lasts. */
  readonly hours: number;
  /** What an hour becomes, the first being 0. */
  readonly apply: (value: number, hour: number) => number | undefined;
}

/** Faults as large as somebody would want to hear of, and no larger. */
export const FAULTS: readonly Fault[] = [
  { name: 'spike', about: 'twice as much for 3 hours', hours: 3, apply: (value) => 2 * value },
  { name: 'drop', about: 'half as much for 3 hours', hours: 3, apply: (value) => value / 2 },
  { name: 'outage', about: 'nothing for 6 hours', hours: 6, apply: () => 0 },
  { name: 'step', about: 'half as much again for a day', hours: 24, apply: (value) => 1.5 * value },
  {
    name: 'drift',
    about: '1 % more each hour for two days',
    hours: 48,
    apply: (value, hour) => value * (1 + (hour + 1) / 100),
  },
  // What stops coming is told of by alerts on absence; what is said of a gap would be wrong.
  { name: 'gap', about: 'no sample for 6 hours', hours: 6, apply: () => undefined },
];

/** Hours between two faults: no multiple of a day, so that each hour of the day has its turn. */
export const BETWEEN_FAULTS = 31;
