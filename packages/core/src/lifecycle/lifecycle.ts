import type { Gauge } from '../store/index.ts';

/**
 * Whether work is meant to go on, and who says so:
 * - `enabled`: it is to be done.
 * - `disabled`: a person switched it off, until a person switches it on.
 * - `standby`: this process waits to be elected; another does the work.
 * - `stopping`: this process ends, which says nothing of the work itself.
 * - `retired`: a person says that it is gone for good.
 */
export const LIFECYCLE_STATES = ['enabled', 'disabled', 'standby', 'stopping', 'retired'] as const;
export type LifecycleState = (typeof LIFECYCLE_STATES)[number];

/** What a state gives way to by itself. A person's word stands until a person takes it back, and a process that ends waits for no election. */
const GIVES_WAY_TO: Readonly<Record<LifecycleState, readonly LifecycleState[]>> = {
  enabled: ['disabled', 'standby', 'stopping', 'retired'],
  standby: ['enabled', 'disabled', 'stopping', 'retired'],
  stopping: ['enabled', 'disabled', 'retired'],
  disabled: ['enabled', 'retired'],
  retired: [],
};

/** The label of a lifecycle gauge beside those that name the work. */
export type WithState<L> = L & { readonly state: LifecycleState };

/**
 * The lifecycle of one piece of work in this process, as a gauge with one series for each state that it has had: 1 for the present state, 0 for those before.
 * For authors of domains.
 */
export class Lifecycle<L extends { readonly [name: string]: string }> {
  readonly #gauge: Gauge<WithState<L>>;
  readonly #labels: L;
  #state: LifecycleState;

  /** Begins in `state`, whatever was said before: a new declaration is a new word. */
  constructor(gauge: Gauge<WithState<L>>, labels: L, state: LifecycleState) {
    this.#gauge = gauge;
    this.#labels = labels;
    this.#state = state;
    this.#show();
  }

  get state(): LifecycleState {
    return this.#state;
  }

  /** Goes over to a state, unless the present one stands: `retired` for ever, `disabled` against `standby` and `stopping`, `stopping` against `standby`. Returns whether the state has changed. */
  to(state: LifecycleState): boolean {
    if (!GIVES_WAY_TO[this.#state].includes(state)) return false;
    this.#state = state;
    this.#show();
    return true;
  }

  #show(): void {
    showState(this.#gauge, this.#labels, this.#state);
  }
}

/** Exports a state of work that may not be declared in this process. Retired work exports this one series and no state before it. */
export function showState<L extends { readonly [name: string]: string }>(
  gauge: Gauge<WithState<L>>,
  labels: L,
  state: LifecycleState,
): void {
  if (state === 'retired') gauge.series.removeAll(labels);
  for (const other of LIFECYCLE_STATES) {
    const series = { ...labels, state: other };
    if (gauge.series.peek(series) !== undefined) gauge.series.at(series)?.set(0);
  }
  gauge.series.at({ ...labels, state })?.set(1);
}
