import { describe, expect, test } from 'vitest';
import { describe as describeMetric } from '../catalog/index.ts';
import { Store } from '../store/index.ts';
import { LIFECYCLE_STATES, Lifecycle, type LifecycleState, showState } from './lifecycle.ts';

const labels = { thing: 'one' };

function gaugeOfStates() {
  const gauge = new Store().gauge(
    describeMetric('gauge', 'thing_lifecycle_state', {
      help: 'Whether the thing is meant to go on.',
      labels: { thing: String, state: LIFECYCLE_STATES },
    }),
  );
  const shown = () =>
    Object.fromEntries(gauge.series.cells.map(({ values, value }) => [values[1], value] as const));
  return { gauge, shown };
}

describe('a lifecycle', () => {
  test('shows the present state as 1, one that it had as 0 and no other', () => {
    const { gauge, shown } = gaugeOfStates();
    const lifecycle = new Lifecycle(gauge, labels, 'enabled');
    expect(shown()).toEqual({ enabled: 1 });
    expect(lifecycle.to('standby')).toBe(true);
    expect(shown()).toEqual({ enabled: 0, standby: 1 });
    expect(lifecycle.to('enabled')).toBe(true);
    expect(shown()).toEqual({ enabled: 1, standby: 0 });
    expect(lifecycle.to('enabled')).toBe(false);
  });

  test.each<[LifecycleState, readonly LifecycleState[]]>([
    ['enabled', ['disabled', 'standby', 'stopping', 'retired']],
    ['disabled', ['enabled', 'retired']],
    ['standby', ['enabled', 'disabled', 'stopping', 'retired']],
    ['stopping', ['enabled', 'disabled', 'retired']],
    ['retired', []],
  ])('that is %s goes over to %s and no other state', (from, allowed) => {
    const reached = LIFECYCLE_STATES.filter((to) =>
      new Lifecycle(gaugeOfStates().gauge, labels, from).to(to),
    );
    expect(reached).toEqual(allowed);
  });

  test('that is retired shows nothing of what was before, until it begins anew', () => {
    const { gauge, shown } = gaugeOfStates();
    new Lifecycle(gauge, labels, 'enabled').to('retired');
    expect(shown()).toEqual({ retired: 1 });
    new Lifecycle(gauge, labels, 'enabled');
    expect(shown()).toEqual({ retired: 0, enabled: 1 });
  });
});

test('the state of work that is not declared here can be shown', () => {
  const { gauge, shown } = gaugeOfStates();
  showState(gauge, labels, 'retired');
  expect(shown()).toEqual({ retired: 1 });
});
