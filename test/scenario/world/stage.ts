import { type Process, startProcess } from './process.ts';
import { Gateway, Otlp } from './pushes.ts';
import { type InputSeries, SeriesHistory } from './series-history.ts';
import { clockText, type Pace, STORY_START } from './time.ts';

/** The labels of a series that an alert fires for, without those that its rule gives it. */
export type AlertLabels = { readonly [label: string]: string };

/** What a story claims: from this evaluation on, the alert fires (or no longer fires) for these labels. */
export interface Claim {
  readonly time: number;
  readonly firing: boolean;
  readonly labels: AlertLabels;
}

/** What a recorded series is at one evaluation: all of its series, with the labels that tell them apart. */
export interface Reading {
  readonly record: string;
  readonly time: number;
  readonly samples: readonly { readonly labels: AlertLabels; readonly value: number }[];
  /** The SLOs whose series these are: those of others are not looked at. Default: all. */
  readonly slos?: readonly string[];
}

/** The scrape target of the stories (reference system 004: `job_name: iceberg-scheduler` with two labels of its own). */
export const TARGET = {
  job: 'iceberg-scheduler',
  service: 'iceberg-scheduler',
  tier: 'cold-storage',
} as const;

/**
 * Where a story is played: one target, its processes, and the time. Time passes only in `wait` and what is built on it;
 * each scrape that falls into it is made at its moment from the real exposition of the process that lives then.
 */
export class Stage {
  /** What happened, for whoever reads a red test. */
  readonly journal: string[] = [];
  readonly claims: Claim[] = [];
  readonly readings: Reading[] = [];
  readonly #history = new SeriesHistory();
  readonly #up = new SeriesHistory();
  readonly #others = new Map<
    string,
    { readonly history: SeriesHistory; readonly instance: string; text: string | undefined }
  >();
  /** When the story began. */
  readonly began: number;
  #nowMs: number;
  #nextScrape: number;
  readonly #pace: Pace;
  #process: Process | undefined;
  #discovered = true;
  #target: { readonly [label: string]: string };
  /** What `labelled` gave, without the names of the target itself. */
  #estate: { readonly [label: string]: string } = {};
  readonly #scrapedAs: { readonly [label: string]: string }[] = [];
  readonly #gateway = new Gateway();
  #otlp: Otlp | undefined;
  #lastNote = { text: '', from: 0, times: 0 };

  constructor(instance: string, pace: Pace, start = STORY_START) {
    this.#target = { ...TARGET, instance };
    this.#pace = pace;
    this.began = start;
    this.#nowMs = start * 1_000;
    this.#nextScrape = start / pace.scrape + 1;
  }

  /** Seconds since the epoch of promtool and of the process alike. */
  get now(): number {
    return this.#nowMs / 1_000;
  }

