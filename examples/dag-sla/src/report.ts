import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dag, type DagRun, declareDag, declarePipeline, pipelineRun } from '@sightglass/pipeline';
import type { Config } from './config.ts';
import type { Sale, Shops } from './shops.ts';

export type ReportTask = 'extract' | 'clean' | 'check' | 'totals' | 'publish';
export type ReportDag = Dag<ReportTask>;

/** What a test can make of the work while it runs. */
export interface Hindrances {
  /** How much longer `totals` takes. */
  slowSeconds: number;
  /** `publish` waits for ever. */
  hangs: boolean;
  /** `check` finds fault with everything. */
  failsCheck: boolean;
}

/** Declares the DAG: when it runs, by when it is promised, and which task comes after which. */
export function declareReport(config: Config, lastSuccess: () => Promise<Date | undefined>): ReportDag {
  const { freshnessObjectiveSeconds, retryDelaySeconds } = config;
  return declareDag({
    id: config.dagId,
    schedule: config.schedule,
    timezone: 'UTC',
    slaSeconds: config.slaSeconds,
    ...(freshnessObjectiveSeconds === undefined ? {} : { freshnessObjectiveSeconds }),
    owner: 'team-reports',
    tasks: {
      extract: { retries: 2, retryDelaySeconds, timeoutSeconds: 60 },
      clean: { after: ['extract'] },
      check: { after: ['clean'] },
      totals: { after: ['clean'], durationObjectiveSeconds: config.slaSeconds / 2 },
      publish: { after: ['totals'] },
    },
    lastSuccess,
  });
}

/** A step that records take. It wakes nobody: the DAG that executes it does already. */
const declareStep = <L extends string>(layer: L) =>
  declarePipeline({
    name: `sales-${layer}`,
    layers: [layer],
    durationObjectiveSeconds: 60,
    owner: 'team-reports',
    pages: false,
  });

/** The three steps that records take, each with a pipeline of its own. */
export const declareLayers = () => ({
  bronze: declareStep('bronze'),
  silver: declareStep('silver'),
  gold: declareStep('gold'),
});

/** What each task does. Records are counted where they are written, by the layer that they are written to. */
export async function runReport(
  run: DagRun<ReportTask>,
  {
    dataDir,
    shops,
    layers,
    hindrances,
  }: {
    readonly dataDir: string;
    readonly shops: Shops;
    readonly layers: ReturnType<typeof declareLayers>;
    readonly hindrances: Hindrances;
  },
): Promise<void> {
  const file = (layer: string) => join(dataDir, `${layer}.json`);
  const read = async <T>(layer: string) => JSON.parse(await readFile(file(layer), 'utf8')) as T;
  const write = (layer: string, rows: unknown) => writeFile(file(layer), JSON.stringify(rows));
  const tasks = run.tasks({
    extract: ({ signal }) =>
      pipelineRun(layers.bronze, async ({ records }) => {
        const response = await fetch(shops.url, { signal });
        if (!response.ok) throw new Error(`the shops answer ${response.status}`);
        const sales = (await response.json()) as Sale[];
        await write('bronze', sales);
        records({ layer: 'bronze', count: sales.length });
      }),
    clean: () =>
      pipelineRun(layers.silver, async ({ records }) => {
        const sales = await read<Sale[]>('bronze');
        const good = sales.filter(({ cents }) => cents !== null);
        await write('silver', good);
        records({ layer: 'silver', count: good.length });
        records({ layer: 'silver', count: sales.length - good.length, status: 'skipped' });
      }),
    check: async () => {
      const sales = await read<Sale[]>('silver');
      if (hindrances.failsCheck || sales.length === 0) throw new Error('the sales do not add up');
    },
    totals: () =>
      pipelineRun(layers.gold, async ({ records }) => {
        await waitFor(hindrances.slowSeconds, run.signal);
        const totals = new Map<string, number>();
        for (const { shop, cents } of await read<Sale[]>('silver'))
          totals.set(shop, (totals.get(shop) ?? 0) + (cents ?? 0));
        await write('gold', Object.fromEntries(totals));
        records({ layer: 'gold', count: totals.size });
      }),
    publish: async () => {
      if (hindrances.hangs) await new Promise(() => {});
      await write('report', { at: new Date(), totals: await read('gold') });
    },
  });
  // A check that fails keeps nobody from his report.
  await tasks.catch((error: unknown) => {
    if (run.statusOf('publish') !== 'success') throw error;
  });
}

const waitFor = (seconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1_000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
