import { defaultResource } from '@opentelemetry/resources';
import { expect, describe as group, test } from 'vitest';
import { describe } from '../catalog/index.ts';
import { Store } from '../store/index.ts';
import { OPENMETRICS, rendering } from './rendered.support.ts';
import { linesOf, useSdk, withSdk } from './with-sdk.support.ts';

useSdk();

group('target_info', () => {
  test('shows which service this is, and nothing else that the resource knows', async () => {
    const attributes = {
      'service.name': 'offload',
      'service.version': '1.2',
      'process.command_args': '--password=x',
      'process.owner': 'root',
      'host.name': 'h',
    };
    const { text, families } = await withSdk({ attributes }).render();
    expect(linesOf(text, 'target_info')).toEqual([
      'target_info{service_name="offload",service_version="1.2"} 1',
    ]);
    expect(text).not.toMatch(/password|root|host/);
    expect(families.filter(({ name }) => name.startsWith('target'))).toHaveLength(1);
    expect((await withSdk({ attributes }).render(OPENMETRICS)).text).toMatch(
      /^# HELP target .*\n# TYPE target info\ntarget_info\{/,
    );
  });

  test('takes another list of attributes, and is absent without any', async () => {
    const attributes = { 'service.name': 'offload', 'k8s.pod.name': 'offload-0' };
    expect(
      linesOf(
        (await withSdk({ attributes, resourceAttributes: ['k8s.pod.name'] }).render()).text,
        'target_info',
      ),
    ).toEqual(['target_info{k8s_pod_name="offload-0"} 1']);
    expect((await withSdk({ attributes: { other: 'x' } }).render()).text).not.toContain('target_info');
    expect((await rendering({ store: new Store() })()).text).not.toContain('target_info');
  });

  test('there is one, whatever else wants its name', async () => {
    const { meter, render } = withSdk({ attributes: { 'service.name': 'offload' } });
    meter('lib').createGauge('target_info').record(1, { fake: 'yes' });
    const declared = new Store();
    declared
      .info(describe('info', 'target_info', { help: 'Mine.', labels: ['service_name'] }))
      .set({ service_name: 'mine' });
    const own = withSdk({ store: declared, attributes: { 'service.name': 'offload' } });
    expect(linesOf((await render()).text, 'target_info')).toEqual(['target_info{service_name="offload"} 1']);
    expect(linesOf((await own.render()).text, 'target_info')).toEqual(['target_info{service_name="mine"} 1']);
  });

  test('the default resource of the SDK shows its service alone', async () => {
    const { text } = await withSdk({
      attributes: defaultResource().attributes,
    }).render();
    expect(linesOf(text, 'target_info')).toEqual([
      expect.stringMatching(/^target_info\{service_name="unknown_service[^"]*"\} 1$/),
    ]);
  });
});
