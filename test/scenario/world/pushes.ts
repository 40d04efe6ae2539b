import { type InputSeries, SeriesHistory } from './series-history.ts';
import { minutes, type Pace } from './time.ts';

/** A Pushgateway with one group: a push replaces the metrics that it has, and leaves the others of earlier pushes. */
export class Gateway {
  #metrics: Map<string, string> | undefined;

  /** What it answers to a scrape; undefined when nothing was ever pushed to it. */
  get text(): string | undefined {
    return this.#metrics === undefined ? undefined : [...this.#metrics.values()].join('');
  }

  takes(exposition: string): void {
    this.#metrics ??= new Map();
    for (const metric of exposition.split(/^(?=# HELP )/m))
      this.#metrics.set(/^# HELP (\S+)/.exec(metric)?.[1] ?? '', metric);
  }

  restart(): void {
    this.#metrics?.clear();
  }
}

/** How often the SDK pushes unless told otherwise. */
const EXPORT_INTERVAL = minutes(1);

/** What Prometheus has of pushes over OTLP: samples of one instance for each process, and no `up` or staleness marker. */
export class Otlp {
  /** Whether the processes are scraped as well. */
  readonly andIsScraped: boolean;
  readonly #every: number;
  readonly #processes: { readonly history: SeriesHistory; readonly from: number; last?: string }[] = [];
  #index = 0;

  constructor({ scrape }: Pace, andIsScraped: boolean) {
    this.andIsScraped = andIsScraped;
    this.#every = Math.max(1, Math.round(EXPORT_INTERVAL / scrape));
  }

  starts(): void {
    this.#processes.push({ history: new SeriesHistory(), from: this.#index });
  }

  /** The last words of the process, which arrive by the next scrape. */
  takes(text: string): void {
    const process = this.#processes.at(-1);
    if (process !== undefined) process.last = text;
  }

  /** Time goes on to that of a scrape, with what the process that lives then would push. */
  passes(index: number, text: string | undefined): void {
    this.#index = index;
    for (const [i, process] of this.#processes.entries()) {
      const isDue = i === this.#processes.length - 1 && (index - process.from) % this.#every === 0;
      const pushed = process.last ?? (isDue ? text : undefined);
      delete process.last;
      if (pushed === undefined) process.history.passed(index);
      else process.history.pushed(index, pushed);
    }
  }

  inputSeries(target: { readonly [label: string]: string }): InputSeries[] {
    return this.#processes.flatMap(({ history }, i) =>
      history.inputSeries({ ...target, instance: `process-${i + 1}` }),
    );
  }
}
