/*
 * Measurements of air quality, made up by this file: no public data set is shipped, so there is no licence to keep, and a test knows what will come. Nothing is random: the same station,
 * pollutant and minute give the same value on every machine.
 *
 * A value is the usual one of its pollutant, times a factor of its station (0.7 to 1.3), times the hour of the day (traffic in the morning and the evening, ozone in the afternoon), plus a
 * twentieth of noise, which is a hash of station, pollutant and minute.
 */

/** What is measured, in micrograms per cubic metre, with what is usual in a European city. */
export const POLLUTANTS = { pm25: 12, no2: 25, o3: 60 } as const;
export type Pollutant = keyof typeof POLLUTANTS;

export const STATIONS = [
  'harbour',
  'market',
  'university',
  'ring-road',
  'airport',
  'hill',
  'old-town',
  'station',
  'park',
  'mill',
  'river',
  'tower',
] as const;

/** One measurement, as a station sends it. */
export interface Measurement {
  readonly station: string;
  readonly pollutant: Pollutant;
  readonly value: number;
  readonly at: Date;
}

/** How many measurements all stations send at once. */
export const EXPECTED = STATIONS.length * Object.keys(POLLUTANTS).length;

/** A number from 0 to 1 that is the same for the same text (FNV-1a). */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return (state >>> 0) / 0x1_0000_0000;
}

function ofHour(pollutant: Pollutant, hour: number): number {
  const wave = (peak: number) => Math.cos(((hour - peak) / 12) * Math.PI);
  return pollutant === 'o3' ? 1 + 0.4 * wave(15) : 1 + 0.2 * wave(8) + 0.2 * wave(18);
}

/** What all stations send at one time. */
export function measurementsAt(at: Date): Measurement[] {
  const minute = Math.floor(at.getTime() / 60_000);
  const hour = at.getUTCHours() + at.getUTCMinutes() / 60;
  return STATIONS.flatMap((station) =>
    (Object.keys(POLLUTANTS) as Pollutant[]).map((pollutant) => {
      const factor = 0.7 + 0.6 * hash(station);
      const noise = 0.1 * (hash(`${station} ${pollutant} ${minute}`) - 0.5);
      const value = POLLUTANTS[pollutant] * (factor * ofHour(pollutant, hour) + noise);
      return { station, pollutant, value: Math.round(value * 100) / 100, at };
    }),
  );
}
