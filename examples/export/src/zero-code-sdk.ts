/** An SDK that is not the host's to change: its readers come from OTEL_METRICS_EXPORTER alone, as with auto-instrumentation. */
import { NodeSDK } from '@opentelemetry/sdk-node';

new NodeSDK().start();
