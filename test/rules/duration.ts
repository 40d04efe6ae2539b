const UNITS = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800, y: 31_536_000 } as const;

/** Seconds of a PromQL duration such as `1h30m`. */
export function parseSeconds(text: string): number {
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g))
    sum += Number(count) * UNITS[unit as keyof typeof UNITS];
  return sum;
}

export const formatSeconds = (span: number): string => `${Math.round(span * 1_000)}ms`;
