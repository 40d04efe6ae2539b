import * as core from '@sightglass/core/metrics';
import * as pipeline from '@sightglass/pipeline/metrics';
import * as scheduler from '@sightglass/scheduler/metrics';
import * as worker from '@sightglass/worker/metrics';
import { expect, test } from 'vitest';
import { descriptorOf } from '../engine/mixin/mixin.ts';
import { shipped } from './index.ts';

test('every metric that the packages export is in exactly one mixin, and no other but those of exporters is', () => {
  const exported = [core, pipeline, scheduler, worker].flatMap((metrics) =>
    Object.values(metrics).map((metric) => descriptorOf(metric).name),
  );
  const held = shipped.flatMap(({ metrics = [] }) =>
    metrics
      .filter(({ outside }) => outside !== true)
      .flatMap((each) => each.metrics.map((metric) => descriptorOf(metric).name)),
  );
  expect(held.sort()).toEqual(exported.sort());
});