  /** The process that lives on the target. @throws Error when there is none */
  get process(): Process {
    if (this.#process === undefined) throw new Error('no process lives on the target');
    return this.#process;
  }

  /** A process starts on the target. */
  async start(): Promise<Process> {
    this.note('a process starts');
    this.#process = await startProcess(this.#nowMs);
    this.#otlp?.starts();
    return this.#process;
  }

  /** Somebody sets the process's clock; the time of the story and of Prometheus goes on. */
  setClock(seconds: number): void {
    this.note(`the clock of the process is set by ${seconds} s`);
    this.#process?.jump(seconds);
  }

  /** The process dies: from the next scrape on nobody answers. */
  die(): void {
    this.note('the process dies');
    this.leave();
  }

  /** Ends the process without a word: the story is over. */
  leave(): void {
    this.#process = undefined;
  }

  /** The target leaves Prometheus's configuration (or comes back into it): then there is not even an `up`. */
  discover(discovered: boolean): void {
    this.note(discovered ? 'the target is configured' : 'the target is no longer configured');
    this.#discovered = discovered;
  }

  /** Gives the target other labels, such as another `job`, or an `environment`, which its neighbours have too. For the whole story, so say it first. */
  labelled(labels: { readonly [label: string]: string }): void {
    this.note(`the target is ${JSON.stringify(labels)}`);
    this.#target = { ...this.#target, ...labels };
    const { job: _job, instance: _instance, ...estate } = labels;
    this.#estate = { ...this.#estate, ...estate };
  }

  /** The process is scraped a second time, under other labels, and Prometheus has all of it twice. For the whole story, so say it first. */
  scrapedAlsoAs(labels: { readonly [label: string]: string }): void {
    this.note(`the process is scraped as ${JSON.stringify(labels)} too`);
    this.#scrapedAs.push(labels);
  }

  /** The process pushes what it has to a gateway, which answers with that from now on, also when the process has ended. */
  async push(): Promise<void> {
    this.note('the process pushes');
    this.#gateway.takes((await this.#process?.scrape()) ?? '');
  }

  /** The gateway restarts and has forgotten what was pushed to it. */
  restartGateway(): void {
    this.note('the gateway restarts');
    this.#gateway.restart();
  }

  /**
   * Each process pushes over OTLP, once a minute, as an instance of its own; it is not scraped, or that too. For the whole story, so say it
   * first.
   */
  pushesOverOtlp({ andIsScraped = false }: { readonly andIsScraped?: boolean } = {}): void {
    this.note(`processes push over OTLP${andIsScraped ? ', and are scraped' : ''}`);
    this.#otlp = new Otlp(this.#pace, andIsScraped);
  }

  /** The process pushes a last time over OTLP, and ends. */
  async flush(): Promise<void> {
    this.note('the process flushes and ends');
    this.#otlp?.takes((await this.#process?.scrape()) ?? '');
    this.leave();
  }

  /**
   * From now on another target, which is not ours, answers with this text; without one it can not be reached. For the series that Prometheus and
   * Alertmanager write about themselves, for exporters, and for neighbours of ours.
   */
  other(job: string, text: string | undefined, instance = `${job}:80`): void {
    this.note(text === undefined ? `${job} can not be reached` : `${job} answers ${text}`);
    const known = this.#others.get(job);
    if (known === undefined) this.#others.set(job, { history: new SeriesHistory(), instance, text });
    else known.text = text;
  }

  /** Lets time pass; scrapes fall due. */
  async wait(duration: number): Promise<void> {
    const endMs = Math.round(this.#nowMs + duration * 1_000);
    const intervalMs = this.#pace.scrape * 1_000;
    for (; this.#nextScrape * intervalMs <= endMs; this.#nextScrape++) {
      this.#setTime(this.#nextScrape * intervalMs);
      await this.#scrape(this.#nextScrape);
    }
    this.#setTime(endMs);
  }

  /** Waits until a moment of the story. */
  async until(time: number): Promise<void> {
    if (time < this.now) throw new Error(`${clockText(time)} is over: it is ${clockText(this.now)}`);
    await this.wait(time - this.now);
  }

  /** Waits until the next time that is a multiple of `interval`. */
  async untilNext(interval: number): Promise<void> {
    await this.until((Math.floor(this.now / interval) + 1) * interval);
  }

  /** Waits for the first evaluation of the rules that can know what happened up to now. */
  async seen(): Promise<void> {
    const { scrape, evaluation } = this.#pace;
    await this.untilNext(scrape);
    if (this.now % evaluation !== 0) await this.untilNext(evaluation);
  }

  /** Claims that the alert begins to fire at this evaluation, not at the one before. */
  fires(labels: AlertLabels): void {
    this.#claim(true, labels);
  }

  /** Claims that the alert fired up to the evaluation before, and no longer does. */
  resolves(labels: AlertLabels): void {
    this.#claim(false, labels);
  }

  /** Claims what a recorded series is at this evaluation: a value for each set of labels, and no others. */
  reads(record: string, ...samples: readonly (readonly [labels: AlertLabels, value: number])[]): void {
    this.#atEvaluation();
    const text = samples.map(([labels, value]) => `${JSON.stringify(labels)} ${value}`).join(', ');
    this.note(`expected: ${record} is ${text || 'not there'}`);
    this.readings.push({
      record,
      time: this.now,
      samples: samples.map(([labels, value]) => ({ labels, value })),
    });
  }

  /** Writes into the journal; what happens again and again is one line. */
  note(text: string): void {
    const { text: last, from, times } = this.#lastNote;
    const again = text === last;
    this.#lastNote = { text, from: again ? from : this.now, times: again ? times + 1 : 1 };
    if (again) this.journal.pop();
    const repeated = again ? ` (${times + 1} times, the last at ${clockText(this.now)})` : '';
    this.journal.push(`${clockText(this.#lastNote.from)}  ${text}${repeated}`);
  }

  /** All that Prometheus stored of this target. */
  inputSeries(): InputSeries[] {
    const targets = [this.#target, ...this.#scrapedAs.map((labels) => ({ ...this.#target, ...labels }))];
    return [
      ...(this.#otlp?.inputSeries(this.#target) ?? []),
      ...targets.flatMap((target) => [...this.#up.inputSeries(target), ...this.#history.inputSeries(target)]),
      ...[...this.#others].flatMap(([job, { history, instance }]) =>
        history.inputSeries({ ...this.#estate, job, instance }),
      ),
    ];
  }

  #setTime(ms: number): void {
    this.#process?.pass((ms - this.#nowMs) / 1_000);
    this.#nowMs = ms;
  }

  #claim(firing: boolean, labels: AlertLabels): void {
    this.#atEvaluation();
    this.note(`expected: ${firing ? 'fires' : 'resolves'} for ${JSON.stringify(labels)}`);
    this.claims.push({ time: this.now, firing, labels });
  }

  #atEvaluation(): void {
    if (this.now % this.#pace.evaluation !== 0) {
      throw new Error(`no rule is evaluated at ${clockText(this.now)}; wait with seen() first`);
    }
  }

  async #scrape(index: number): Promise<void> {
    for (const { history, text: other } of this.#others.values())
      history.scraped(index, other === undefined ? 'up 0' : `up 1\n${other}`);
    const own = await this.#process?.scrape();
    this.#otlp?.passes(index, own);
    if (this.#otlp?.andIsScraped === false) return;
    const text = this.#gateway.text ?? own;
    if (!this.#discovered || text === undefined) this.#history.missed(index);
    else this.#history.scraped(index, text);
    this.#up.scraped(index, this.#discovered ? `up ${text === undefined ? 0 : 1}` : '');
  }
}
