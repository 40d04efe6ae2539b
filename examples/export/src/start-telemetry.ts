/** The first way: Sightglass sets up everything. OTLP is pushed as well when OTEL_EXPORTER_OTLP_ENDPOINT is set. */
import { startTelemetry } from '@sightglass/core/setup';
import { work } from './work.ts';

const telemetry = await startTelemetry({ serviceName: 'export-example' });
work();
telemetry.logger.info(`Metrics: ${telemetry.url}/metrics`);

setInterval(() => {}, 60_000); // A service has something to do; telemetry alone keeps no process alive.
