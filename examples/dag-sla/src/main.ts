import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTelemetry } from '@sightglass/core/setup';
import { readConfig } from './config.ts';
import { startControl } from './control.ts';
import { Faults } from './faults.ts';
import { declareLayers, declareReport, type Hindrances, runReport } from './report.ts';
import { startScheduler } from './scheduler.ts';
import { startShops } from './shops.ts';

const config = readConfig(process.env);
const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
const telemetry = await startTelemetry({
  serviceName: 'reports',
  serviceVersion: '1.0.0',
  port: config.metricsPort,
});
const shops = await startShops();
const dataDir = config.dataDir ?? (await mkdtemp(join(tmpdir(), 'sightglass-reports-')));

/** The report itself says when the last run succeeded, so that a restart hides no old one. */
const lastSuccess = () =>
  stat(join(dataDir, 'report.json')).then(
    ({ mtime }) => mtime,
    () => undefined,
  );

const dag = declareReport(config, lastSuccess);
const layers = declareLayers();
const hindrances: Hindrances = { slowSeconds: 0, hangs: false, failsCheck: false };
const scheduler = startScheduler(dag, config, (run) =>
  runReport(run, { dataDir, shops, layers, hindrances }),
);

// For tests and demonstrations: what can be broken while it runs. Without a control port nothing can.
const faults = new Faults({ dag, scheduler, shops, hindrances });
const control = config.controlPort === undefined ? undefined : await startControl(config.controlPort, faults);

await stopped;
// Not disabled, which only a person says: whoever watches goes on waiting for the next process.
dag.stop();
scheduler.stop();
control?.close();
control?.closeAllConnections();
await shops.close();
if (config.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
await telemetry.shutdown();
