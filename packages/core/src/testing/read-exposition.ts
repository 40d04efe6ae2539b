import { createExposition } from '../exposition/index.ts';

/** Everything that the process would export, as Prometheus text (version 0.0.4). Observed gauges are read first. Never rejects. */
export async function readExposition(): Promise<string> {
  const { chunks } = await createExposition().render();
  return Buffer.concat(chunks).toString('utf8');
}
