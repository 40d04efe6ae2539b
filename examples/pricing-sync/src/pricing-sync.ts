import { type CronSync, declareSync, type SyncRun } from '@sightglass/scheduler';
import type { Config } from './config.ts';
import type { PriceStore } from './price-store.ts';
import { listProviders, pricePages } from './provider-client.ts';
import { ERROR_TYPES, errorTypeOf } from './provider-errors.ts';
import { PROVIDERS } from './providers/directory.ts';

/** The providers that the service is built to know; others come and go with the directory. */
type Provider = keyof typeof PROVIDERS;

export type PricingSync = CronSync<Provider>;

/** Declares the sync: its schedule, what it promises, and where it finds what it did before. */
export function declarePricingSync(config: Config, store: PriceStore): PricingSync {
  return declareSync({
    name: 'pricing-sync',
    schedule: config.schedule,
    timezone: 'UTC',
    sources: Object.keys(PROVIDERS) as Provider[],
    durationObjectiveSeconds: config.durationObjectiveSeconds,
    freshnessObjectiveSeconds: config.freshnessObjectiveSeconds,
    itemsObjective: config.itemsObjective,
    timeoutSeconds: config.runTimeoutSeconds,
    sourceTimeoutSeconds: config.sourceTimeoutSeconds,
    overlap: 'skip',
    classify: errorTypeOf,
    errorTypes: ERROR_TYPES,
    lastSuccess: () => store.lastSuccess(),
    sourceLastSuccess: (provider) => store.lastSuccess(provider),
  });
}

/** One run: every provider of the directory, one after the other, so that none of them and not the database sees a burst. */
export async function syncPrices(
  sync: PricingSync,
  run: SyncRun<Provider>,
  store: PriceStore,
  {
    providersUrl,
    requestTimeoutSeconds,
  }: { readonly providersUrl: string; readonly requestTimeoutSeconds: number },
): Promise<void> {
  const listed = await listProviders(providersUrl, run.signal);
  for (const gone of sync.sources.filter((source) => !listed.some(({ name }) => name === source))) {
    sync.retireSource(gone);
  }
  let failed = 0;
  for (const provider of listed) {
    const synced = await run.source(sync.addSource(provider.name), async ({ request, write, signal }) => {
      let items = 0;
      const limits = { requestTimeoutSeconds, signal };
      for await (const prices of pricePages(provider, limits, request, run.retried)) {
        await write(() => store.upsert(provider.name, prices, signal));
        items += prices.length;
      }
      await write(() => store.succeeded(provider.name));
      return { items };
    });
    if (!synced) failed++;
  }
  if (failed === 0) await store.succeeded();
}
