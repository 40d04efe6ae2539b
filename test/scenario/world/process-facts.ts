import type { MetricDescriptor } from '@sightglass/core';
import type { Stage } from './stage.ts';

/** What a process of a story says of itself. A story's clock can't hold an event loop or fill a memory, so the gauges of `observeProcess` are set. */
export interface ProcessFacts {
  /** Set: how many bytes of what is allowed. */
  readonly heap?: readonly [used: number, limit: number];
  readonly container?: readonly [used: number, limit: number];
  readonly files?: readonly [open: number, most: number];
  /** By how many seconds the slowest hundredth of callbacks was late. */
  readonly late?: number;
}

/** Says these things of this process from now on; when it began is always said. */
export function say(stage: Stage, facts: ProcessFacts = {}): void {
  const { authors, metrics } = stage.process;
  const set = (descriptor: MetricDescriptor, value: number, labels = {}) =>
    authors
      .processStore()
      .gauge(descriptor as never)
      .set(value, labels as never);
  const { heap, container, files, late } = facts;
  stage.note(`the process says ${JSON.stringify(facts)}`);
  if (heap !== undefined) {
    // By space of the heap, as V8 says it. The young objects have room of their own beside the limit.
    set(metrics.heapUsed, heap[1] / 2, { v8js_heap_space_name: 'new_space' });
    set(metrics.heapUsed, heap[1] / 4, { v8js_heap_space_name: 'new_large_object_space' });
    set(metrics.heapUsed, heap[0] / 4, { v8js_heap_space_name: 'large_object_space' });
    set(metrics.heapUsed, (heap[0] * 3) / 4, { v8js_heap_space_name: 'old_space' });
    set(metrics.heapSizeLimit, heap[1]);
  }
  if (container !== undefined) {
    set(metrics.cgroupMemoryUsed, container[0]);
    set(metrics.cgroupMemoryLimit, container[1]);
  }
  if (files !== undefined) {
    set(metrics.processOpenFds, files[0]);
    set(metrics.processMaxFds, files[1]);
  }
  if (late !== undefined) set(metrics.eventLoopDelayP99, late);
}

/** A process begins, and says when. */
export async function begin(stage: Stage): Promise<void> {
  const { authors, metrics } = await stage.start();
  authors
    .processStore()
    .gauge(metrics.processStartTime as never)
    .set(stage.now, {} as never);
}
