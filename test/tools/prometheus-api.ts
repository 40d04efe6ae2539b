import { fetchJson } from './http.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** Unix seconds. */
  readonly timestampSeconds: number;
}

export interface Series {
  readonly labels: Labels;
  readonly points: readonly { readonly timestampSeconds: number; readonly value: number }[];
}

export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly name: string;
  readonly type: 'alerting' | 'recording';
  readonly query: string;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
  readonly labels?: Labels;
  /** Alerting rules only. */
  readonly state?: 'inactive' | 'pending' | 'firing';
  readonly annotations?: Labels;
}

export interface ActiveAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'pending' | 'firing';
  readonly activeAt: string;
  readonly value: string;
}

export interface Target {
  readonly labels: Labels;
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
}

/** A moment as a Date or as Unix seconds. */
export type Moment = Date | number;

/** What Prometheus's HTTP API answers, less its envelope. Every call throws an Error that has Prometheus's own words. */
export interface PrometheusApi {
  /** An instant query; a scalar comes as one sample without labels. */
  query(expr: string, time?: Moment): Promise<readonly Sample[]>;
  queryRange(
    expr: string,
    range: { start: Moment; end: Moment; stepSeconds: number },
  ): Promise<readonly Series[]>;
  rules(): Promise<readonly RuleGroup[]>;
  /** Pending and firing alerts. */
  alerts(): Promise<readonly ActiveAlert[]>;
  targets(): Promise<readonly Target[]>;
}

type Point = readonly [number, string];

export function prometheusApi(url: string): PrometheusApi {
  const get = async <T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> => {
    const answer = await fetchJson<{ data: T }>(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    return answer.data;
  };
  return {
    async query(expr, time) {
      const at = time === undefined ? undefined : { time: String(unixSeconds(time)) };
      const { resultType, result } = await get<{ resultType: string; result: unknown }>('query', {
        query: expr,
        ...at,
      });
      if (resultType === 'scalar') return [sample({}, result as Point)];
      if (resultType !== 'vector') throw new Error(`not an instant vector but a ${resultType}: ${expr}`);
      return (result as { metric: Labels; value: Point }[]).map(({ metric, value }) => sample(metric, value));
    },
    async queryRange(expr, { start, end, stepSeconds }) {
      const range = {
        start: String(unixSeconds(start)),
        end: String(unixSeconds(end)),
        step: String(stepSeconds),
      };
      const { result } = await get<{ result: { metric: Labels; values: Point[] }[] }>('query_range', {
        query: expr,
        ...range,
      });
      return result.map(({ metric, values }) => ({ labels: metric, points: values.map(point) }));
    },
    rules: async () => (await get<{ groups: RuleGroup[] }>('rules')).groups,
    alerts: async () => (await get<{ alerts: ActiveAlert[] }>('alerts')).alerts,
    targets: async () =>
      (await get<{ activeTargets: Target[] }>('targets', { state: 'active' })).activeTargets,
  };
}

const unixSeconds = (moment: Moment): number => (moment instanceof Date ? moment.getTime() / 1000 : moment);

const sample = (labels: Labels, value: Point): Sample => ({ labels, ...point(value) });

const point = ([timestampSeconds, value]: Point) => ({ timestampSeconds, value: sampleValue(value) });

/** Prometheus writes infinities its own way. */
function sampleValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
